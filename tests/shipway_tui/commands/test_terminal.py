"""What a person at a terminal sees: tables that fit, one line that is rewritten, a question."""

import re
import sys

import msgspec
import pytest
from command_answers.answers import done, job, profile
from shipway_client.api import Api
from shipway_client.wire import Job
from shipway_tui.commands import confirm
from shipway_tui.commands.output.text import cells
from shipway_tui.commands.stages import PlainLines, RewrittenLine, stage_view


@pytest.fixture
def terminal(capsys, monkeypatch):
    """Eighty columns, and streams that say they are a terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(type(stream), "isatty", lambda _stream: True)


def a_job(**changed) -> Job:
    """The running job of the answers."""
    return msgspec.convert(job(**changed), Job)


@pytest.mark.parametrize("name", ["x" * 100, "アプリ" * 30])
def test_a_table_fits_the_terminal(daemon, shipway, terminal, monkeypatch, name):
    """Long and wide names are cut in the middle, and every line has its columns in place."""
    monkeypatch.setenv("NO_COLOR", "1")
    daemon.page("/v1/profiles", profile(address=f"ana/{name}/end"), profile())

    lines = shipway("profile", "list").out.splitlines()

    assert all(cells(line) <= 80 for line in lines)
    assert "…" in lines[1]
    assert lines[1].startswith("ana/")


@pytest.mark.parametrize("columns", [40, 60])
def test_a_narrow_terminal_keeps_what_it_is_and_how_it_is(
    daemon, shipway, terminal, monkeypatch, columns
):
    """Columns that have no room are left out; no line wraps."""
    monkeypatch.setenv("COLUMNS", str(columns))
    daemon.page("/v1/jobs", job(reason="It takes " + "long " * 20), job(id=8))

    lines = plain(shipway("job", "list").out).splitlines()

    assert all(cells(line) <= columns for line in lines)
    assert {"JOB", "STATE"} <= set(lines[0].split())
    assert "running" in lines[1]


def test_a_table_that_is_not_for_a_terminal_is_whole(daemon, shipway, monkeypatch):
    """Whatever COLUMNS says."""
    monkeypatch.setenv("COLUMNS", "40")
    daemon.page("/v1/profiles", profile(identifier="dev." + "long." * 30))
    assert "dev." + "long." * 30 in shipway("profile", "list").out


def test_force_color_paints_what_is_piped_and_no_color_wins(daemon, shipway, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    daemon.page("/v1/profiles", profile())
    assert "\x1b[" in shipway("profile", "list").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shipway("profile", "list").out


def plain(text: str) -> str:
    """Without colour."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_no_color_means_no_colour(daemon, shipway, terminal, monkeypatch):
    """And without the variable there is some."""
    daemon.page("/v1/profiles", profile())

    assert "\x1b[" in shipway("profile", "list").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shipway("profile", "list").out


def test_stages_that_ended_stay_and_the_running_one_is_rewritten(terminal, capsys):
    """The last line always starts by erasing itself and never wraps."""
    view = RewrittenLine()
    half = {"stage": "send", "done": 500, "total": 1000}
    view.show(a_job(stages=[{"name": "plan", "state": "done"}, {"name": "send"}]))
    view.show(
        a_job(
            stages=[{"name": "plan", "state": "done"}, {"name": "send", "state": "running"}],
            progress=half,
        )
    )
    view.show(a_job(stages=[{"name": "x" * 200, "state": "running"}]))

    erased = capsys.readouterr().err.split("\r\x1b[K")[1:]

    assert erased[0].count("plan") == 1
    assert erased[1] == "… send  50 %  500 B of 1.0 kB"
    assert cells(erased[2]) < 80


def test_without_a_terminal_the_view_is_plain_or_silent(capsys, monkeypatch):
    """Silent where a program reads the result."""
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _stream: False)

    assert isinstance(stage_view(quiet=False), PlainLines)
    assert not isinstance(stage_view(quiet=True), PlainLines | RewrittenLine)


def test_a_daemon_of_another_version_is_named(daemon, shipway, terminal, monkeypatch):
    """Once in a command, after the answer; a program asks `daemon status`."""
    monkeypatch.setattr(Api, "daemon_version", "0.0.9", raising=False)
    monkeypatch.setattr(Api, "__init__", lambda self, address: None)
    daemon.page("/v1/profiles", profile())
    daemon.on("GET", "/v1/profiles/ana/sample-android", profile(latest=None))
    daemon.on("DELETE", "/v1/profiles/ana/sample-android", None)
    daemon.page("/v1/publications")

    assert "The daemon is version 0.0.9" in shipway("profile", "list").err
    assert shipway("profile", "delete", "ana/sample-android").err.count("0.0.9") == 1
    assert not shipway("profile", "list", "--json").err
    assert not shipway("profile", "list", "-q").err


@pytest.mark.parametrize(("typed", "code"), [("ana/sample", 0), ("ana/sampel", 4), ("", 4)])
def test_a_removal_is_confirmed_by_typing_the_app(daemon, shipway, monkeypatch, typed, code):
    """Anything else changes nothing."""
    monkeypatch.setattr(confirm, "at_a_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: typed)
    daemon.on("POST", "/v1/publish", job())
    daemon.on("GET", "/v1/jobs/7", done("verified"))

    ran = shipway(
        *("publish", "--app", "ana/sample", "--env", "enterprise-store", "--no-wait"),
        *("--select", "android-phone=remove"),
    )

    assert ran.code == code
    sent = daemon.bodies("POST", "/v1/publish")
    assert [body.confirm_remove for body in sent] == (["ana/sample"] if code == 0 else [])
