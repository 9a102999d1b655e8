"""The rules of profiles, versions, duplicates and candidates: pure functions, used by every door.

Sources: DESIGN section 2 and Appcircle's publish rules. Nothing here reads a table or a file.
"""
