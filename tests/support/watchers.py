"""Many of the TUI's followers in one process: what each of them was told, as one JSON line.

`python watchers.py SOCKET_HOME COUNT` prints a line when all are connected, and one line for each
of them once it was told of the end: its event numbers, how often it lost the daemon, and what
arrived.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from shipway_client.client import Client
from shipway_client.wire import Event
from shipway_tui.tui.desk import Connection, Desk, Link
from shipway_tui.tui.feed import Follower
from support.daemon import locations_of
from textual.app import App

#: The profile whose creation says that nothing more comes.
END = "watchers/the-end"


class Watcher:
    """One desk without screens, and all that it was told."""

    def __init__(self, app: App[None], home: Path) -> None:
        self.desk = Desk(app, Client(locations_of(home)))
        self.numbers: list[int] = []
        self.arrived: list[str] = []
        self.lost = 0
        self.connected, self.ended = asyncio.Event(), asyncio.Event()
        self.desk.happened.subscribe(app, self._told)
        self.desk.linked.subscribe(app, self._linked)

    def _told(self, events: Sequence[Event]) -> None:
        self.numbers += [event.seq for event in events]
        self.arrived += [event.subject for event in events if event.kind == "version.added"]
        if any(event.subject == END for event in events):
            self.ended.set()

    def _linked(self, connection: Connection) -> None:
        if connection.link is Link.CONNECTED:
            self.connected.set()
        self.lost += connection.link is Link.RECONNECTING


class Watchers(App[None]):
    """Carries the desks; it shows nothing."""

    def __init__(self, home: Path, count: int) -> None:
        super().__init__()
        self._home = home
        self._count = count
        self.told: list[dict[str, object]] = []

    async def on_ready(self) -> None:
        self.run_worker(self._watch(), exit_on_error=True)

    async def _watch(self) -> None:
        watchers = [Watcher(self, self._home) for _ in range(self._count)]
        following = [asyncio.create_task(Follower(one.desk).run()) for one in watchers]
        try:
            await asyncio.gather(*(one.connected.wait() for one in watchers))
            sys.__stdout__.write("connected\n")
            sys.__stdout__.flush()
            await asyncio.gather(*(one.ended.wait() for one in watchers))
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
        self.told = [
            {"numbers": one.numbers, "arrived": one.arrived, "lost": one.lost} for one in watchers
        ]
        self.exit()


if __name__ == "__main__":
    app = Watchers(Path(sys.argv[1]), int(sys.argv[2]))
    app.run(headless=True)
    for line in app.told:
        sys.stdout.write(json.dumps(line) + "\n")
