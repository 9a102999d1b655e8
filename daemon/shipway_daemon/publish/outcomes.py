"""How store jobs end: each end with its sentence, and with what was read back."""

from collections.abc import Callable

from shipway_client.errors import Refused
from shipway_client.wire import JobOutcome
from shipway_plugins.words import LiveState
from sqlalchemy import Connection

from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.jobs.work import Ended
from shipway_daemon.jobs.writer import nothing
from shipway_daemon.publish.attempt import NotTaken
from shipway_daemon.publish.publications import store_live

_LOOK_AGAIN = "Look again with `shipway env check`."


def verified(row: EnvironmentRow, live: LiveState, reason: str) -> Ended:
    """The store shows it."""
    return Ended(outcome=JobOutcome.VERIFIED, reason=reason, change=_storing(row, live))


def not_shown(row: EnvironmentRow, live: LiveState) -> Ended:
    """The store took it, answers, and does not show it."""
    return Ended(
        outcome=JobOutcome.UNVERIFIED,
        reason="The store took it, and does not show it yet.",
        hint=_LOOK_AGAIN,
        change=_storing(row, live),
    )


def unreadable() -> Ended:
    """The store took it, and does not answer any more."""
    return Ended(
        outcome=JobOutcome.UNVERIFIED,
        reason="The store took it, and cannot be read back.",
        hint=_LOOK_AGAIN,
    )


def processing_for_ever() -> Ended:
    """The store took it, and never came to an end with it."""
    return Ended(
        outcome=JobOutcome.UNVERIFIED,
        reason="The store took it, and has been processing it ever since.",
        hint=f"See the store's own console. {_LOOK_AGAIN}",
    )


def not_taken(row: EnvironmentRow, error: NotTaken) -> Ended:
    """The store holds nothing of it."""
    return Ended(
        outcome=JobOutcome.FAILED,
        reason=error.message,
        hint=error.hint,
        change=nothing if error.live is None else _storing(row, error.live),
    )


def without_adapter(error: Refused, *, begun: bool) -> Ended:
    """The plugin is gone: what was not sent has failed, what may have been sent is unknown."""
    return Ended(
        outcome=JobOutcome.UNVERIFIED if begun else JobOutcome.FAILED,
        reason=f"{error.message} It may have been sent before that." if begun else error.message,
        hint=error.hint,
    )


def cancelled(row: EnvironmentRow, live: LiveState, *, taken: bool) -> Ended:
    """It was cancelled, and the store was read; it may have been too late."""
    reason = "Cancelled, but the store had taken it already." if taken else "Cancelled."
    return Ended(outcome=JobOutcome.CANCELLED, reason=reason, change=_storing(row, live))


def cancelled_unread(why: str) -> Ended:
    """It was cancelled, and the store could not be read afterwards."""
    reason = f"Cancelled; {why}, so what the store holds is not known."
    return Ended(outcome=JobOutcome.CANCELLED, reason=reason)


def broken(told: str) -> Ended:
    """Our own side failed after something may have been sent."""
    return Ended(
        outcome=JobOutcome.UNVERIFIED,
        reason=f"{told} What the store holds was not recorded.",
        hint="See what the store holds, then publish again.",
    )


def _storing(row: EnvironmentRow, live: LiveState) -> Callable[[Connection], None]:
    return lambda tx: store_live(tx, row.id, row.name, live)
