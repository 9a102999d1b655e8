"""What can go wrong at a store, and what a test needs of one that does it when told."""

from enum import StrEnum
from typing import Protocol


class Trouble(StrEnum):
    """One way in which a store goes wrong."""

    #: It cannot now, and takes nothing.
    BUSY = "busy"
    #: It says no for good, and takes nothing.
    REFUSES = "refuses"
    #: Nobody answers: nothing is taken, and nothing can be read.
    UNREACHABLE = "unreachable"
    #: It takes what is sent, and its answer does not arrive.
    LOSES_THE_REPLY = "loses the reply"
    #: It takes what is sent, and shows it only later.
    SHOWS_LATE = "shows late"


class FaultyStore(Protocol):
    """A store, or a stand-in for one, that has the troubles that it is told to have.

    `FakeStore` is one. Over a server of your own, write one that tells the server.
    """

    #: The troubles that it can have; the tests of the others are skipped.
    troubles: frozenset[Trouble]

    def go_wrong(self, trouble: Trouble) -> None:
        """Have this trouble from now on, until `recover`."""

    def recover(self) -> None:
        """Have no trouble any more; what was taken and not shown is shown."""

    def changes(self) -> int:
        """Count how often what it holds became something else."""
