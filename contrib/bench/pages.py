"""A page of 50 versions in a small catalogue and in big ones: it must cost the same."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from catalogues import catalogue
from report import Row
from shipway_daemon.catalog import versions
from sqlalchemy import Connection

SMALL = 1_000
BIG = (100_000, 1_000_000) if os.environ.get("BENCH_FULL") else (100_000,)
PAGE = 50
ROUNDS = 60

Read = Callable[[Connection], object]


def rows() -> Iterator[Row]:
    """Compare each kind of page at each size with the same page at 1,000 rows."""
    with tempfile.TemporaryDirectory(prefix="shipway-bench-") as folder:
        small = catalogue(Path(folder), SMALL)
        for count in BIG:
            big = catalogue(Path(folder), count)
            for name, read in _pages(count).items():
                ours, theirs = _compare(big, read, small, _pages(SMALL)[name])
                what = f"50 versions of {count:,}: {name}, CPU"
                yield Row(what, ours, "ms", f"of {SMALL:,}", theirs, 1.5)


def _pages(count: int) -> dict[str, Read]:
    return {
        "newest": lambda tx: versions.page(tx, None, None, None, PAGE + 1),
        "from the middle": lambda tx: versions.page(tx, None, None, str(count // 2), PAGE + 1),
        "of a profile": lambda tx: versions.page(tx, 7, None, None, PAGE + 1),
        "found by a rare word": lambda tx: versions.page(tx, None, "needle", None, PAGE + 1),
    }


def _compare(
    big: Connection, big_read: Read, small: Connection, small_read: Read
) -> tuple[float, float]:
    pairs = [(_ms(big, big_read), _ms(small, small_read)) for _ in range(ROUNDS)][5:]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _ms(tx: Connection, read: Read) -> float:
    began = time.process_time()
    read(tx)
    return (time.process_time() - began) * 1000
