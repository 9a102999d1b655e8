"""The files that may be binaries and are not taken yet, each with what it waits for."""

from dataclasses import dataclass, field

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.watch.containers import Container
from shipway_daemon.watch.ready import Lease, Look

#: Where no lease can be had, quiet has to last at least so long.
WEAK_QUIET = 5.0
#: How soon a file is looked at again that was quiet but not finished.
AGAIN = 0.5
#: How late a file is looked at again that was left unfinished long ago.
RARELY = 60.0
#: How late one is that somebody keeps open: nothing tells of the close.
HELD_RARELY = 5.0

#: Why a file waits, for people to see.
NOT_QUIET = "It changed a moment ago, and may still be written."
HELD = "A program has it open and may write to it."
NOT_WHOLE = "It is not whole: its end is missing."


@dataclass
class Waiting:
    """One file: its signature, since when it has not changed, when it is looked at next and why.

    `unreadable`: it cannot be opened.
    """

    signature: Signature
    since: float
    due: float
    why: str = NOT_QUIET
    unreadable: bool = False


@dataclass
class Pending:
    """All waiting files of one folder, by path. Times are monotonic seconds."""

    quiet: float
    files: dict[bytes, Waiting] = field(default_factory=dict)

    def notice(self, path: bytes, signature: Signature, now: float, age: float = 0.0) -> bool:
        """Take note of a file that last changed `age` seconds ago; true if it was not waiting."""
        known = self.files.get(path)
        if known is not None and known.signature == signature:
            return False
        since = now - age
        self.files[path] = Waiting(signature, since, since + self.quiet)
        return known is None

    def judge(self, path: bytes, seen: Look, now: float, age: float = 0.0) -> bool:
        """Apply the rule to one look: true if the file is finished, else it goes on waiting.

        `age` is how many seconds ago it last changed: not every change is heard of at once.
        """
        if self.files[path].signature != seen.signature:
            self.notice(path, seen.signature, now, age)
        waiting = self.files[path]
        waiting.unreadable = False
        quiet, age = self._quiet_needed(seen), now - waiting.since
        if age < quiet:
            waiting.why, waiting.due = NOT_QUIET, waiting.since + quiet
            return False
        if seen.lease is Lease.HELD:
            waiting.why, waiting.due = HELD, now + _between(AGAIN, age / 20, HELD_RARELY)
            return False
        if seen.container is Container.OPEN:  # only a change can close it, and that is noticed
            waiting.why, waiting.due = NOT_WHOLE, now + _between(AGAIN, age / 4, RARELY)
            return False
        return True

    def unreadable(self, path: bytes, why: str, now: float) -> None:
        """Let a file wait that cannot be opened; once forgotten, each scan would find it anew."""
        waiting = self.files[path]
        waiting.why, waiting.unreadable = f"It cannot be read: {why}.", True
        waiting.due = now + _between(AGAIN, (now - waiting.since) / 4, RARELY)

    def _quiet_needed(self, seen: Look) -> float:
        told = seen.lease is not Lease.UNKNOWN and seen.container is not Container.UNKNOWN
        return self.quiet if told else max(self.quiet, WEAK_QUIET)

    def due(self, now: float) -> list[bytes]:
        """The files to look at now."""
        return [path for path, waiting in self.files.items() if waiting.due <= now]

    def next_due(self) -> float | None:
        """When the next file is to be looked at."""
        return min((waiting.due for waiting in self.files.values()), default=None)

    def drop(self, path: bytes) -> None:
        """Forget a file."""
        self.files.pop(path, None)

    def postpone(self, path: bytes, due: float) -> None:
        """Look at a file again at `due`, and not before."""
        if (waiting := self.files.get(path)) is not None:
            waiting.due = due


def _between(least: float, value: float, most: float) -> float:
    return min(max(least, value), most)
