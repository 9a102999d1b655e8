"""The daemon, which names its unfinished copies `1.part`, `2.part`, ... and not at random.

strace is told the paths whose calls it sees, each by its whole name, before they exist.
"""

import itertools
from types import SimpleNamespace

from shipway_daemon.__main__ import main
from shipway_daemon.blobs import store

#: More than one case stages, with all its tries.
COPIES = 40


def counting() -> None:
    """Give every copy the next number."""
    numbers = itertools.count(1)
    store.uuid = SimpleNamespace(  # type: ignore[assignment]
        uuid4=lambda: SimpleNamespace(hex=str((next(numbers) - 1) % COPIES + 1))
    )


if __name__ == "__main__":
    counting()
    main()
