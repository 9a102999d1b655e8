"""The content-addressed store: bytes named by their SHA-256, whole or not there at all."""
