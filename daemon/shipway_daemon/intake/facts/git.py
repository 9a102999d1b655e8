"""Ask the `git` program about a checkout: as a child with a deadline, which runs nothing else.

Only commands that read objects and references are asked for. They run no hook, no file system
monitor, no pager and no helper of the checkout's, take no lock, and reach no network; what `git`
refuses (a checkout of another user, say) it refuses for us as well.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)

_SECONDS = 5.0
#: How long a killed program is waited for; one that hangs in a dead mount stays behind.
_END_SECONDS = 1.0
_MAX_ANSWER = 64 * 1024
_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR")
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "gc.auto=0")


async def ask_git(checkout: Path, arguments: Sequence[str]) -> bytes | None:
    """Run `git` in a checkout; None where it is not there, refuses, fails or takes too long.

    Of a long answer the first 64 KiB are returned.
    """
    program = shutil.which("git")
    if program is None:
        return None
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    try:
        process = await asyncio.create_subprocess_exec(
            *(program, "-C", str(checkout), "--no-pager", *settings, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd="/",  # it goes there by itself: a mount that hangs must not hold up its start
            env=_environment(checkout),
            start_new_session=True,
        )
    except OSError as error:
        _log.debug("git does not start in %s: %s", checkout, error)
        return None
    try:
        async with asyncio.timeout(_SECONDS):
            return await _answer(process, checkout)
    except TimeoutError:
        _log.debug("git takes too long in %s", checkout)
        return None
    finally:
        await _end(process)


def _environment(checkout: Path) -> dict[str, str]:
    """What the program sees of ours: where it is configured, and that it looks no higher."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _ENVIRONMENT | {"GIT_CEILING_DIRECTORIES": str(checkout.parent)}


async def _answer(process: asyncio.subprocess.Process, checkout: Path) -> bytes | None:
    answer = await _read(process.stdout)
    if len(answer) >= _MAX_ANSWER:  # it may still write, and what it has written is enough
        return answer
    complaint = await _read(process.stderr)
    if await process.wait() == 0:
        return answer
    _log.debug("git refuses in %s: %s", checkout, complaint.decode(errors="replace").strip())
    return None


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    """Read to the end, or until there is enough."""
    data = b""
    while stream and len(data) < _MAX_ANSWER:
        more = await stream.read(_MAX_ANSWER - len(data))
        if not more:
            break
        data += more
    return data


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill what is left of the program and of all that it started, and let go of its pipes."""
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.communicate()
    except TimeoutError:
        _log.warning("git (process %s) does not end", process.pid)
