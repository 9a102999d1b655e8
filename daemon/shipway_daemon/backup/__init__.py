"""Backups of a home, made while it is in use, and homes restored from them, without a daemon."""
