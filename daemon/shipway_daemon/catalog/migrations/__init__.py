"""The migrations of the catalogue, run by Alembic."""
