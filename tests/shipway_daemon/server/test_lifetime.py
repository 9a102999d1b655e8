"""A daemon's life: it starts on what it finds, and ends in order at any moment."""

import asyncio
import os
import signal
import socket
import sqlite3
from contextlib import closing

import pytest
from shipway_client.errors import Failed, NoDaemon, Unavailable
from shipway_client.wire import AddFile, AddFolder, CreateProfile
from shipway_daemon.catalog import schema
from support.binaries import SAMPLE_APK, ipa
from support.daemon import running_daemon, short_folder
from support.processes import children_of
from support.waiting import wait_for


@pytest.fixture
def home():
    with short_folder() as folder:
        yield folder / "home"


@pytest.mark.e2e
async def test_a_new_home_is_made_for_its_owner_alone(home):
    async with running_daemon(home) as daemon:
        for name in ("run", "blobs", "staging", "uploads", "lanes", "environments"):
            assert (home / name).stat().st_mode & 0o077 == 0, name
        health = await daemon.client.history.health()
        assert (health.epoch, health.home, health.pid) == (1, str(home), daemon.pid)
        (started, *_) = (await daemon.client.history.events(kind="daemon.started")).items
        assert started.data["pid"] == daemon.pid


async def test_what_a_dead_daemon_left_is_cleared_away(home):
    """Its socket is stale, since it no longer holds the lock; half a copy is nobody's."""
    (home / "staging").mkdir(parents=True)
    (home / "staging" / "left.part").write_bytes(b"half")
    (home / "run").mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(home / "run" / "daemon.sock"))
    async with running_daemon(home) as daemon:
        assert (await daemon.client.history.health()).pid == daemon.pid
        assert list((home / "staging").iterdir()) == []
        assert "swept 1 unfinished copies" in daemon.log


async def test_a_home_of_a_newer_shipway_is_refused_with_a_sentence(home):
    """And nothing in it is touched."""
    async with running_daemon(home) as daemon:
        await daemon.stop()
        with closing(sqlite3.connect(daemon.locations.database)) as catalogue:
            catalogue.execute("UPDATE alembic_version SET version_num = '9999'")
            catalogue.commit()
        await daemon.launch()
        assert await daemon.wait() == 1
        last = daemon.log.strip().splitlines()[-2:]
        assert last[0].startswith("The database has schema 9999")
        assert "newer Shipway" in last[1]
        assert schema.revision(daemon.locations.database) == "9999"


@pytest.mark.e2e
async def test_a_runtime_folder_that_is_no_folder_is_refused_with_a_sentence(home):
    home.mkdir()
    (home / "run").write_text("mine")
    async with running_daemon(home, start=False) as daemon:
        await daemon.launch()
        assert await daemon.wait() == 1
        assert "run" in daemon.log
        assert "Traceback" not in daemon.log
        assert (home / "run").read_text() == "mine"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
@pytest.mark.e2e
async def test_a_home_of_somebody_else_is_refused(home):
    home.mkdir()
    os.chown(home, 65534, 65534)
    async with running_daemon(home, start=False) as daemon:
        await daemon.launch()
        assert await daemon.wait() == 1
        assert f"{home} is not a folder of yours." in daemon.log


@pytest.mark.e2e
async def test_a_signal_ends_it_in_order_in_the_middle_of_work(home, tmp_path):
    """What was promised is there, and no child is left."""
    builds = tmp_path / "builds"
    builds.mkdir()
    for build in range(30):
        (builds / f"{build}.ipa").write_bytes(ipa(build=str(build)))
    async with running_daemon(home) as daemon:
        await daemon.client.folders.add(AddFolder(path=str(builds), quiet=0.0))
        added = await daemon.client.versions.add(AddFile(path=str(SAMPLE_APK)))
        os.kill(daemon.pid, signal.SIGTERM)
        assert await daemon.wait() == 0
        assert children_of(daemon.pid) == {}
        assert "Traceback" not in daemon.log
        await daemon.start()
        assert await daemon.client.versions.show(added.version.address) == added.version

        async def all_taken():
            page = await daemon.client.versions.list(limit=200)
            return len(page.items) == 31

        await wait_for(all_taken, 30)


@pytest.mark.e2e
async def test_a_hang_up_and_a_broken_lease_end_nothing(home):
    async with running_daemon(home) as daemon:
        for number in (signal.SIGHUP, signal.SIGIO, signal.SIGPIPE):
            os.kill(daemon.pid, number)
        await asyncio.sleep(0.1)
        assert (await daemon.client.history.health()).pid == daemon.pid
        os.kill(daemon.pid, signal.SIGINT)
        assert await daemon.wait() == 0


@pytest.mark.e2e
async def test_all_is_private_whatever_the_shell_says(home):
    """Also in a shell that gives everybody every right, and in a home that was there before."""
    home.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        async with running_daemon(home) as daemon:
            assert daemon.locations.socket.stat().st_mode & 0o777 == 0o600
            await daemon.client.versions.add(AddFile(path=str(SAMPLE_APK)))
            open_to_others = [
                path.relative_to(home)
                for path in home.rglob("*")
                if path.name != "daemon.log" and path.stat().st_mode & 0o077
            ]
            assert open_to_others == []
    finally:
        os.umask(before)


@pytest.mark.e2e
async def test_it_answers_health_while_it_takes_files(home, tmp_path):
    """Again and again: no file makes it wait for the end of all."""
    answered = 0
    async with running_daemon(home) as daemon:
        adding = []
        for number in range(40):
            path = tmp_path / f"{number}.ipa"
            path.write_bytes(ipa(build=str(number), salt=os.urandom(500_000)))
            request = AddFile(path=str(path))
            adding.append(asyncio.create_task(daemon.client.versions.add(request)))
        while not all(task.done() for task in adding):
            await daemon.client.history.health()
            answered += 1
            await asyncio.sleep(0.01)
        assert len({(await task).version.number for task in adding}) == 40
    assert answered > 5


async def test_a_daemon_whose_home_was_taken_changes_nothing_more(home):
    """As one does that was frozen while its lock got lost, and is thawed beside a newer one."""
    async with running_daemon(home) as daemon:
        with closing(sqlite3.connect(daemon.locations.database)) as connection:
            connection.execute("UPDATE home SET epoch = epoch + 1")
            connection.commit()
        with pytest.raises((Unavailable, Failed, NoDaemon)) as refused:
            await daemon.client.profiles.create(CreateProfile(name="late", channel="custom"))
        with closing(sqlite3.connect(daemon.locations.database)) as connection:
            assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (0,)
        if not isinstance(refused.value, Unavailable):  # one of its services was faster: it ended
            assert await daemon.wait() == 1
        assert "Another daemon has taken this home" in f"{refused.value}{daemon.log}"
