"""The ways in. A door translates and calls use cases; it decides nothing and writes no table."""
