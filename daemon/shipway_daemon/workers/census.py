"""What a child takes of the machine, with all that is in its process group."""

import asyncio
import contextlib
import os
from typing import NamedTuple

from shipway_daemon.workers.limits import Allowance

#: How often a child is looked at while it works.
LOOK_SECONDS = 1.0


class Usage(NamedTuple):
    """Resident memory now, in bytes, and processor time since its start, in seconds."""

    memory: int = 0
    processor: float = 0.0


async def usage_of(group: int) -> Usage:
    """Add up what the processes of a group take; nothing, if there are none.

    Memory that they share counts for each of them.
    """
    return await asyncio.to_thread(_count, group)


def _count(group: int) -> Usage:
    import psutil

    memory, processor = 0, 0.0
    for pid in psutil.pids():
        if not _is_in(pid, group):
            continue
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            memory += process.memory_info().rss
            # With that of its own children that have ended.
            processor += sum(process.cpu_times()[:4])
    return Usage(memory, processor)


def _is_in(pid: int, group: int) -> bool:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        return os.getpgid(pid) == group
    return False


async def outgrown(group: int, before: Usage, allowed: Allowance) -> str:
    """Watch a group until it takes more than it may; say what, as the end of a sentence.

    `before` is what it had taken when the call began. Watches until it is cancelled.
    """
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = await usage_of(group)
        if now.memory > allowed.memory:
            return f"used more than {allowed.memory >> 20} MiB of memory and was ended"
        if now.processor - before.processor > allowed.processor:
            return f"used more than {allowed.processor:g} s of processor time and was ended"
