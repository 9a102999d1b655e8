"""The daemon at its start and at rest, with 2,000 waiting jobs and 200 environments."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from processes import has_proc, resident_mib, tree_ms
from report import Row
from shipway_client.client import Client
from shipway_client.wire import AddEnvironment
from shipway_tui.demo.home import throw_away_home
from shipway_tui.launch import start_daemon, stop_daemon

JOBS = 2_000
ENVIRONMENTS = 200
SECONDS = float(os.environ.get("BENCH_IDLE_SECONDS", "60"))
#: After a start, until the statuses that are due have been read.
SETTLE_SECONDS = 90.0


def rows() -> Iterator[Row]:
    """Measure a start and a rest of the daemon's processes, lanes included."""
    if not has_proc():
        print("idle: left out, for this system has no /proc to measure the daemon by")
        return
    with throw_away_home() as home:
        asyncio.run(_furnish(home.client))
        asyncio.run(stop_daemon(home.client))
        _let_jobs_wait(home.client)
        asyncio.run(start_daemon(home.client))
        pid = asyncio.run(home.client.history.health()).pid
        ready = tree_ms(pid)
        yield Row("daemon ready, CPU since its start", ready, "ms", budget=1500)
        _settle(pid)
        before = tree_ms(pid)
        time.sleep(SECONDS)
        share = (tree_ms(pid) - before) / (SECONDS * 10)
        yield Row(f"idle, {JOBS} waiting jobs, {ENVIRONMENTS} environments", share, "%", budget=0.5)
        yield Row("idle, resident memory", resident_mib(pid), "MiB", budget=100)


async def _furnish(client: Client) -> None:
    for number in range(ENVIRONMENTS):
        request = AddEnvironment(name=f"store-{number:03}", adapter="enterprise_store")
        await client.environments.add(request)


def _let_jobs_wait(client: Client) -> None:
    """Write the waiting jobs into the database of a daemon that is stopped."""
    now = datetime.now(UTC)
    due = (now + timedelta(days=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with closing(sqlite3.connect(client.locations.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO jobs (kind, actor, state, epoch, cancel_requested, reason, hint, tracking,"
            " request, findings, created_at, tries, waits_for, wait_name, wait_position,"
            " wait_seconds, due_at, environment_id, environment, app)"
            " VALUES ('publish', 'bench', 'waiting', 1, 0, '', '', ?, '{}', '[]', ?, 1,"
            " 'the store, which is processing it', 'processing 0', 3, 86400, ?, 2, 'store-000',"
            " 'bench/app')",
            [(f"bench-{number}", due, due) for number in range(JOBS)],
        )


def _settle(pid: int) -> None:
    """Wait until nothing moves any more, but not for ever."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        before = tree_ms(pid)
        time.sleep(3)
        if tree_ms(pid) - before <= 20:
            return
