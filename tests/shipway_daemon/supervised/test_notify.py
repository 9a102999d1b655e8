"""systemd hears what it asked to hear, and nobody else is told anything."""

import asyncio
import os
import socket

import pytest
from shipway_daemon.supervised.notify import Supervisor
from support.daemon import short_folder


@pytest.fixture
def heard(monkeypatch):
    """Listen as systemd does; what it hears."""
    with short_folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
        yield lambda: manager.recv(4096).decode()


def test_it_says_that_it_is_ready_and_that_it_ends(heard):
    supervisor = Supervisor.from_environment()
    assert "NOTIFY_SOCKET" not in os.environ, "a plugin is not to speak for the daemon"
    supervisor.ready("Version 1, at /run/x")
    assert heard().splitlines() == ["READY=1", "STATUS=Version 1, at /run/x"]
    supervisor.stopping()
    assert heard().startswith("STOPPING=1\n")


async def test_it_says_that_it_lives_as_often_as_is_wanted(heard, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    running = asyncio.create_task(Supervisor.from_environment().run())
    for _ in range(3):
        assert await asyncio.to_thread(heard) == "WATCHDOG=1\n"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_without_a_manager_nothing_is_said(monkeypatch, caplog):
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    nobody = Supervisor.from_environment()
    nobody.ready("here")
    await nobody.run()
    assert nobody.watchdog_seconds is None
    assert caplog.records == []


def test_a_manager_that_is_gone_is_no_reason_to_end(caplog):
    Supervisor("/nowhere/notify").ready("here")
    assert "systemd cannot be told READY=1" in caplog.text


def test_anothers_watchdog_is_not_ours(monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/notify")
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert Supervisor.from_environment().watchdog_seconds is None
