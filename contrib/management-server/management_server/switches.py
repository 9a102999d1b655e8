"""Switches: how the server misbehaves on demand.

They are read from `switches.json` in its folder at every request, so that they can be thrown while
it runs.
"""

from pathlib import Path

import msgspec


class Switches(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them off is a server that behaves.

    Attributes:
        busy: Status is busy, and publications and removals are put off with 409.
        maintenance: Everything is answered with 503.
        retry_after: How many seconds 409, 429 and 503 ask to be left alone; null: they do not say.
        requests_per_second: More than these are answered with 429; null: any.
        shown_after_seconds: How long what was taken is not shown yet.
        shown_after_reads: How often an app is read before what was taken is shown.
        slow_seconds: How long a publication or a removal is worked on; the server is busy then.
        max_bytes: The largest binary that is taken; null: any.
        targets: Who can be aimed at; empty: anybody.
        keep_seconds: How long a binary that nothing refers to is kept.
    """

    busy: bool = False
    maintenance: bool = False
    retry_after: float | None = None
    requests_per_second: int | None = None
    shown_after_seconds: float = 0.0
    shown_after_reads: int = 0
    slow_seconds: float = 0.0
    max_bytes: int | None = None
    targets: list[str] = []
    keep_seconds: float = 3600.0


def read_switches(folder: Path) -> Switches:
    """Read how they stand now; without the file, all are off."""
    try:
        return msgspec.json.decode((folder / "switches.json").read_bytes(), type=Switches)
    except FileNotFoundError:
        return Switches()


def write_switches(folder: Path, switches: Switches) -> None:
    """Throw them; a request sees all of them as before, or all as now."""
    fresh = folder / "switches.json.new"
    fresh.write_bytes(msgspec.json.encode(switches))
    fresh.rename(folder / "switches.json")
