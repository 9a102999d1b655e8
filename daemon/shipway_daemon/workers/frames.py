"""The frames between the daemon and a child: four bytes of length, then one msgpack message.

They travel on a socket pair of their own, never on stdin or stdout, so that whatever a plugin
prints cannot be mistaken for an answer. A frame is at most `MAX_FRAME` bytes.
"""

import struct
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from shipway_plugins.words import Progress, Stage

if TYPE_CHECKING:
    import asyncio  # every child imports this module, and none needs a loop

#: The longest frame, in bytes, in either direction.
MAX_FRAME = 1 << 20

HEADER = struct.Struct(">I")

#: What a child tells while it works: a stage that began (or was skipped), progress, a log line.
Report: TypeAlias = Stage | Progress | str
#: What takes reports; it is awaited, so reports arrive in order and never pile up.
OnReport: TypeAlias = Callable[[Report], Awaitable[None]]


class FrameTooLong(Exception):
    """A frame is longer than `MAX_FRAME`."""

    def __init__(self, length: int) -> None:
        super().__init__(f"A frame of {length} bytes is longer than the {MAX_FRAME} allowed.")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Daemon to child: do `method`. `seconds` is the deadline, for limits on processor time."""

    number: int
    method: str
    params: msgspec.Raw
    seconds: float


class FromChild(msgspec.Struct, frozen=True, kw_only=True, tag_field="is"):
    """The base of what a child sends; `call` is the number of the call that it belongs to."""

    call: int = 0


class Ready(FromChild, frozen=True, kw_only=True, tag="ready"):
    """The child has started and set its limits."""


class Answer(FromChild, frozen=True, kw_only=True, tag="answer"):
    """The call succeeded."""

    value: msgspec.Raw


class Fault(FromChild, frozen=True, kw_only=True, tag="fault"):
    """The call failed. `kind` names a class of `shipway_plugins.errors`, or is empty.

    `retry_after` is what a store that is busy asks for, in seconds; `fields` has a sentence for
    each setting that does not fit.
    """

    kind: str
    message: str
    hint: str = ""
    retry_after: float | None = None
    fields: dict[str, str] = {}


class StageTold(FromChild, frozen=True, kw_only=True, tag="stage"):
    """A stage began, or was skipped."""

    stage: Stage


class ProgressTold(FromChild, frozen=True, kw_only=True, tag="progress"):
    """The current stage got on."""

    progress: Progress


class LineTold(FromChild, frozen=True, kw_only=True, tag="line"):
    """One line for the log of the job."""

    line: str


ChildFrame: TypeAlias = Ready | Answer | Fault | StageTold | ProgressTold | LineTold

_DECODER: msgspec.msgpack.Decoder[ChildFrame] = msgspec.msgpack.Decoder(ChildFrame)


def encode(message: object) -> bytes:
    """Encode a message with its length in front.

    Raises:
        FrameTooLong: The message is longer than `MAX_FRAME`.
    """
    body = msgspec.msgpack.encode(message)
    if len(body) > MAX_FRAME:
        raise FrameTooLong(len(body))
    return HEADER.pack(len(body)) + body


async def read_frame(reader: "asyncio.StreamReader") -> ChildFrame:
    """Read one message of a child.

    Raises:
        EOFError: The child closed its end.
        FrameTooLong: The frame claims to be longer than `MAX_FRAME`; nothing of it was read.
        msgspec.DecodeError: The frame is no message.
    """
    (length,) = HEADER.unpack(await reader.readexactly(HEADER.size))
    if length > MAX_FRAME:
        raise FrameTooLong(length)
    return _DECODER.decode(await reader.readexactly(length))
