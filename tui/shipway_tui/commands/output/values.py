"""Values as a person reads them: sizes, times, digests, progress."""

from shipway_plugins.words import Progress

_UNITS = ("B", "kB", "MB", "GB", "TB")


def size(count: int) -> str:
    """Write a number of bytes with three figures or so: `4.2 MB`."""
    amount = float(count)
    for unit in _UNITS[:-1]:
        if amount < 999.95:
            return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} {_UNITS[-1]}"


def when(stamp: str | None) -> str:
    """Write an RFC 3339 time in the clock of this machine, to the minute."""
    if not stamp:
        return ""
    from datetime import datetime

    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return stamp


def age(stamp: str | None) -> str:
    """Write how long ago an RFC 3339 time was: `2 min ago`; the time itself, if it is to come."""
    if not stamp:
        return "never"
    from datetime import UTC, datetime

    try:
        seconds = (datetime.now(UTC) - datetime.fromisoformat(stamp)).total_seconds()
    except ValueError:
        return stamp
    if seconds < 0:
        return when(stamp)
    for name, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= (2 * length if name == "days" else length):
            return f"{seconds // length:.0f} {name} ago"
    return f"{seconds:.0f} s ago"


def digest(sha256: str) -> str:
    """Write the first figures of a digest, enough to compare by eye."""
    return sha256[:12]


def progress(done: Progress) -> str:
    """Write how far something is: `45 %  1.2 MB of 3.4 MB`."""
    shown = size if done.unit == "bytes" else str
    if done.total <= 0:
        return shown(done.done)
    percent = min(100, done.done * 100 // done.total)
    unit = "" if done.unit == "bytes" else f" {done.unit}"
    return f"{percent} %  {shown(done.done)} of {shown(done.total)}{unit}"


def or_dash(value: object) -> str:
    """Write a value, or a dash where there is none."""
    return "-" if value is None or value == "" else str(value)
