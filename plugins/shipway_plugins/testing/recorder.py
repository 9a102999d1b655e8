"""Reporters for tests: one that remembers what it was told, one that dies of it."""


class RecordingReporter:
    """Keeps every stage, skip, progress and line of one call, in order."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.skipped: list[str] = []
        self.details: list[str] = []
        self.lines: list[str] = []
        #: Per stage the pairs of bytes done and bytes in all.
        self.steps: dict[str, list[tuple[int, int]]] = {}

    def stage(self, name: str, detail: str = "") -> None:
        """Remember that a stage began."""
        self.stages.append(name)
        self.details.append(detail)

    def skip(self, name: str, detail: str = "") -> None:
        """Remember that a stage was skipped."""
        self.skipped.append(name)
        self.details.append(detail)

    def progress(self, done: int, total: int) -> None:
        """Remember how far the current stage is."""
        current = self.stages[-1] if self.stages else ""
        self.steps.setdefault(current, []).append((done, total))

    def log(self, line: str) -> None:
        """Remember a line."""
        self.lines.append(line)


class Killed(BaseException):
    """The end of a lane, as far as it can be had without a process: nothing may catch it."""


class DyingReporter(RecordingReporter):
    """Raises `Killed` at its report number `moment`, counted from 1."""

    def __init__(self, moment: int) -> None:
        super().__init__()
        self._left = moment

    def stage(self, name: str, detail: str = "") -> None:
        """Remember that a stage began, or die of it."""
        super().stage(name, detail)
        self._count()

    def skip(self, name: str, detail: str = "") -> None:
        """Remember that a stage was skipped, or die of it."""
        super().skip(name, detail)
        self._count()

    def progress(self, done: int, total: int) -> None:
        """Remember how far the current stage is, or die of it."""
        super().progress(done, total)
        self._count()

    def log(self, line: str) -> None:
        """Remember a line, or die of it."""
        super().log(line)
        self._count()

    def _count(self) -> None:
        self._left -= 1
        if self._left <= 0:
            raise Killed
