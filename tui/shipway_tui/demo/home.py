"""A throw-away home with a daemon of its own, gone when the demo ends, however it ends."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from shipway_client.client import Client
from shipway_client.errors import NoDaemon, ShipwayError

from shipway_tui.commands.output.problems import print_problem
from shipway_tui.launch import start_daemon, stop_daemon

#: A closed terminal and a polite kill must tidy up as ctrl+c does.
_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class DemoHome:
    """Where the demo happens: a client of its daemon, a build folder, and a log for its steps."""

    client: Client
    builds: Path
    log: Path


@contextmanager
def throw_away_home() -> Iterator[DemoHome]:
    """Make a home, start its daemon, and take both away at the end.

    It sets `SHIPWAY_HOME` of this process, so that child processes find the same home.

    Raises:
        Failed: The daemon does not start.
    """
    root = Path(tempfile.mkdtemp(prefix="shipway-demo-")).resolve()
    before = os.environ.get("SHIPWAY_HOME")
    handlers = {number: signal.signal(number, _end) for number in _ENDINGS}
    try:
        os.environ["SHIPWAY_HOME"] = str(root / "home")
        (root / "builds").mkdir()
        yield from _with_daemon(DemoHome(Client(), root / "builds", root / "steps.log"))
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        _restore(before)
        shutil.rmtree(root)


def _with_daemon(home: DemoHome) -> Iterator[DemoHome]:
    asyncio.run(start_daemon(home.client))
    try:
        yield home
    finally:
        _stop(home.client)


def _stop(client: Client) -> None:
    try:
        asyncio.run(stop_daemon(client))
    except NoDaemon:
        return
    except ShipwayError as error:
        print_problem(error, as_json=False)


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop("SHIPWAY_HOME", None)
    else:
        os.environ["SHIPWAY_HOME"] = before


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
