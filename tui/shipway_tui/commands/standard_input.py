"""A binary on standard input: kept in a file until it was sent, for an upload needs its size."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shipway_client.errors import WrongUsage

#: What names standard input among files.
STANDARD_INPUT = "-"


@contextmanager
def spooled(name: str | None) -> Iterator[Path]:
    """Read standard input to its end into a file of this name, for as long as the block lasts.

    Raises:
        WrongUsage: Standard input is a terminal, or the name is that of a folder.
        OSError: There is no room for it.
    """
    if sys.stdin.isatty():
        raise WrongUsage("Standard input is this terminal.", "Pipe a file into it.")
    called = name or "stdin"
    if Path(called).name != called or called in (".", ".."):
        raise WrongUsage(f"{called} is no name of a file.", "Leave its folder out.")
    with tempfile.TemporaryDirectory(prefix="shipway-") as folder:
        path = Path(folder) / called
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1024 * 1024)
        yield path
