"""What is asked of a folder, checked, and as the columns of its row."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import UNSET
from shipway_client.errors import ShipwayError, WrongUsage
from shipway_client.wire import AddFolder, ChangeFolder
from sqlalchemy import Connection

from shipway_daemon.catalog import profiles
from shipway_daemon.rules.channels import check_channel
from shipway_daemon.rules.patterns import check_pattern
from shipway_daemon.rules.retention import check_retention
from shipway_daemon.watch.names import EXTENSIONS

_MAX_QUIET = 3600.0
_MAX_GLOB = 1_000
_WORDS = ("unknown", "preset")
#: What decides about a file beside its bytes: refused ones are asked about again.
DECIDING = ("channel", "profile", "unknown", "pattern")


def check_asked(request: AddFolder | ChangeFolder) -> None:
    """Check every field that is given.

    Raises:
        WrongUsage: One of them makes no sense.
    """
    asked = _given(request)
    with about("channel"):
        if asked.get("channel") is not None:
            check_channel(asked["channel"])
    with about("pattern"):
        if asked.get("pattern") is not None:
            check_pattern(asked["pattern"])
            if isinstance(request, AddFolder) and request.glob is None:
                _check_taken(asked["pattern"])
    with about("quiet"):
        _check_quiet(asked.get("quiet", 0.0))
    with about("glob"):
        _check_glob(asked.get("glob"))
    if (retention := asked.get("retention")) is not None:
        check_retention(retention)


@contextmanager
def about(field: str) -> Iterator[None]:
    """Let what is wrong within name the field of the request, so that a form can show it there."""
    try:
        yield
    except ShipwayError as error:
        error.fields.setdefault(field, error.message)
        raise


def _check_taken(pattern: str) -> None:
    """Refuse a pattern for names that a folder without a glob never takes: it would wait for ever.

    Only its end can be judged, what follows the last field or star.
    """
    end = re.split(r"[}*]", pattern)[-1].lower()
    if "." not in end or end.endswith(EXTENSIONS):
        return
    raise WrongUsage(
        f"No file that ends with {end!r} is taken without a glob.",
        f"Give a glob too, such as *{end}: other names than those of app binaries need one.",
    )


def _check_quiet(quiet: float) -> None:
    if not 0 <= quiet <= _MAX_QUIET:
        raise WrongUsage(
            f"The quiet time must be 0 to {_MAX_QUIET:.0f} seconds.",
            "2 s does for most; longer than the longest pause of the build tool is safe.",
        )


def _check_glob(glob: str | None) -> None:
    if glob is not None and not 0 < len(glob) <= _MAX_GLOB:
        raise WrongUsage(
            f"The glob must have 1 to {_MAX_GLOB:,} characters.", "Write it like Shop*.apk."
        )


def columns(tx: Connection, request: AddFolder | ChangeFolder) -> dict[str, Any]:
    """Make columns of a folder's row of the fields that are given; the path is none of them.

    Raises:
        NotFound: The profile is not there.
    """
    asked = _given(request)
    for word in _WORDS:
        if asked.get(word) is not None:
            asked[word] = str(asked[word])
    if "profile" in asked:
        address = asked.pop("profile")
        with about("profile"):
            asked["profile_id"] = profiles.read(tx, address).id if address else None
    return asked


def _given(request: AddFolder | ChangeFolder) -> dict[str, Any]:
    told = msgspec.structs.asdict(request)
    return {name: value for name, value in told.items() if name != "path" and value is not UNSET}
