"""The command line: one file per noun, and what they share to ask, follow and print."""
