"""One act on several things, one after the other: one that is refused does not stop the others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from shipway_client.errors import NoDaemon, ShipwayError

from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.words import plain

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

T = TypeVar("T")

#: As many are named one by one; of more, the rest is counted.
MOST_NAMED = 6


@dataclass
class Tally:
    """What became of each: how many are done, and why the others are not."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    unasked: int = 0
    why_unasked: str = ""

    def sentence(self) -> str:
        """Say it: `7 done, 1 refused:`, then the reasons, each with its names."""
        counts = [f"{self.done} done"]
        counts += [f"{len(self.refused)} refused"] if self.refused else []
        counts += [f"{self.unasked} not asked: {self.why_unasked}"] if self.unasked else []
        reasons: dict[str, list[str]] = {}
        for name, reason in self.refused:
            reasons.setdefault(reason, []).append(name)
        told = [f"{names_text(names, ', ', 3)}: {reason}" for reason, names in reasons.items()]
        return "\n".join([", ".join(counts) + ".", *told[:MOST_NAMED]])


def names_text(names: Sequence[str], between: str = "\n", most: int = MOST_NAMED) -> str:
    """Name several things; of many, the first ones, and how many more there are."""
    shown = [plain(name) for name in names[:most]]
    more = len(names) - len(shown)
    return between.join([*shown, *([f"and {more} more"] if more > 0 else [])])


def question(do: str, what: str, *told: str) -> str:
    """Ask whether to do it; `told` names what it is done to, and says what is lost."""
    return "\n".join([f"{do} {what}?", *filter(None, told)])


async def do_each(
    place: ListScreen[T], things: Sequence[T], doing: str, do: Callable[[T], Awaitable[object]]
) -> bool:
    """Do something to each of several things, and tell of it; whether any was done.

    Of one thing, only an error is told, as it is. What was done loses its mark.
    """
    if len(things) == 1:
        [only] = things
        done = await _single(place, only, do)
    else:
        tally = await _tally(place, things, doing, do)
        whole = not tally.refused and not tally.unasked
        severity: SeverityLevel = "information" if whole else "warning"
        told = f"{doing} {place.number_text(len(things))}: {tally.sentence()}"
        place.notify(told, severity=severity, timeout=8, markup=False)
        done = tally.done > 0
    place.changed({place.key_of(thing) for thing in things})
    return done


async def _single(place: ListScreen[T], thing: T, do: Callable[[T], Awaitable[object]]) -> bool:
    try:
        await do(thing)
    except ShipwayError as error:
        place.complain(error)
        return False
    place.unmark(thing)
    return True


async def _tally(
    place: ListScreen[T], things: Sequence[T], doing: str, do: Callable[[T], Awaitable[object]]
) -> Tally:
    tally = Tally()
    try:
        for number, thing in enumerate(things, start=1):
            place.show_progress(f"{doing} {number} of {len(things)}")
            tally.unasked = len(things) - number + 1
            if place.stopped:
                tally.why_unasked = "stopped"
                break
            try:
                await do(thing)
            except NoDaemon:
                tally.why_unasked = "the daemon does not answer"
                break
            except ShipwayError as error:
                tally.refused.append((place.name_of(thing), error.message))
            else:
                tally.done += 1
                place.unmark(thing)
            tally.unasked = 0
    finally:
        place.show_progress("")
    return tally
