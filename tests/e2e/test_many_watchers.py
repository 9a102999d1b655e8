"""A hundred people look on while a hundred versions arrive, and nobody misses one."""

import asyncio
import contextlib
import json
import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from shipway_client.wire import AddFile, CreateProfile
from shipway_tui.tui.app import ShipwayApp
from support.binaries import apk
from support.daemon import running_daemon
from tui_desk.waiting import until

WATCHERS = Path(__file__).parents[1] / "support" / "watchers.py"
PROCESSES, EACH, WHOLE = 3, 32, 4
VERSIONS = 100
SECONDS = 240.0
#: The daemon's own budget is 100 MiB; a watcher is to cost next to nothing of it.
MOST_RSS = 150 << 20
END = CreateProfile(owner="watchers", name="the-end", channel="custom")


@contextlib.asynccontextmanager
async def watchers(daemon):
    """Processes full of followers, all connected; a process ends by itself when all was told."""
    path = os.pathsep.join([str(WATCHERS.parents[1]), daemon.environment()["PYTHONPATH"]])
    running = []
    try:
        for _ in range(PROCESSES):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", str(WATCHERS), str(daemon.home), str(EACH)),
                stdout=asyncio.subprocess.PIPE,
                env=daemon.environment(PYTHONPATH=path),
                limit=1 << 24,
            )
            running.append(process)
        for process in running:
            async with asyncio.timeout(SECONDS):
                assert await process.stdout.readline() == b"connected\n"
        yield running
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def told_to(process):
    """What the followers of one process were told."""
    async with asyncio.timeout(SECONDS):
        out, _ = await process.communicate()
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


async def ask_health(daemon, answers):
    """Ask again and again how it does, and keep how long each answer took."""
    while True:
        began = time.monotonic()
        await daemon.client.history.health(60)
        answers.append(time.monotonic() - began)
        await asyncio.sleep(0.1)


async def arrive(daemon, folder):
    """Add versions, four at a time, as parallel builds do."""

    async def some(first):
        for number in range(first, VERSIONS, 4):
            path = folder / f"{number}.apk"
            path.write_bytes(apk(number + 1))
            await daemon.client.versions.add(AddFile(path=str(path), profile="watched/app"))

    await asyncio.gather(*(some(first) for first in range(4)))


@pytest.mark.e2e
async def test_a_hundred_watchers_miss_none_of_a_hundred_versions(tmp_path):
    async with running_daemon() as daemon, contextlib.AsyncExitStack() as stack:
        client = daemon.client
        await client.profiles.create(
            CreateProfile(owner="watched", name="app", channel="android-phone")
        )
        apps = [ShipwayApp(client) for _ in range(WHOLE)]
        pilots = [await stack.enter_async_context(app.run_test(size=(80, 24))) for app in apps]
        for pilot in pilots:
            await until(pilot, lambda pilot=pilot: pilot.app.desk.connected, SECONDS)
        running = await stack.enter_async_context(watchers(daemon))
        process = psutil.Process(daemon.pid)
        before, since = process.cpu_times(), (await client.history.health()).seq
        answers = []
        asking = asyncio.create_task(ask_health(daemon, answers))
        began = time.monotonic()
        await arrive(daemon, tmp_path)
        took = time.monotonic() - began
        await client.profiles.create(END)
        told = [one for running_one in running for one in await told_to(running_one)]
        asking.cancel()
        rss, after = process.memory_info().rss, process.cpu_times()
        cpu = after.user + after.system - before.user - before.system
        sys.stdout.write(
            f"{VERSIONS} versions in {took:.1f} s beside {len(told) + WHOLE} watchers: daemon "
            f"{cpu:.1f} s of processor time, {rss / 2**20:.0f} MiB, "
            f"health at most {max(answers) * 1000:.0f} ms of {len(answers)} answers\n"
        )
        page = await client.versions.list(profile="watched/app", limit=200)
        addresses = {version.address for version in page.items}
        last = (await client.history.events(limit=1)).items[0].seq
        assert len(addresses) == VERSIONS
        assert len(told) == PROCESSES * EACH
        for one in told:
            assert set(one["arrived"]) == addresses
            assert len(one["arrived"]) == VERSIONS
            new = [number for number in one["numbers"] if number > since]
            assert new == list(range(since + 1, new[-1] + 1)), "a number is missing or out of order"
            assert new[-1] <= last
            assert one["lost"] == 0
        assert rss < MOST_RSS
        for pilot in pilots:
            await until(pilot, lambda pilot=pilot: latest(pilot.app) == VERSIONS, SECONDS)


def latest(app):
    """The number of the profile's newest version, as the screen shows it."""
    profile = app.screen.things.get("watched/app")
    return profile.latest if profile else None
