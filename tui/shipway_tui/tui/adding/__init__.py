"""Files that are added by hand: which ones, and what becomes of each."""
