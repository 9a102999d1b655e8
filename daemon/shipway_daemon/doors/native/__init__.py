"""The native door: HTTP over the home's Unix socket, one file per noun."""
