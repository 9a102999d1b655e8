"""The program as a whole process: what it loads, and what it says when nobody answers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEAVY = ("aiohttp", "pluggy", "sqlalchemy", "textual", "rich", "shipway_daemon")


def python(home, code: str) -> "subprocess.CompletedProcess[str]":
    """Run a piece of Python with the home set."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SHIPWAY_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def stub_daemon(tmp_path):
    """A home in which a process answers."""
    tests = Path(__file__).parents[2]
    home = tmp_path / "home"
    process = subprocess.Popen(
        [sys.executable, str(tests / "command_answers" / "stub_daemon.py")],
        env={**os.environ, "SHIPWAY_HOME": str(home), "PYTHONPATH": str(tests)},
    )
    deadline = time.monotonic() + 15
    while not (home / "run" / "daemon.sock").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    yield home
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    "arguments",
    [
        ("profile", "list"),
        ("profile", "list", "--json"),
        ("version", "list"),
        ("publish", "--app", "a", "--env", "e"),
        ("daemon", "status"),
        ("daemon", "stop"),
        ("event", "follow"),
        ("job", "show", "1", "--wait"),
    ],
)
def test_without_a_daemon_every_command_exits_3_and_says_how_to_start_it(tmp_path, arguments):
    """Nothing is started, and nothing is made in the home."""
    home = tmp_path / "home"
    ran = subprocess.run(
        [sys.executable, "-m", "shipway_tui", *arguments],
        env={**os.environ, "SHIPWAY_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ran.returncode, ran.stdout) == (3, "")
    assert "shipway daemon start" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not home.exists()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_was_closed_before_leads_nowhere(stub_daemon, closed):
    ran = in_a_shell(stub_daemon, f"profile list {closed}")

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", ["profile list", "profile list --json"])
def test_a_full_disk_under_the_output_is_said(stub_daemon, arguments):
    ran = in_a_shell(stub_daemon, f"{arguments} > /dev/full")

    assert ran.returncode == 1
    assert "No space left" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr


def in_a_shell(home, line: str) -> "subprocess.CompletedProcess[str]":
    """Run the program with redirections."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -m shipway_tui {line}', sys.executable],
        env={**os.environ, "SHIPWAY_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_importing_the_terminal_loads_nothing_heavy(tmp_path):
    """The daemon's libraries never, Textual when the TUI opens."""
    ran = python(
        tmp_path,
        f"import shipway_tui, sys; print({HEAVY!r} and [m for m in {HEAVY!r} if m in sys.modules])",
    )

    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["profile", "version", "env", "publish", "job"])
def test_a_command_loads_nothing_heavy(tmp_path, command):
    """A list costs what its own imports cost (DESIGN, budgets)."""
    arguments = [command, "list"] if command != "publish" else [command, "--app", "a", "--env", "e"]
    code = (
        "import sys\n"
        "from shipway_tui.__main__ import run\n"
        f"print(run({arguments!r}))\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])\n"
    )

    ran = python(tmp_path, code)

    assert ran.stdout.split("\n")[:2] == ["3", "[]"]


def test_a_list_that_is_answered_loads_nothing_heavy_either(tmp_path, stub_daemon):
    """Decoding and printing the answer included."""
    code = (
        "import sys\n"
        "from shipway_tui.__main__ import run\n"
        "code = run(['profile', 'list'])\n"
        f"print(code, [m for m in {HEAVY!r} if m in sys.modules])\n"
    )

    *table, last = python(stub_daemon, code).stdout.splitlines()

    assert last == "0 []"
    assert "ana/sample-android" in table[1]
