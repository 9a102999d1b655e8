"""The daemon with one fsync less: a test of power cuts has to see each of them.

`SHIPWAY_TEST_UNSYNCED` names the one that is left out.
"""

import os

from shipway_daemon.__main__ import main
from shipway_daemon.blobs import receiving, staging, store
from shipway_daemon.database import engine


def _nothing(*_: object) -> None:
    """Put nothing on the disk."""


def copy() -> None:
    """The bytes of a copy in staging."""
    staging.sync_file = _nothing  # type: ignore[assignment]


def upload() -> None:
    """The bytes that were sent."""
    receiving.sync_data = _nothing  # type: ignore[assignment]


def blob() -> None:
    """The final name of a blob."""
    sync = store.sync_directory
    store.sync_directory = lambda folder: None if len(folder.name) == 2 else sync(folder)


def commit() -> None:
    """The commit that makes a version of it."""
    engine._PRAGMAS = tuple(
        "PRAGMA synchronous = NORMAL" if "synchronous" in pragma else pragma
        for pragma in engine._PRAGMAS
    )


LEFT_OUT = {made.__name__: made for made in (copy, upload, blob, commit)}

if __name__ == "__main__":
    LEFT_OUT[os.environ["SHIPWAY_TEST_UNSYNCED"]]()
    main()
