"""What a client can ask, one file per noun; each class is a thin list of calls."""
