"""The places of the application; each is one screen a file."""
