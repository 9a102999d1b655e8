"""Logs of any length: where their lines come from, and the part of them that is in memory."""
