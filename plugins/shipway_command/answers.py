"""What the end of a run means. Where it is not certain, the store is asked: that is `live`."""

from typing import NamedTuple, NoReturn

from shipway_plugins.errors import (
    NotSupported,
    PluginError,
    StoreBusy,
    StoreRefused,
    StoreUnreachable,
)
from shipway_plugins.words import (
    EnvironmentStatus,
    LiveState,
    PublishState,
    Receipt,
    ReceiptItem,
    StatusReport,
)

from shipway_command.conversation import Conversation
from shipway_command.program import fate, unknown
from shipway_command.protocol import WANTED, Call, ErrorKind, Said, SaidError, SaidReceipt

#: The exit code that says "not now, nothing was taken" (EX_TEMPFAIL of sysexits.h).
TRY_AGAIN = 75


class Ended(NamedTuple):
    """How one run ended: the program's name for people, its exit code, and what it said."""

    call: Call
    name: str
    code: int
    talk: Conversation


def receipt(ended: Ended, sent: Receipt) -> Receipt:
    """Make the receipt; exit code 0 without an answer means that all that was `sent` was taken.

    Raises:
        StoreRefused: The program says so.
        StoreBusy: The program says so, or ended with 75.
        StoreUnreachable: Anything else: what it did is not known.
    """
    said = _answer(ended)
    if said is None or said.receipt is None:
        return sent
    return _receipt(ended, said.receipt, sent)


def status(ended: Ended) -> StatusReport:
    """Make the status; exit code 0 without an answer means Available.

    Raises:
        PluginError: The program cannot say; see `receipt`.
    """
    said = _answer(ended)
    if said is None or said.status is None:
        reason = f"{ended.name} says that all is well."
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason=reason)
    reason = said.reason or f"{ended.name} says so."
    return StatusReport(status=said.status, reason=reason, remedy=said.remedy)


def live(ended: Ended, app: str, *, keeps_states: bool) -> LiveState:
    """Make the live state; a program that keeps to no states was given Drafts only.

    Raises:
        NotSupported: The program ended well and said nothing, so it cannot read back.
        StoreUnreachable: It failed, or it keeps to states and one is missing.
    """
    said = _answer(ended)
    if said is None or said.live is None:
        raise NotSupported(
            f"{ended.name} does not answer live, so nothing can be verified.",
            "Let it answer, or set live=false.",
        )
    if keeps_states and any(entry.state is None for entry in said.live):
        raise _unknown(ended, "An entry of its answer to live has no state.")
    entries = [entry.entry(PublishState.DRAFT) for entry in said.live]
    return LiveState(app=app, entries=entries, processing=said.processing)


def _answer(ended: Ended) -> Said | None:
    """Find the answer to the call; None where the program ended with 0 and gave none."""
    talk = ended.talk
    if talk.answer is not None and talk.answer.error is not None:
        _raise(talk.answer.error)
    if talk.bad:
        raise _unknown(ended, f"It said what is no answer: {talk.bad}")
    if talk.answer is None and ended.code == TRY_AGAIN:
        raise StoreBusy(f"{ended.name} cannot now, and asks to be tried again.", _last(ended))
    if ended.code != 0:
        raise unknown(ended.name, ended.code, talk.last)
    if talk.answer is not None and talk.answer.answers() != [WANTED[ended.call]]:
        names = " and ".join(talk.answer.answers())
        raise _unknown(ended, f"It was asked {ended.call} and answered {names}.")
    return talk.answer


def _raise(error: SaidError) -> NoReturn:
    match error.kind:
        case ErrorKind.REFUSED:
            raise StoreRefused(error.message, error.hint)
        case ErrorKind.BUSY:
            raise StoreBusy(error.message, error.hint, retry_after=error.retry_after)
        case ErrorKind.UNREACHABLE:
            raise StoreUnreachable(error.message, error.hint)


def _receipt(ended: Ended, said: SaidReceipt, sent: Receipt) -> Receipt:
    if said.key not in (None, sent.key):
        raise _unknown(ended, f"Its receipt is of another attempt, {said.key}.")
    if said.items is None:
        return Receipt(key=sent.key, items=sent.items, message=said.message)
    items = [
        ReceiptItem(channel=item.channel, digest=item.digest, store_id=item.store_id)
        for item in said.items
    ]
    return Receipt(key=sent.key, items=items, message=said.message)


def _unknown(ended: Ended, why: str) -> PluginError:
    return StoreUnreachable(f"{ended.name} {fate(ended.code)}. {why}", _last(ended))


def _last(ended: Ended) -> str:
    return f"Its last line: {ended.talk.last}" if ended.talk.last else ""
