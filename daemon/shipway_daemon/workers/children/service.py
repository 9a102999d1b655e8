"""The loop of a child: take a call, do it, answer. What a plugin raises fails that call only."""

import sys
import traceback
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

import msgspec
from shipway_plugins import errors as plugin_errors
from shipway_plugins.errors import BadSettings, PluginError, StoreBusy

from shipway_daemon.workers.children import guard
from shipway_daemon.workers.children.channel import Channel
from shipway_daemon.workers.children.text import fit
from shipway_daemon.workers.frames import Answer, Call, Fault, FrameTooLong, FromChild, Ready

#: Does one call; raises whatever the plugin raises.
Method: TypeAlias = Callable[[Call], object]

#: The longest sentence of a failure, in characters.
_MAX_SENTENCE = 20_000


class Start(NamedTuple):
    """What the command line of every child says."""

    parent: int
    channel: Channel
    rest: list[str]


def begin(arguments: list[str]) -> Start:
    """Take the first steps of every child: die with the parent, plain signals, no core file."""
    parent, descriptor, *rest = arguments
    guard.die_with(int(parent))
    guard.plain_signals()
    guard.no_core()
    return Start(int(parent), Channel(int(descriptor)), rest)


def serve(channel: Channel, calls: Iterable[Call], methods: dict[str, Method]) -> None:
    """Say that we are ready, then answer one call after the other until there are no more."""
    channel.send(Ready())
    for call in calls:
        outcome = _outcome(call, methods)
        sys.stdout.flush()
        try:
            channel.send(outcome)
        except FrameTooLong as long:
            channel.send(Fault(call=call.number, kind="", message=str(long)))


def _outcome(call: Call, methods: dict[str, Method]) -> FromChild:
    try:
        value = methods[call.method](call)
        return Answer(call=call.number, value=msgspec.Raw(msgspec.msgpack.encode(value)))
    except PluginError as said:
        kind, hint = _kind(said), fit(said.hint, _MAX_SENTENCE)
        message = fit(said.message, _MAX_SENTENCE)
        pause = said.retry_after if isinstance(said, StoreBusy) else None
        return Fault(
            call=call.number,
            kind=kind,
            message=message,
            hint=hint,
            retry_after=pause,
            fields=_fields(said),
        )
    except BaseException as problem:  # noqa: BLE001 - SystemExit and all: it is the plugin's
        traceback.print_exc()
        return Fault(call=call.number, kind="", message=sentence(problem))


def sentence(problem: BaseException) -> str:
    """Say in one line what was raised."""
    said = fit(" ".join(str(problem).split()), _MAX_SENTENCE)
    if isinstance(problem, SystemExit):
        return f"its code tried to end the process (SystemExit: {said or 0})."
    if isinstance(problem, KeyboardInterrupt):
        return "its code raised KeyboardInterrupt, as if somebody had pressed Ctrl-C."
    return f"{type(problem).__name__}: {said}" if said else type(problem).__name__


def _fields(said: PluginError) -> dict[str, str]:
    """A sentence for each setting that does not fit, where the plugin has any."""
    if not isinstance(said, BadSettings):
        return {}
    return {fit(name): fit(sentence) for name, sentence in said.fields.items()}


def _kind(said: PluginError) -> str:
    """Name the nearest class that the daemon knows; a plugin may have made its own below it."""
    names = (kind.__name__ for kind in type(said).__mro__)
    return next((name for name in names if name in plugin_errors.__dict__), "PluginError")
