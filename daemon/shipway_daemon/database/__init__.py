"""The database itself: transactions, the metadata, column types. Knows no table."""
