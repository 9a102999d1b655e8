"""`kill -9` at any moment, again and again: nothing is lost, nothing is there twice."""

import asyncio
import hashlib
import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import AddFolder, JobOutcome, Version
from support.binaries import salted
from support.desk import NEWER, SAMPLES, Desk, assert_whole, desk_daemon
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

FILES = 60
KILLS = 15


@pytest.fixture
async def desk():
    async with desk_daemon() as made:
        yield made


def build(folder: Path) -> list[str]:
    """Make builds of the sample with bytes of their own, each of about a megabyte."""
    digests = []
    for number in range(FILES):
        data = salted(SAMPLES / NEWER, random.Random(number).randbytes(1_000_000))
        (folder / f"build-{number}.apk").write_bytes(data)
        digests.append(hashlib.sha256(data).hexdigest())
    return digests


async def every_version(desk: Desk) -> list[Version]:
    found: list[Version] = []
    after = None
    while True:
        page = await desk.client.versions.list(after=after, limit=200)
        found += page.items
        if (after := page.after) is None:
            return found


async def test_every_file_is_one_version_whenever_the_daemon_is_killed(desk: Desk) -> None:
    moments = random.Random(20)
    ready, builds = desk.daemon.home.parent / "ready", desk.daemon.home.parent / "builds"
    ready.mkdir()
    builds.mkdir()
    digests = await asyncio.to_thread(build, ready)
    await desk.daemon.start()
    await desk.client.folders.add(AddFolder(path=str(builds), quiet=0.05))
    for kill in range(KILLS):
        for path in sorted(ready.iterdir())[: FILES // KILLS]:
            shutil.move(path, builds / path.name)
        await asyncio.sleep(moments.uniform(0.0, 0.4))
        await desk.daemon.kill()
        await desk.daemon.start()
        assert (await desk.client.history.health()).epoch == kill + 3

    async def all_there() -> bool:
        return {one.sha256 for one in await every_version(desk)} >= set(digests)

    await wait_for(all_there, 60, "a file was lost")
    versions = await every_version(desk)
    assert sorted(one.sha256 for one in versions) == sorted(
        [*digests, desk.older.sha256, desk.newer.sha256]
    )
    numbers = sorted(one.number for one in versions)
    assert numbers == list(range(1, FILES + 3)), "a number was taken and lost"
    await wait_for(lambda: not list(desk.daemon.locations.staging.iterdir()))
    assert_whole(desk.daemon, versions)


async def test_every_promised_publish_ends_whenever_the_daemon_is_killed(desk: Desk) -> None:
    """Many publishes in a row, and a kill at some moment of each."""
    moments = random.Random(5)
    promised = []
    await desk.daemon.start()
    environment = await desk.environment("lenient")
    for _ in range(25):
        version = (desk.older, desk.newer)[len(promised) % 2]
        with suppress(ShipwayError, ConnectionError):
            job = await desk.publish("lenient", version, queue=True)
            promised.append(job.id)
        await asyncio.sleep(moments.uniform(0.0, 0.15))
        await desk.daemon.kill()
        await desk.daemon.start()
    outcomes = [(await desk.ended(job)).outcome for job in promised]
    assert set(outcomes) == {JobOutcome.VERIFIED}
    assert len(promised) >= 15, "most were killed before they were promised"
    store = desk.store(environment)
    keys = [line["key"] for line in store.journal()]
    assert len(keys) == len(set(keys)), "something was applied twice"
    assert await desk.live("lenient") == store.digests(desk.app)
