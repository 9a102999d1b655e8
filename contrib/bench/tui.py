"""The terminal UI in a terminal, over a daemon with small and with big catalogues.

First paint is the processor time of the whole process until the first row of the first page is
written, against importing Textual. A key is timed from the press until the row's detail is written;
a change from the daemon's answer until its row is.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from catalogues import fill
from processes import alternating, child_ms, has_proc, resident_mib
from report import Row
from shipway_client.client import Client
from shipway_client.wire import ChangeVersion, VersionState
from shipway_tui.demo.home import throw_away_home
from shipway_tui.launch import start_daemon, stop_daemon
from sqlalchemy import create_engine
from terminal import Terminal, in_terminal

SIZES = (1_000, 100_000, 1_000_000) if os.environ.get("BENCH_FULL") else (1_000, 100_000)
ROUNDS = 7
KEYS = 200
CHANGES = 100
EVENTS = int(os.environ.get("BENCH_TUI_EVENTS", "2000"))
#: The profile at the top of the list, whose versions are shown.
_PROFILE = "ana/app-1"
_SHIPWAY = [str(Path(sys.executable).with_name("shipway"))]
_TEXTUAL = [sys.executable, "-c", "import textual"]


def rows() -> Iterator[Row]:
    """Measure the first paint, a key, a change, an hour of news and the memory at each size."""
    if not has_proc():
        print("tui: left out, for this system has no /proc to measure the program by")
        return
    for count in SIZES:
        with _home(count) as client:
            of = f"of {count:,}"
            paint, textual = alternating(_first_paint, lambda: child_ms(_TEXTUAL), ROUNDS)
            yield Row(f"first paint {of}, CPU", paint, "ms", "import textual", textual, 2.0)
            yield from _at_work(client, of, count // 20 + 1)


@contextmanager
def _home(count: int) -> Iterator[Client]:
    with throw_away_home() as home:
        asyncio.run(stop_daemon(home.client))
        engine = create_engine(f"sqlite:///{home.client.locations.database}")
        with engine.begin() as tx:
            fill(tx, count)
        engine.dispose()
        asyncio.run(start_daemon(home.client))
        yield home.client


def _first_paint() -> float:
    with in_terminal(_SHIPWAY) as terminal:
        terminal.until(_PROFILE)
        return terminal.cpu_ms()


def _at_work(client: Client, of: str, newest: int) -> Iterator[Row]:
    with in_terminal(_SHIPWAY) as terminal:
        terminal.until(_PROFILE)
        terminal.rest(1.0)
        yield Row(f"at the first page {of}, memory", resident_mib(terminal.pid), "MiB", budget=60)
        terminal.type("\r")
        terminal.until(f"@{newest - 1} ")
        terminal.rest(0.5)
        before = terminal.cpu_ms()
        pressed = _keys(terminal, newest)
        yield from _percentiles(f"key to paint {of}", pressed, 16)
        spent = (terminal.cpu_ms() - before) / len(pressed)
        yield Row(f"a key {of}, CPU", spent, "ms")
        terminal.type("g")
        terminal.rest(0.5)
        late = asyncio.run(_changes(client, terminal))
        yield from _percentiles(f"change to row {of}", late, 500)
        yield from _news(client, terminal, of, newest)


def _keys(terminal: Terminal, newest: int) -> list[float]:
    """Go down row by row, resting between the keys as a reader does."""
    lasted = []
    for number in range(newest - 1, max(1, newest - 1 - KEYS), -1):
        pressed = terminal.type("j")
        lasted.append(terminal.until(f"{_PROFILE}@{number}") - pressed)
        terminal.rest(0.03)
    return lasted


async def _changes(client: Client, terminal: Terminal) -> list[float]:
    """Mark versions below the cursor as candidates, and see each in its row."""
    page = await client.versions.list(profile=_PROFILE)
    seen = [version for version in page.items[2:30] if version.state is VersionState.READY]
    lasted = []
    for change in range(CHANGES):
        address = seen[change % len(seen)].address
        terminal.forget()
        await client.versions.mark_candidate(address)
        answered = time.monotonic()
        lasted.append(terminal.until("★ Current") - answered)
        await client.versions.unmark_candidate(address)
        terminal.rest(0.1)
    return lasted


def _news(client: Client, terminal: Terminal, of: str, newest: int) -> Iterator[Row]:
    """Let Activity hear thousands of events, as in an hour of work."""
    terminal.type("4")
    terminal.rest(1.0)
    before = terminal.cpu_ms()
    asyncio.run(_work(client, terminal, newest))
    spent = terminal.cpu_ms() - before
    yield Row(f"an event in Activity {of}, CPU", spent / EVENTS, "ms")
    for key in "123456":
        terminal.type(key)
        terminal.rest(1.0)
    what = f"after {EVENTS:,} events and every place {of}, memory"
    yield Row(what, resident_mib(terminal.pid), "MiB", budget=60)


async def _work(client: Client, terminal: Terminal, newest: int) -> None:
    address = f"{_PROFILE}@{newest}"
    for number in range(EVENTS):
        await client.versions.change(address, ChangeVersion(notes=f"Note {number}."))
        terminal.rest(0.0)
    terminal.rest(1.0)


def _percentiles(what: str, seconds: Sequence[float], budget: float) -> Iterator[Row]:
    ordered = sorted(second * 1000 for second in seconds)
    yield Row(f"{what}, p50", statistics.median(ordered), "ms", budget=budget)
    yield Row(f"{what}, p99", ordered[len(ordered) * 99 // 100], "ms")
