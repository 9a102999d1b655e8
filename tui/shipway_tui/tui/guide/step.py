"""What the three steps of the guide have in common."""

from typing import ClassVar

import msgspec
from shipway_client.errors import ShipwayError
from shipway_client.wire import Event, Folder, Job, JobProgress, Version
from textual.containers import Vertical
from textual.message import Message

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.words import plain


class Way(msgspec.Struct):
    """How far the guide is: the folder that is watched, the first version, its publish job."""

    folder: Folder | None = None
    version: Version | None = None
    job: Job | None = None


class Step(Vertical):
    """One step. It says when what it shows has changed, and when the next one may come."""

    #: The step in the line of all steps.
    NAME: ClassVar[str] = ""

    class Changed(Message):
        """The button may read otherwise now, or rest, or wake."""

    class Ended(Message):
        """The next step may come."""

    def __init__(self, desk: Desk, way: Way) -> None:
        super().__init__()
        self.desk, self.way = desk, way
        self.problem = ""

    @property
    def do(self) -> str:
        """What the button reads."""
        raise NotImplementedError

    @property
    def why_not(self) -> str:
        """Why the button rests; empty where it does not."""
        return ""

    def act(self) -> object:
        """Do what the button says."""
        raise NotImplementedError

    def hear(self, events: tuple[Event, ...]) -> None:
        """Take in what happened."""

    def progressed(self, told: JobProgress) -> None:
        """Take in how far a job is."""

    def fail(self, error: ShipwayError) -> None:
        """Say what went wrong, above the buttons."""
        self.tell(plain(f"{error.message} {error.hint}".strip(), lines=True))

    def tell(self, problem: str = "") -> None:
        """Say that something changed, with what is wrong now."""
        self.problem = problem
        self.post_message(self.Changed())
