"""What a management server would refuse, known before a byte is sent."""

from shipway_plugins.plans import check_targets, error, published
from shipway_plugins.words import Finding, Plan


def findings(plan: Plan, max_bytes: int | None) -> list[Finding]:
    """Name every rule that `plan` breaks; `max_bytes` is the largest binary that is taken."""
    return [*check_targets(plan), *_sizes(plan, max_bytes)]


def _sizes(plan: Plan, max_bytes: int | None) -> list[Finding]:
    empty = [
        error("binary-empty", f"{version.address} has no bytes.", "Add the binary again.")
        for version in published(plan).values()
        if version.size == 0
    ]
    return empty + [
        error(
            "binary-too-large",
            f"{version.address} has {version.size} bytes, and the server takes {max_bytes}.",
            "Make it smaller, or raise the limit of the server.",
        )
        for version in published(plan).values()
        if max_bytes is not None and version.size > max_bytes
    ]
