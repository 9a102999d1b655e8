"""The child's end of the frames: read calls, send what comes of them."""

import os
import queue
import signal
import socket
import threading
from collections.abc import Iterator

import msgspec

from shipway_daemon.workers.frames import HEADER, MAX_FRAME, Call, FrameTooLong, FromChild, encode


class Channel:
    """The socket to the daemon. Any thread may send; one reads."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - its second argument has no name
        self._socket = socket.socket(fileno=descriptor)
        self._sending = threading.Lock()

    def send(self, message: FromChild) -> None:
        """Send one message.

        Raises:
            FrameTooLong: The message is too long; nothing was sent.
        """
        data = encode(message)
        with self._sending:
            self._socket.sendall(data)

    def calls(self) -> Iterator[Call]:
        """Yield the daemon's calls until it closes its end."""
        while header := self._exactly(HEADER.size):
            (length,) = HEADER.unpack(header)
            if length > MAX_FRAME:
                raise FrameTooLong(length)
            yield msgspec.msgpack.decode(self._exactly(length), type=Call)

    def _exactly(self, size: int) -> bytes:
        """Read `size` bytes, or nothing at all at the end of the stream."""
        data = bytearray()
        while len(data) < size:
            piece = self._socket.recv(size - len(data))
            if not piece:
                return b""
            data += piece
        return bytes(data)


def watched_calls(channel: Channel) -> Iterator[Call]:
    """Yield the calls as `Channel.calls` does, and end the whole group when the daemon is gone.

    A thread reads, so that the end is seen in the middle of a call too. A plugin that never lets
    go of the interpreter escapes it; on Linux the kernel sees to that, elsewhere the next start
    of the daemon does.
    """
    waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()

    def read() -> None:
        try:
            for call in channel.calls():
                waiting.put(call)
        finally:
            _end_group()

    threading.Thread(target=read, name="calls of the daemon", daemon=True).start()
    while True:
        yield waiting.get()


def _end_group() -> None:
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)
