"""The catalogue: its tables, its migrations, and one module of queries per noun."""
