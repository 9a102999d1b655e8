"""When a process started: with its number, that names it for ever, though numbers come again."""

import asyncio
import sys
from pathlib import Path


async def started_at(pid: int) -> str | None:
    """Say when process `pid` started, in the system's own terms; None if there is none."""
    return _from_proc(pid) if sys.platform == "linux" else await _from_ps(pid)


def _from_proc(pid: int) -> str | None:
    try:
        line = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name, in brackets, may hold anything; field 22 is the 20th after it.
    return line.rpartition(b")")[2].split()[19].decode()


async def _from_ps(pid: int) -> str | None:
    ps = await asyncio.create_subprocess_exec(
        "ps", "-o", "lstart=", "-p", str(pid), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await ps.communicate()
    return " ".join(said.decode().split()) or None
