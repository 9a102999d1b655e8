"""The limits of a child hold in a real process."""

import asyncio
import os
import signal
import sys

GUARD = "from shipway_daemon.workers.children import guard\n"


async def end_of(source: str) -> int:
    """Run a program and tell how it ended."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", GUARD + source)
    async with asyncio.timeout(20):
        return await process.wait()


async def test_processor_time_is_limited():
    """A loop that never ends is ended, even when nobody watches it."""
    source = "guard.no_core()\nguard.allow_processor_time(0.2)\nwhile True: pass"
    assert await end_of(source) == -signal.SIGXCPU


async def test_processor_time_is_counted_from_the_call():
    """What earlier calls used does not count against this one."""
    source = (
        "import time\n"
        "while time.process_time() < 1.2: pass\n"
        "guard.allow_processor_time(5)\n"
        "while time.process_time() < 2.2: pass\n"
    )
    assert await end_of(source) == 0


async def test_a_child_whose_parent_is_gone_ends():
    """It looks after it has asked the kernel, so no moment is missed."""
    assert await end_of(f"guard.die_with({os.getpid()})") == 0
    assert await end_of("guard.die_with(1)") == 1


async def test_an_ignored_signal_is_not_ignored_in_a_child():
    """A daemon ignores SIGIO for its leases; that would be inherited."""
    source = (
        "import os, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
        "guard.plain_signals()\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    assert await end_of(source) == -signal.SIGTERM
