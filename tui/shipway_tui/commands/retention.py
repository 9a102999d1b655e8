"""Options that say how long versions are kept, for profiles and for folders alike."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec
from shipway_client.wire import Retention

Command = TypeVar("Command", bound=Callable[..., Any])

#: What takes a limit away.
NONE = "none"


class Limit(click.ParamType[float]):
    """A number, or `none` for no limit; given to the command as a number below 0."""

    def __init__(self, name: str, *, whole: bool = False) -> None:
        self.name = name
        self._whole = whole

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Refuse what is neither."""
        if value == NONE:
            return -1.0
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 < number < math.inf or (self._whole and number != int(number)):
            self.fail(f"{value!r} is no number of {self.name}: give one, or {NONE}.", param, ctx)
        return number


def retention_options(command: Command) -> Command:
    """Add `--keep-last`, `--keep-days`, `--keep-candidates` and `--keep-published`.

    They are given to the command under these names; None where one was not given.
    """
    for option in (
        click.option(
            "--keep-published/--no-keep-published",
            default=None,
            help="Keep what is live in an environment (default), or let it go like the rest.",
        ),
        click.option(
            "--keep-candidates/--no-keep-candidates",
            default=None,
            help="Keep release candidates (default), or let them go like the rest.",
        ),
        click.option(
            "--keep-days",
            type=Limit("days"),
            metavar="D|none",
            help="Versions may go when they are older than D days.",
        ),
        click.option(
            "--keep-last",
            type=Limit("versions", whole=True),
            metavar="N|none",
            help="Versions may go when N newer ones are there.",
        ),
    ):
        command = option(command)
    return command


def changed(
    retention: Retention,
    *,
    keep_last: float | None,
    keep_days: float | None,
    keep_candidates: bool | None,
    keep_published: bool | None,
) -> Retention:
    """The retention with what was given in the place of what was there."""
    given: dict[str, Any] = {}
    if keep_last is not None:
        given["keep_last"] = int(keep_last) if keep_last > 0 else None
    if keep_days is not None:
        given["keep_days"] = keep_days if keep_days > 0 else None
    if keep_candidates is not None:
        given["keep_candidates"] = keep_candidates
    if keep_published is not None:
        given["keep_published"] = keep_published
    return msgspec.structs.replace(retention, **given)


def in_words(retention: Retention) -> str:
    """Say how long versions are kept: `the last 5, 30 days; candidates, published`."""
    limits = []
    if retention.keep_last is not None:
        limits.append(f"the last {retention.keep_last}")
    if retention.keep_days is not None:
        limits.append(f"{retention.keep_days:g} days")
    if not limits:
        return "for ever"
    also = [
        word
        for word, kept in (
            ("candidates", retention.keep_candidates),
            ("published", retention.keep_published),
        )
        if kept
    ]
    return ", ".join(limits) + (f"; and {', '.join(also)}" if also else "")
