"""The inspection child: says what a file is, within limits, and without any credential."""

import errno
import os
import stat
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

import msgspec
from shipway_plugins.errors import NotABinary
from shipway_plugins.formats import Inspector
from shipway_plugins.words import Inspection

from shipway_daemon.workers.children import guard
from shipway_daemon.workers.children.plugins import load
from shipway_daemon.workers.children.service import begin, serve
from shipway_daemon.workers.frames import Call
from shipway_daemon.workers.questions import FileQuestion

#: The cap on the address space, in bytes.
MEMORY = 512 * 1024 * 1024
_HEAD = 4096
#: What the machine lacks for the moment; it says nothing about the file that was to be read.
_OF_THE_MACHINE = {
    *(errno.EIO, errno.ESTALE, errno.ENOSPC),
    *(errno.ENOMEM, errno.EMFILE, errno.ENFILE),
}
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Inspectors:
    """The inspectors of the loaded plugins; those that take what is left come last."""

    def __init__(self, plugins: list[str]) -> None:
        self._found: list[Inspector] = []
        for name in plugins:
            try:
                self._found += load(name).inspectors()
            except BaseException:  # noqa: BLE001 - one bad plugin leaves the others working
                print(f"The plugin {name} brings no inspector:", file=sys.stderr)  # noqa: T201
                traceback.print_exc()
        self._found.sort(key=lambda inspector: inspector.fallback)

    def identify(self, call: Call) -> Inspection:
        """Say what the file of the call is.

        Raises:
            NotABinary: It is no plain file, nobody claims it, or who claims it cannot read it.
        """
        guard.allow_processor_time(call.seconds)
        asked = msgspec.msgpack.decode(call.params, type=FileQuestion)
        name = Path(os.fsdecode(asked.name))
        with open_plain(Path(os.fsdecode(asked.path))) as file:
            return self._claimant(file, name).identify(file, name)

    def _claimant(self, file: BinaryIO, name: Path) -> Inspector:
        head = file.read(_HEAD)
        for inspector in self._found:
            file.seek(0)
            if _claims(inspector, head, file):
                file.seek(0)
                return inspector
        raise NotABinary(f"{name.name} is no binary of a known kind.")


def _claims(inspector: Inspector, head: bytes, file: BinaryIO) -> bool:
    """Ask one inspector; one that breaks on a file leaves it to the others, and the log says so.

    Raises:
        OSError: The file could not be read, so that it cannot be called no binary either.
    """
    try:
        return inspector.claims(head, file)
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno in _OF_THE_MACHINE:
            raise
        traceback.print_exc()
        return False


def open_plain(path: Path) -> BinaryIO:
    """Open a regular file to read; follow no link and wait for no pipe.

    Raises:
        NotABinary: It is a link, a folder, a pipe, a device.
    """
    if path.is_symlink():
        raise NotABinary(f"{path.name} is a symbolic link.")
    descriptor = os.open(path, _FLAGS)
    file = os.fdopen(descriptor, "rb") if _is_plain(descriptor) else None
    if file is None:
        os.close(descriptor)
        raise NotABinary(f"{path.name} is no regular file.")
    return file


def _is_plain(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def main(arguments: list[str]) -> None:
    """Run as an inspection worker until the daemon closes its end."""
    start = begin(arguments)
    guard.no_more_memory_than(MEMORY)
    guard.no_writing()
    inspectors = Inspectors(start.rest)
    serve(start.channel, start.channel.calls(), {"identify": inspectors.identify})


if __name__ == "__main__":
    main(sys.argv[1:])
