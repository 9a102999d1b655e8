"""Which version and build a binary gets: what was typed, what it states, what is beside it."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import UnsetType
from shipway_client.errors import WrongUsage
from shipway_plugins.words import Finding, Severity

from shipway_daemon.rules.versions import check_number, check_typed


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """Version and build as something beside the binary states them; `origin` is what that is.

    They fill only what the binary does not state itself. Where it does and they differ, that is a
    finding if they are `claimed` of the binary, and nothing if they were guessed.
    """

    origin: str
    claimed: bool = False
    version: str | None = None
    build: str | None = None


class Beside(NamedTuple):
    """One number, of those that something beside the binary states."""

    origin: str
    claimed: bool
    number: str


class Chosen(NamedTuple):
    """The number that a version gets, and what is to be said about it."""

    number: str | None
    findings: list[Finding]


def versions_beside(numbers: Iterable[Numbers]) -> list[Beside]:
    """The version numbers among these."""
    return [Beside(one.origin, one.claimed, one.version) for one in numbers if one.version]


def builds_beside(numbers: Iterable[Numbers]) -> list[Beside]:
    """The build numbers among these."""
    return [Beside(one.origin, one.claimed, one.build) for one in numbers if one.build]


def choose(
    typed: str | None, read: str | UnsetType | None, beside: Iterable[Beside], what: str
) -> Chosen:
    """Choose the number that was typed, else the one that was read, else the first one beside.

    Raises:
        WrongUsage: The typed one can be no number.
    """
    stated = read or None
    fitting = [one for one in beside if _fits(one.number, what)]
    differing = [_differs(one, stated, what) for one in fitting if one.claimed and stated]
    findings = [found for found in differing if found is not None]
    if typed is not None:
        wrong = check_typed(stated, typed, what)
        return Chosen(check_number(typed, what), [*wrong, *findings])
    if stated is not None or not fitting:
        return Chosen(stated, findings)
    return Chosen(fitting[0].number, [_filled(fitting[0], what)])


def _fits(number: str, what: str) -> bool:
    try:
        check_number(number, what)
    except WrongUsage:
        return False
    return True


def _differs(beside: Beside, stated: str | None, what: str) -> Finding | None:
    if beside.number == stated:
        return None
    return Finding(
        severity=Severity.WARNING,
        rule="number-differs",
        sentence=f"The {what} is {stated} by the file, and {beside.number} by {beside.origin}.",
        remedy="The file is believed.",
    )


def _filled(beside: Beside, what: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        rule="number-beside",
        sentence=f"The {what} {beside.number} was read from {beside.origin}.",
    )
