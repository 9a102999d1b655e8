"""The doctor: what is wrong with a home, told from outside, one file a check."""
