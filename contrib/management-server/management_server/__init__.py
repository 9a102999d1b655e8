"""The reference management server: what docs/http-management.json says, and no more."""
