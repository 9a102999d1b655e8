"""What every child does first: die with its parent, and live within limits.

All of it happens after exec, in the child itself: code between fork and exec may deadlock.
"""

import contextlib
import math
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when the thread that started it ends (Linux).

    Where the kernel cannot (macOS), the end of the frames' socket is the sign; see `channel`.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have died before we asked.
    if os.getppid() != parent:
        os._exit(1)


def plain_signals() -> None:
    """Undo what a daemon ignores or blocks: an ignored signal stays ignored through exec.

    SIGPIPE stays as Python has it: a store that hangs up is an error, and no end of the lane.
    """
    for number in (signal.SIGIO, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def no_core() -> None:
    """Leave no core file: it would hold whatever credentials the process had."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def no_more_memory_than(size: int) -> None:
    """Cap the address space, in bytes; macOS takes the call and does not keep it."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def no_writing() -> None:
    """Make every write to a regular file fail."""
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def allow_processor_time(seconds: float) -> None:
    """Allow `seconds` more of processor time; the limit is on all that was ever used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
