"""How a child process is started: its command, its environment, its end of the socket pair."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shipway_daemon.workers.leftovers import MARK
from shipway_daemon.workers.logs import LogPipe, OnLine
from shipway_daemon.workers.masking import Mask

#: What a child sees of our environment; no credential is among it.
_KEPT = frozenset({"PATH", "HOME", "LANG", "TMPDIR", "TZ", "USER", "LOGNAME", "PYTHONPATH"})
_ALWAYS = {"PYTHONUTF8": "1", "PYTHONFAULTHANDLER": "1"}


def child_environment(added: Mapping[str, str]) -> dict[str, str]:
    """Pick what a child may see of our environment, and add what this kind of child needs."""
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")
    }
    return {**kept, **_ALWAYS, **added}


class Spawned(NamedTuple):
    """A child process, our end of its frames, and what it prints."""

    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    log: LogPipe


async def spawn(
    module: str,
    arguments: Sequence[str],
    *,
    on_log: OnLine,
    extra_fds: Sequence[int],
    environment: Mapping[str, str],
    mask: Mask,
    mark: str,
) -> Spawned:
    """Run `module` as a child with frames and log of its own; leave nothing open if that fails."""
    ours, theirs = socket.socketpair()
    with theirs:
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        log = LogPipe(on_log, mask)
        try:
            await log.listen()
            fds = (theirs.fileno(), *extra_fds)
            process = await _execute(
                module, arguments, fds, log.write_end, {**environment, MARK: mark}
            )
        except BaseException:
            writer.transport.abort()
            await log.finish(0)
            raise
    log.close_write_end()
    return Spawned(process, reader, writer, log)


async def _execute(
    module: str,
    arguments: Sequence[str],
    fds: tuple[int, ...],
    output: int,
    environment: Mapping[str, str],
) -> asyncio.subprocess.Process:
    """Run `python -m module PARENT FRAMES arguments...` as the leader of a session of its own.

    The first of `fds` is for the frames. `-P` keeps the folder that the daemon was started in off
    the child's module path.
    """
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", module, str(os.getpid()), str(fds[0]), *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=fds,
        env=child_environment(environment),
        start_new_session=True,
    )
