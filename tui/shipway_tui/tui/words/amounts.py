"""How numbers, sizes and shares are written."""

from shipway_client.wire import Retention


def numbers(version: str | None, build: str | None) -> str:
    """Write a version and its build as `1.2.3 (45)`."""
    if version is None and build is None:
        return "not read"
    return f"{version or '?'} ({build})" if build else str(version)


def retention_text(retention: Retention) -> str:
    """Say what is kept; empty where no rule is set, and everything is."""
    count, days = retention.keep_last, retention.keep_days
    kept = [f"the newest {count}"] if count is not None else []
    kept += [f"all of {days:g} day{'' if days == 1 else 's'}"] if days is not None else []
    if not kept:
        return ""
    kept += ["candidates"] if retention.keep_candidates else []
    kept += ["what is published"] if retention.keep_published else []
    return ", ".join(kept)


def size_text(size: int) -> str:
    """Write a number of bytes as a person reads it."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return (
                f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
            )
        amount /= 1000
    return f"{amount:.1f} GB"


def bar_text(done: int, total: int, cells: int) -> str:
    """Draw a bar of `cells` cells; its figures stand beside it."""
    share = min(1.0, done / total) if total > 0 else 0.0
    full = int(share * cells)
    return "█" * full + "░" * (cells - full)
