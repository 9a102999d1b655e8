"""A reporter that remembers what it was told."""


class RecordingReporter:
    """Keeps every stage, skip, progress and line of one call, in order."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.skipped: list[str] = []
        self.lines: list[str] = []
        #: Per stage the pairs of bytes done and bytes in all.
        self.steps: dict[str, list[tuple[int, int]]] = {}

    def stage(self, name: str, detail: str = "") -> None:
        """Remember that a stage began."""
        del detail
        self.stages.append(name)

    def skip(self, name: str, detail: str = "") -> None:
        """Remember that a stage was skipped."""
        del detail
        self.skipped.append(name)

    def progress(self, done: int, total: int) -> None:
        """Remember how far the current stage is."""
        current = self.stages[-1] if self.stages else ""
        self.steps.setdefault(current, []).append((done, total))

    def log(self, line: str) -> None:
        """Remember a line."""
        self.lines.append(line)
