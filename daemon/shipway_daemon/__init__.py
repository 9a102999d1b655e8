"""The Shipway daemon."""
