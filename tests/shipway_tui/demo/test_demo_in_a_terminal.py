"""The demo in a real terminal of 80x24: the TUI shows the way as it is gone."""

import os
import shutil
import subprocess
import sys
import time

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is missing"),
]


@pytest.fixture
def terminal(tmp_path):
    """A tmux server of our own; call it with the arguments of a tmux command."""
    environment = {**os.environ, "TMUX_TMPDIR": str(tmp_path), "TMPDIR": str(tmp_path)}
    environment.pop("TMUX", None)

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-L", "demo", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=30
        ).stdout

    yield tmux
    subprocess.run(["tmux", "-L", "demo", "kill-server"], env=environment, check=False)


def until(look, holds, seconds=60):
    """Look at the screen until something holds, and return it."""
    deadline = time.monotonic() + seconds
    while not holds(screen := look()):
        assert time.monotonic() < deadline and "ended with" not in screen, screen
        time.sleep(0.05)
    return screen


def test_the_way_is_seen_without_a_key_and_the_end_is_clean(terminal, tmp_path):
    """Both profiles and the marks appear by themselves; `q` takes the home away."""
    command = f"{sys.executable} -m shipway_tui demo; echo ended with $?; cat"
    terminal("new-session", "-d", "-x", "80", "-y", "24", "-s", "demo", command)

    def look():
        return terminal("capture-pane", "-p", "-t", "demo")

    until(look, lambda screen: "android-phone" in screen)
    until(look, lambda screen: "@2" in screen and "ios-phone" in screen)
    terminal("send-keys", "-t", "demo", "2")
    until(look, lambda screen: "enterprise-store" in screen)
    terminal("send-keys", "-t", "demo", "q")
    screen = until(look, lambda screen: "ended with" in screen)

    assert "ended with 0" in screen
    assert list(tmp_path.glob("shipway-demo-*")) == []
