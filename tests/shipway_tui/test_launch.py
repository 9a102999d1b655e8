"""The daemon is started in the background, outlives who started it, and is stopped in order."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from shipway_client.client import Client
from shipway_client.errors import Failed
from shipway_tui import launch
from shipway_tui.__main__ import run

TESTS = Path(__file__).parents[1]
STUB = [sys.executable, str(TESTS / "command_answers" / "stub_daemon.py")]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home, whose daemon is the stub."""
    monkeypatch.setenv("SHIPWAY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    monkeypatch.setattr(launch, "daemon_command", lambda *arguments: [*STUB, *arguments])
    return tmp_path / "home"


def test_start_waits_until_the_daemon_answers_and_stop_until_it_has_ended(home, capsys):
    """The second start finds the first daemon, and the second stop finds none."""
    assert run(["daemon", "start"]) == 0
    assert "Started" in capsys.readouterr().out
    assert run(["daemon", "start"]) == 0
    assert "Already running" in capsys.readouterr().out
    assert run(["daemon", "status"]) == 0
    assert str(home) in capsys.readouterr().out
    assert run(["daemon", "restart", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)["pid"]
    assert run(["daemon", "restart"]) == 0
    assert f"instead of {first}" in capsys.readouterr().out
    assert not launch.is_alive(first)

    assert run(["daemon", "stop"]) == 0
    pid = int(capsys.readouterr().out.rstrip(".\n").split()[-1])
    assert not launch.is_alive(pid)
    assert run(["daemon", "stop"]) == 3


async def test_the_daemon_has_its_own_session_and_log(home):
    """So that ctrl+c in the terminal where it was started does not reach it."""
    client = Client()

    health = await launch.start_daemon(client)

    try:
        assert os.getsid(health.pid) == health.pid != os.getsid(0)
        assert client.locations.log.stat().st_mode & 0o777 == 0o600
    finally:
        os.kill(health.pid, signal.SIGKILL)


async def test_a_daemon_that_dies_at_once_is_explained_by_its_log(home, monkeypatch):
    """Only by what it wrote this time."""
    monkeypatch.setattr(launch, "_OTHER_SECONDS", 0.05)
    broken = [sys.executable, "-c", "raise SystemExit('the disk is full')"]
    monkeypatch.setattr(launch, "daemon_command", lambda: broken)
    home.mkdir()
    (home / "daemon.log").write_text("an old line\n")

    with pytest.raises(Failed) as caught:
        await launch.start_daemon(Client())

    assert "the disk is full" in caught.value.hint
    assert "an old line" not in caught.value.hint


@pytest.mark.parametrize("arguments", [["daemon", "start"], ["daemon", "start", "--json"]])
def test_a_home_that_cannot_be_made_is_named(tmp_path, monkeypatch, capsys, arguments):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SHIPWAY_HOME", str(tmp_path / "file" / "home"))

    assert run(arguments) == 1

    told = capsys.readouterr().err
    assert str(tmp_path / "file" / "home") in told
    assert "SHIPWAY_HOME" in told


async def test_a_daemon_that_never_answers_is_ended(home, monkeypatch, tmp_path):
    """Nothing is left behind by a start that failed."""
    monkeypatch.setattr(launch, "START_SECONDS", 1.0)
    note = tmp_path / "pid"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr(launch, "daemon_command", lambda: [sys.executable, "-c", code])

    with pytest.raises(Failed):
        await launch.start_daemon(Client())

    pid = int(note.read_text())
    async with asyncio.timeout(10):
        while launch.is_alive(pid):  # noqa: ASYNC110 - nothing tells of a stranger's end
            await asyncio.sleep(0.01)


def test_the_daemon_is_of_this_installation():
    """Never another `shipwayd` that happens to be on the PATH."""
    first = launch.daemon_command()[0]

    assert Path(first).parent == Path(sys.executable).parent
