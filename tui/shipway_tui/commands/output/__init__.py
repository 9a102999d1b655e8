"""How commands print: tables, details, JSON and problems."""
