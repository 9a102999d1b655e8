"""The durable job core: lock, ownership by epoch, steps, stages, cancel, resume or settle.

A table in the catalogue's own database, run by the one daemon that holds the home's lock.
"""
