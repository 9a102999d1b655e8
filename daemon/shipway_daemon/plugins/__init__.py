"""The plugins: their records, kept true; switched off and on; and who is told when they change."""
