"""A catalogue that many examples share."""

import tempfile
from pathlib import Path

import pytest
from shipway_daemon.catalog import schema
from sqlalchemy import create_engine, event


@pytest.fixture(scope="module")
def engine():
    """One catalogue for all examples: each runs in a transaction that is rolled back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.sqlite3"
        schema.upgrade(path, Path(folder))
        made = create_engine(f"sqlite:///{path}")
        event.listen(
            made, "connect", lambda connection, _: setattr(connection, "isolation_level", None)
        )
        event.listen(
            made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
        )
        yield made
        made.dispose()
