"""What a program says while it runs: reports go on at once, the last answer is kept."""

import time
from collections.abc import Iterable

from shipway_plugins import Reporter

from shipway_command.protocol import Said, read_line

#: Seconds between two signs of life: a lane that hears nothing for ten minutes is ended.
SIGN_OF_LIFE = 30.0
_MASK = b"***"
_SHOWN = 200
# What is shorter would be masked in the middle of every other word.
_SHORTEST = 4


class Conversation:
    """Takes the lines of one run. Without a reporter, reports are dropped."""

    def __init__(self, report: Reporter | None, secrets: Iterable[str]) -> None:
        self._report = report
        self._secrets = sorted(
            (secret.encode() for secret in secrets if len(secret) >= _SHORTEST),
            key=len,
            reverse=True,
        )
        #: The last line that is an answer.
        self.answer: Said | None = None
        #: The first line that ought to be an object of ours and is none, with the reason.
        self.bad = ""
        #: The last line of log.
        self.last = ""
        self._progress = (0, 0)
        self._told = time.monotonic()

    def output(self, line: bytes) -> None:
        """Take a line of standard output: an object of ours, or log."""
        line = self._masked(line)
        if line.lstrip().startswith(b"{"):
            self._take_object(line)
        else:
            self._log(line.decode("utf-8", "replace"))

    def trouble(self, line: bytes) -> None:
        """Take a line of standard error: log."""
        self._log(self._masked(line).decode("utf-8", "replace"))

    def alive(self) -> None:
        """Repeat the progress, when nothing was told for long."""
        if self._report is not None and time.monotonic() - self._told > SIGN_OF_LIFE:
            self._told = time.monotonic()
            self._report.progress(*self._progress)

    def _take_object(self, line: bytes) -> None:
        try:
            said = read_line(line)
        except ValueError as wrong:
            shown = line[:_SHOWN].decode("utf-8", "backslashreplace")
            self.bad = self.bad or f"{shown} ({wrong})"
            return
        if said.answers():
            self.answer = said
        self._pass_on(said)

    def _pass_on(self, said: Said) -> None:
        if said.log is not None:
            self._log(said.log)
        if self._report is None:
            return
        self._told = time.monotonic()
        if said.stage is not None:
            self._progress = (0, 0)
            self._report.stage(said.stage, said.detail)
        if said.skip is not None:
            self._report.skip(said.skip, said.detail)
        if said.progress is not None:
            self._progress = said.progress
            self._report.progress(*said.progress)

    def _log(self, line: str) -> None:
        self.last = line[:_SHOWN]
        if self._report is not None:
            self._told = time.monotonic()
            self._report.log(line)

    def _masked(self, line: bytes) -> bytes:
        for secret in self._secrets:
            line = line.replace(secret, _MASK)
        return line
