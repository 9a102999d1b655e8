"""The daemon, which names its unfinished copies and its uploads by numbers, and not at random.

strace is told the paths whose calls it sees, each by its whole name, before they exist. Copies are
numbered by each daemon from 1; uploads go on over restarts, for their names are kept.
"""

import itertools
from pathlib import Path
from types import SimpleNamespace

from shipway_client.locations import locate
from shipway_daemon.__main__ import main
from shipway_daemon.blobs import store
from shipway_daemon.intake import uploads

#: How a test starts it.
PROGRAM = (str(Path(__file__)),)
#: More than one case stages, with all its tries.
COPIES = 40
_COUNTED = "uploads-counted"


def counting(home: Path) -> None:
    """Give every copy and every upload the next number."""
    numbers = itertools.count()
    store.uuid = SimpleNamespace(  # type: ignore[assignment]
        uuid4=lambda: SimpleNamespace(hex=str(next(numbers) % COPIES + 1))
    )
    uploads.secrets = SimpleNamespace(  # type: ignore[assignment]
        token_hex=lambda size: next_upload(home, size)
    )


def next_upload(home: Path, size: int) -> str:
    """Count one more, and name it by so many bytes."""
    number = counted(home) + 1
    (home / _COUNTED).write_text(str(number))
    return f"{number:0{2 * size}x}"


def counted(home: Path) -> int:
    """How many uploads were begun in this home."""
    path = home / _COUNTED
    return int(path.read_text()) if path.exists() else 0


if __name__ == "__main__":
    counting(locate().home)
    main()
