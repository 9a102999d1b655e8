"""`shipway daemon logs`: the end of the log, and what comes after it."""

import threading
from pathlib import Path

import pytest
from shipway_tui.commands import logs

LINE = '{"at":"2026-11-20T10:00:00.000+00:00","level":"%s","from":"x","message":"%s"}\n'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of a hundred thousand lines, the last of which is an error."""
    path = tmp_path / "home" / "daemon.log"
    path.parent.mkdir()
    path.write_text(LINE % ("info", "早い") * 100_000 + LINE % ("error", "the last"))
    return path


def test_the_last_lines_are_printed_as_text_or_as_json(shipway, log):
    ran = shipway("daemon", "logs", "-n", "2")
    first, last = ran.out.splitlines()
    assert "早い" in first
    assert last.endswith("error    the last")
    assert shipway("daemon", "logs", "-n", "1", "--json").json["message"] == "the last"
    assert shipway("daemon", "logs", "-n", "0").out == ""


def test_what_is_no_json_is_shown_as_it_is(shipway, log):
    log.write_text("Traceback: \x1b[31mbroken\n")
    assert shipway("daemon", "logs").out == "Traceback: �[31mbroken\n"
    assert shipway("daemon", "logs", "--json").json == {"message": "Traceback: \x1b[31mbroken"}


def test_a_home_without_a_log_says_where_it_may_be(shipway):
    ran = shipway("daemon", "logs")
    assert ran.code == 6
    assert "journalctl" in ran.err


def test_following_goes_on_when_the_log_is_cut(log, monkeypatch):
    monkeypatch.setattr(logs, "_LOOK_SECONDS", 0.001)
    lines = logs._new_lines(log, logs.file_end(log))
    came: list[bytes] = []
    reader = threading.Thread(target=lambda: came.extend(next(lines) for _ in range(3)))
    reader.start()
    with log.open("a") as file:
        file.write("one\ntwo\n")
    while len(came) < 2 and reader.is_alive():
        reader.join(0.01)
    log.write_text("three\n")
    reader.join(60)
    assert came == [b"one", b"two", b"three"]


@pytest.mark.parametrize(("started", "told"), [("2020-01-01", False), ("2099-01-01", True)])
def test_the_log_of_an_earlier_daemon_is_called_that(daemon, shipway, log, started, told):
    """The one that runs was started by a service manager, which keeps what it says."""
    health = {"version": "1", "pid": 1, "epoch": 1, "home": "/h", "seq": 1}
    daemon.on("GET", "/health", health | {"started_at": f"{started}T00:00:00+00:00"})
    assert ("logs elsewhere" in shipway("daemon", "logs", "-n", "1").err) is told
    assert shipway("daemon", "logs", "-n", "1", "--json").err == ""
