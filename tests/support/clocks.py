"""A clock that a test turns."""

from datetime import UTC, datetime, timedelta

from shipway_daemon.clock import Clock


class TurnedClock(Clock):
    """Stands still until it is turned; the wall and what goes by are turned apart."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.gone_by = 1_000.0

    def wall(self) -> datetime:
        return self.at

    def elapsed(self) -> float:
        return self.gone_by

    def go_by(self, seconds: float) -> None:
        """Let time go by, as it does."""
        self.at += timedelta(seconds=seconds)
        self.gone_by += seconds

    def jump(self, seconds: float) -> None:
        """Let only the wall jump, as when somebody sets it."""
        self.at += timedelta(seconds=seconds)
