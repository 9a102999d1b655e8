"""What a store plugin implements: one class per kind of store.

An adapter lives in a lane, a child process of its own, and answers one call at a time. It may
block: nothing else waits on that process. A call that outlives its deadline ends with the process.
"""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Protocol

import msgspec

from shipway_plugins.clock import Clock, SystemClock
from shipway_plugins.errors import NotSupported
from shipway_plugins.words import (
    Capabilities,
    Finding,
    LiveState,
    Plan,
    Receipt,
    StatusReport,
    Target,
)


class NoOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The options type of an adapter that has none."""


class EnvironmentContext(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter is given of its environment.

    `data_dir` belongs to this environment alone and outlives the process. `clock` is for adapters
    that wait; a test gives them another one.
    """

    name: str
    data_dir: Path
    clock: Clock = msgspec.field(default_factory=SystemClock)


class Reporter(Protocol):
    """How an adapter tells what it is doing while it does it."""

    def stage(self, name: str, detail: str = "") -> None:
        """Begin the stage `name`; the one before it is done."""

    def skip(self, name: str, detail: str = "") -> None:
        """Say that the stage `name` has nothing to do here; it counts as done."""

    def progress(self, done: int, total: int) -> None:
        """Say how many bytes of the current stage are done; `total` 0 means unknown."""

    def log(self, line: str) -> None:
        """Add a line to the job's log. Never put a credential in it."""


class Adapter(ABC):
    """One kind of store. Subclasses set the four class attributes and implement three methods."""

    #: Names the kind in `env add --adapter KIND`; lower case, underscores.
    kind: ClassVar[str]
    #: The name that people read.
    title: ClassVar[str]
    #: A msgspec struct; the form, `--set name=value` and the docs come from its JSON Schema.
    options_type: ClassVar[type[msgspec.Struct]] = NoOptions
    #: What this kind can do; all else is refused before anything is sent.
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: msgspec.Struct, context: EnvironmentContext) -> None:
        self.options = options
        self.context = context

    @abstractmethod
    def status(self) -> StatusReport:
        """Say whether the store can take a publish now, and why or why not.

        Raises:
            PluginError: The store cannot be asked; the environment turns Unknown.
        """

    @abstractmethod
    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Make the store hold what `plan` says, and return what it took.

        Channels whose action is KEEP stay as they are. Calling it again with the same plan must
        not publish twice.

        Raises:
            StoreRefused: The store said no; nothing more is tried.
            StoreUnreachable: No answer; the daemon asks `live` what became of it.
        """

    @abstractmethod
    def live(self, app: str) -> LiveState:
        """Read back from the store what it holds of `app` now. Never answer from memory."""

    def check(self, plan: Plan) -> list[Finding]:
        """Name the rules of this store that `plan` would break, before a byte is sent."""
        del plan
        return []

    def unpublish(self, app: str, key: str, report: Reporter) -> Receipt:
        """Take everything of `app` out of the store.

        Raises:
            NotSupported: This store cannot (the default).
        """
        del app, key, report
        raise NotSupported(f"{self.title} cannot unpublish.")

    def targets(self, query: str) -> list[Target]:
        """List at most 200 users and groups that a publish can be aimed at."""
        del query
        return []
