"""How much of a disk is left alone: one rule for all that is large and can wait."""

from shipway_client.errors import Unavailable

_MOST_KEPT = 512 * 1024 * 1024
_KEPT_PART = 20


def kept_free(total: int) -> int:
    """How many bytes stay free on a disk of `total`: a twentieth of it, at most 512 MiB."""
    return min(_MOST_KEPT, total // _KEPT_PART)


def check_room(free: int, total: int, wanted: int) -> None:
    """See that `wanted` bytes more leave enough free on a disk; all in bytes.

    Raises:
        Unavailable: They do not.
    """
    kept = kept_free(total)
    if free - wanted < kept:
        raise Unavailable(
            f"The disk of the home has {_shown(free)} left: {_shown(wanted)} more would leave less "
            f"than the {_shown(kept)} that stay free.",
            "Make room on it, then go on; what came already stays.",
        )


def _shown(count: int) -> str:
    return f"{max(count, 0) / 1_000_000:,.1f} MB"
