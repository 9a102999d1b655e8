"""How times are written: how long ago, how long still, and by the clock."""

from datetime import UTC, datetime


def age_text(at: str | None, now: datetime) -> str:
    """Write how long ago `at` (RFC 3339) was."""
    if at is None:
        return "never"
    seconds = max(0, int((now - moment(at)).total_seconds()))
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "now"


def ago_text(at: str | None, now: datetime) -> str:
    """Write the same within a sentence."""
    age = age_text(at, now)
    return age if age in {"now", "never"} else f"{age} ago"


def left_text(at: str, now: datetime) -> str:
    """Write how long it is until `at` (RFC 3339), within a sentence."""
    seconds = int((moment(at) - now).total_seconds())
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= length:
            return f"{seconds // length} {unit} left"
    return "due now"


def moment(at: str) -> datetime:
    """Read an RFC 3339 time; one without a zone is UTC."""
    read = datetime.fromisoformat(at)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def clock_text(at: str | None) -> str:
    """Write a time in the reader's own zone, to the second."""
    return moment(at).astimezone().strftime("%Y-%m-%d %H:%M:%S") if at else "–"
