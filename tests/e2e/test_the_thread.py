"""The thread from end to end, in a real terminal of 80x24 over real processes.

A build folder is watched, a binary is dropped into it, its row appears by itself, it is marked and
published from the keyboard, the environment is Busy meanwhile and Available afterwards, and what
is live is the digest of the file.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from shipway_client.errors import NoDaemon, ShipwayError
from support.binaries import CORPUS
from support.daemon import RunningDaemon, running_daemon
from support.desk import OLDER, PLUGINS, SAMPLES, Store
from support.processes import is_running
from support.terminal import Terminal, real_terminal
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

QUIET = 2.0
TUI = (sys.executable, "-P", "-m", "shipway_tui")


@pytest.fixture
async def daemon():
    """An empty home; its daemon is started by the TUI, and stopped by the command."""
    async with running_daemon(plugins=PLUGINS, start=False) as made:
        made.home.mkdir(parents=True)
        yield made
        pid = await daemon_pid(made)
        stopped = await made.shipway("daemon", "stop")
        assert stopped.code == 0, stopped.err
        await wait_for(lambda: not is_running(pid), message="the daemon lives on")


@pytest.fixture
def terminal(daemon: RunningDaemon):
    with real_terminal(daemon.home.parent, daemon.environment()) as made:
        yield made


@pytest.fixture
def builds(daemon: RunningDaemon) -> Path:
    folder = daemon.home.parent / "builds"
    folder.mkdir()
    return folder


async def daemon_pid(daemon: RunningDaemon) -> int:
    daemon.client.relocate()
    return (await daemon.client.history.health()).pid


async def open_tui(terminal: Terminal, daemon: RunningDaemon) -> None:
    terminal.run(TUI)
    await terminal.line("Connected", "Profiles", seconds=30)

    async def there() -> bool:
        try:
            return bool(await daemon_pid(daemon))
        except NoDaemon:
            return False

    await wait_for(there, 30, "the TUI starts no daemon")


async def skip_guide(terminal: Terminal) -> None:
    """An empty home opens the guide, once."""
    await terminal.see("Welcome to Shipway")
    terminal.press("Escape")


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def shipway(daemon: RunningDaemon, *words: str) -> str:
    done = await daemon.shipway(*words)
    assert done.code == 0, done
    return done.out


async def drop(terminal: Terminal, source: Path, builds: Path, name: str, row: str) -> None:
    """Copy a build as a build tool does; its row comes without a key."""
    shutil.copyfile(source, builds / name)
    await terminal.see(row, QUIET + 30)


async def publish_by_keyboard(terminal: Terminal) -> None:
    """From the list of profiles: open the only one, mark its version, review, publish."""
    terminal.press("Enter")
    await terminal.see("1 version")
    terminal.press("c")
    await terminal.line("@1", "Current")
    terminal.press("p")
    await terminal.see("Publish review")
    await terminal.see("Before → after")
    terminal.press("C-s")


async def assert_live(daemon: RunningDaemon, environment: str, digest: str) -> None:
    shown = json.loads(await shipway(daemon, "env", "show", environment, "--json"))
    assert shown["status"] == "available"
    (publication,) = shown["publications"]
    assert publication["status"] == "published"
    assert [entry["digest"] for entry in publication["live"]] == [digest]
    assert publication["last_attempt"]["outcome"] == "verified"


async def assert_was_busy(daemon: RunningDaemon, environment: str) -> None:
    """The history names what made it Busy, and when that was over."""
    lines = (await shipway(daemon, "event", "list", "--json")).splitlines()
    told = [json.loads(line) for line in lines]
    about = [one["kind"] for one in told if one["data"].get("environment") == environment]
    kinds = [kind for kind in reversed(about) if kind.startswith("job.")]
    assert kinds == ["job.submitted", "job.started", "job.finished"]


async def the_thread(daemon: RunningDaemon, terminal: Terminal, builds: Path, source: Path) -> None:
    await open_tui(terminal, daemon)
    await skip_guide(terminal)
    await terminal.see("0 profiles")
    await shipway(daemon, "watch", "add", str(builds), "--quiet", str(QUIET))
    await drop(terminal, source, builds, "app-release.apk", "1 profile ")
    await publish_by_keyboard(terminal)
    await terminal.see("Verified", 30)
    terminal.press("2")
    await terminal.line("enterprise-store", "Available")
    await terminal.see("Published")
    await assert_was_busy(daemon, "enterprise-store")
    digest = digest_of(source)
    await assert_live(daemon, "enterprise-store", digest)
    assert digest[:12] in terminal.screen()


async def test_a_sample_goes_the_whole_way(daemon, terminal, builds) -> None:
    await the_thread(daemon, terminal, builds, SAMPLES / OLDER)


async def test_a_real_apk_goes_the_whole_way(daemon, terminal, builds) -> None:
    """One of the corpus: it has whatever a stranger's build has."""
    if not CORPUS.is_dir():
        pytest.skip("no corpus; set SHIPWAY_CORPUS")
    found = sorted(CORPUS.glob("appium/**/*.apk")) or sorted(CORPUS.glob("androguard/**/*.apk"))
    if not found:
        pytest.skip("the corpus has no APK for this")
    await the_thread(daemon, terminal, builds, max(found, key=lambda path: path.stat().st_size))


async def test_busy_is_seen_while_a_store_works_and_quitting_changes_nothing(
    daemon, terminal, builds
) -> None:
    """The TUI shows Busy, is left in the middle, and shows Available when it comes back."""
    await open_tui(terminal, daemon)
    await skip_guide(terminal)
    added = await shipway(daemon, "env", "add", "holding", "--adapter", "holding", "--json")
    store = Store(daemon.locations.environments / str(json.loads(added)["id"]))
    store.hold("upload")
    await shipway(daemon, "add", str(SAMPLES / OLDER), "--candidate")
    terminal.press("2")
    await terminal.line("holding", "Available")
    terminal.press("j", "p")
    await terminal.see("Before → after")
    terminal.press("C-s")
    await store.waiting_at("upload")
    await terminal.see("Upload android-phone")
    terminal.press("Escape")
    await terminal.line("holding", "Busy")
    terminal.press("q")
    await terminal.see("ended with 0")
    assert store.waits() == "upload"
    terminal.end()
    store.release()
    terminal.run(TUI)
    await terminal.line("Connected", "Profiles", seconds=30)
    terminal.press("2")
    await terminal.line("holding", "Available", seconds=30)
    await assert_live(daemon, "holding", digest_of(SAMPLES / OLDER))


async def test_a_daemon_that_is_killed_is_shown_and_found_again(daemon, terminal) -> None:
    """The state of the connection is always to be seen; the next daemon is taken by itself."""
    await open_tui(terminal, daemon)
    first = await daemon_pid(daemon)
    os.kill(first, signal.SIGKILL)
    await terminal.see(lambda screen: "Connected" not in screen, 20, "it still says Connected")

    async def replaced() -> bool:
        try:
            return await daemon_pid(daemon) != first
        except ShipwayError:
            return False

    started = await daemon.shipway("daemon", "start")
    assert started.code == 0, started.err
    await wait_for(replaced, 30)
    await terminal.line("Connected", "Profiles", seconds=30)
