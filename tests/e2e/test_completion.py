"""Completion in the shells themselves: what a person types, tab, and what stands there then."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.daemon import RunningDaemon
from support.desk import Desk, desk_daemon
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

#: How each shell is started without the files of who runs the tests, and how it reads the script.
SHELLS = {
    "bash": ("bash --norc --noprofile", "source {}"),
    "zsh": ("zsh -f", "autoload -Uz compinit; compinit -u -d {}.dump; source {}"),
    "fish": ("fish --no-config", "source {}"),
}


@pytest.fixture
async def desk():
    async with desk_daemon() as made:
        await made.daemon.start()
        yield made


class Terminal:
    """A shell in a terminal of its own, driven with real keys."""

    def __init__(self, shell: str, daemon: RunningDaemon) -> None:
        self._socket = f"shipway-{uuid.uuid4().hex[:8]}"
        folder = Path(sys.executable).parent
        environment = daemon.environment(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}", PS1="$ ")
        started = ("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", shell)
        subprocess.run(
            ["tmux", "-L", self._socket, *started], env=environment, cwd=daemon.home, check=True
        )

    def type(self, *keys: str) -> None:
        """Type text and named keys."""
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        """What stands there now, without the ends of lines."""
        return "".join(
            line.rstrip() + "\n" for line in self._tmux("capture-pane", "-p").split("\n")
        )

    def end(self) -> None:
        """Close it."""
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        ran = subprocess.run(
            ["tmux", "-L", self._socket, *words], capture_output=True, text=True, check=True
        )
        return ran.stdout


@pytest.fixture(params=SHELLS)
def terminal(request, desk: Desk) -> Iterator[Terminal]:
    """Each shell, with the script that it is given read in."""
    program, source = SHELLS[request.param]
    if shutil.which(request.param) is None or shutil.which("tmux") is None:
        pytest.skip(f"{request.param} or tmux is not installed")
    made = Terminal(program, desk.daemon)
    try:
        script = desk.daemon.home / "completion"
        made.type(
            f"shipway completion {request.param} > {script}; ", source.replace("{}", str(script))
        )
        made.type("; clear; echo re''ady", "Enter")
        yield made
    finally:
        made.end()


async def test_a_shell_completes_commands_addresses_versions_and_queries(
    terminal: Terminal, desk: Desk
) -> None:
    await wait_for(lambda: "ready\n" in terminal.screen(), 60, "the shell is not ready")
    typed = {
        ("shipway job canc",): "shipway job cancel",
        (f"shipway version show {desk.app[:-3]}",): f"shipway version show {desk.app}@",
        ("shipway version list --query platf",): "shipway version list --query platform:",
        ("shipway version list --query platform:andr",): "--query platform:android",
        ("shipway plugin show enterp",): "shipway plugin show enterprise_store",
    }
    for keys, shown in typed.items():
        terminal.type("C-u", *keys, "Tab")
        await wait_for(
            lambda shown=shown: shown in terminal.screen(),
            60,
            f"{keys} is not completed to {shown}",
        )


async def test_when_no_daemon_answers_a_shell_is_not_kept_waiting(
    terminal: Terminal, desk: Desk
) -> None:
    """The words of the command line are completed all the same, and nothing is said."""
    await wait_for(lambda: "ready\n" in terminal.screen(), 60, "the shell is not ready")
    await desk.daemon.stop()
    terminal.type("shipway plugin show enterp", "Tab", "x")
    await wait_for(lambda: "enterpx" in terminal.screen(), 60, "the shell waits")
    terminal.type("C-u", "shipway job canc", "Tab")
    await wait_for(lambda: "shipway job cancel" in terminal.screen(), 60, "no command is completed")
    assert "daemon" not in terminal.screen().lower()
