"""One daemon a home, whatever the last one left behind."""

import os
import signal
import stat

import pytest
from support.daemon import DAEMON, RunningDaemon, running_daemon, short_folder


@pytest.fixture
async def daemon():
    async with running_daemon() as made:
        yield made


async def second(daemon: RunningDaemon) -> tuple[int, str]:
    """Start another daemon for the same home; returns its exit code and what it said."""
    other = RunningDaemon(daemon.home, None, None)
    already = len(daemon.log)
    await other.launch(DAEMON)
    return await other.wait(), daemon.log[already:]


async def test_a_second_daemon_is_refused_by_the_name_of_the_first(daemon) -> None:
    code, said = await second(daemon)
    assert code == 4
    assert f"process {daemon.pid}" in said
    assert (await daemon.client.history.health()).epoch == 1


@pytest.mark.e2e
async def test_a_frozen_daemon_keeps_its_home(daemon) -> None:
    """A laptop that slept must not find another daemon at its work."""
    os.kill(daemon.pid, signal.SIGSTOP)
    try:
        code, _ = await second(daemon)
    finally:
        os.kill(daemon.pid, signal.SIGCONT)
    assert code == 4
    health = await daemon.client.history.health()
    assert (health.pid, health.epoch) == (daemon.pid, 1)


async def test_a_killed_daemon_leaves_nothing_that_stops_the_next_one(daemon) -> None:
    """Its socket and its lock's record are there still; both are stale."""
    await daemon.kill()
    assert stat.S_ISSOCK(daemon.locations.socket.stat().st_mode)
    done = await daemon.shipway("profile", "list")
    assert done.code == 3, done
    await daemon.start()
    assert (await daemon.client.history.health()).epoch == 2


@pytest.mark.e2e
async def test_the_socket_is_its_owners_alone(daemon) -> None:
    assert stat.S_IMODE(daemon.locations.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(daemon.locations.socket.parent.stat().st_mode) == 0o700


@pytest.mark.e2e
async def test_a_home_with_a_long_path_has_a_socket_all_the_same() -> None:
    with short_folder() as folder:
        async with running_daemon(folder / ("long" * 30) / "home") as daemon:
            assert len(os.fsencode(daemon.locations.socket)) <= 103
            done = await daemon.shipway("env", "list", "--json")
            assert (done.code, "enterprise-store" in done.out) == (0, True), done


@pytest.mark.e2e
async def test_a_file_where_the_socket_should_be_is_named(daemon) -> None:
    """It is somebody's: it is not removed."""
    await daemon.stop()
    daemon.locations.socket.unlink(missing_ok=True)
    daemon.locations.socket.write_text("mine")
    already = len(daemon.log)
    await daemon.launch()
    assert await daemon.wait() == 1
    assert f"{daemon.locations.socket} is no socket" in daemon.log[already:]
    assert daemon.locations.socket.read_text() == "mine"
