"""Everything of Shipway in the terminal: the TUI and the command line."""
