"""A real terminal of 80x24, by a tmux server of its own."""

import contextlib
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from support.waiting import wait_for


class Terminal:
    """One program in one terminal."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._servers = 0

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-L", f"shipway-{self._servers}", "-f", "/dev/null", *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, f"{shlex.join(command)}: {done.stderr}"
        return done.stdout

    def run(self, command: Sequence[str]) -> None:
        """Run a program; what is on the screen stays when it has ended."""
        self._servers += 1  # a server that was ended may take a moment to be gone
        line = f"{shlex.join(command)}; echo ended with $?; exec cat"
        self._tmux("new-session", "-d", "-x", "80", "-y", "24", "-s", "one", line)

    def screen(self) -> str:
        """What a person sees now."""
        return self._tmux("capture-pane", "-p", "-t", "one")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, by tmux's names."""
        self._tmux("send-keys", "-t", "one", *keys)

    async def see(
        self, wanted: str | Callable[[str], bool], seconds: float = 20.0, message: str = ""
    ) -> str:
        """Wait until a text is on the screen, or a condition of it holds; returns the screen."""

        def look() -> str:
            screen = self.screen()
            holds = wanted in screen if isinstance(wanted, str) else wanted(screen)
            return screen if holds else ""

        try:
            return await wait_for(look, seconds, message or f"{wanted!r} is not to be seen")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.screen()}") from None

    async def line(self, *words: str, seconds: float = 20.0) -> str:
        """Wait until one line of the screen has all these words."""

        def there(screen: str) -> bool:
            return any(all(word in line for word in words) for line in screen.splitlines())

        return await self.see(there, seconds, f"no line with {', '.join(words)}")

    def end(self) -> None:
        """Take the terminal away, as closing its window does."""
        with contextlib.suppress(AssertionError):
            self._tmux("kill-server")


@contextlib.contextmanager
def real_terminal(folder: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """A terminal whose server lives in `folder`; the test is skipped where tmux is missing."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is missing: install it to run this test")
    names = {"TMUX_TMPDIR": str(folder), "TERM": "xterm-256color"}
    terminal = Terminal({**environment, **names} | {"TMUX": ""})
    try:
        yield terminal
    finally:
        terminal.end()
