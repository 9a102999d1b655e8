"""The time as it is stored and sent. Nothing is ordered by it: clocks jump."""

from datetime import UTC, datetime


def now() -> str:
    """Tell the time in UTC, RFC 3339, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
