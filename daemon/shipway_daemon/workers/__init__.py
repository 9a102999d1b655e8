"""Child processes: start, call, progress, deadline, kill. Inspection, probes and lanes use it.

This module stays empty: every child imports it on its way to `children`.
"""
