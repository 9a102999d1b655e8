"""strace at a running daemon: which calls it makes on some paths, and one of them that goes wrong.

    traced = Strace(daemon, paths, output, "-e", "inject=fsync:error=EIO:when=2")
    await traced.attach()
    ...
    await traced.detach()

Calls are counted by thread, as strace does when it says "the second fsync".
"""

import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from shipway_client.errors import ShipwayError
from support.daemon import RunningDaemon
from support.processes import children_of, is_running
from support.waiting import wait_for

CASES = int(os.environ.get("SHIPWAY_CASES", "60"))
SEED = int(os.environ.get("SHIPWAY_SEED", "11"))
CALLS = (
    "openat,read,pread64,preadv,write,pwrite64,copy_file_range,fsync,fdatasync,ftruncate,"
    "link,linkat,rename,renameat,renameat2,unlink,unlinkat,truncate,mkdir"
)
KILL = "signal=KILL"
FAULTS = (KILL, "error=EIO", "error=ENOSPC")
#: A child that ends by itself is reaped before so many looks at it.
_DEAD_POLLS = 10
_LINE = re.compile(r"^(?P<thread>\d+) +(?P<call>[a-z0-9_]+)\(")


class Case(NamedTuple):
    """One call that goes wrong: which, the how-manieth of its kind in a thread, and how."""

    call: str
    when: int
    fault: str

    @property
    def inject(self) -> tuple[str, str]:
        """How strace is told."""
        return "-e", f"inject={self.call}:{self.fault}:when={self.when}"


def traceable() -> bool:
    """Tell whether a process may be traced and have faults injected here."""
    if shutil.which("strace") is None:
        return False
    command = ["strace", "-qqo", "/dev/null", "-e", "inject=getppid:error=EPERM", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


#: Asked once in a run, for every test that traces.
NEEDS_STRACE = pytest.mark.skipif(
    not traceable(), reason="no process can be traced here, or strace is missing"
)
#: What each file of traced cases is marked with.
TRACED = [pytest.mark.e2e, NEEDS_STRACE]


def seeded(made: Counter[str], cases: int = CASES, seed: int = SEED) -> Iterator[Case]:
    """So many cases over the calls that were recorded, each fault in its turn."""
    dice = random.Random(seed)
    for number in range(cases):
        call = dice.choice(sorted(made))
        yield Case(call, dice.randint(1, made[call]), FAULTS[number % len(FAULTS)])


def calls_in(output: Path) -> Counter[str]:
    """How often each call was made, by the thread that made it most often."""
    threads: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in output.read_text(errors="replace").splitlines():
        if match := _LINE.match(line):
            threads[match["thread"]][match["call"]] += 1
    most: Counter[str] = Counter()
    for made in threads.values():
        most |= made
    return most


def struck(output: Path) -> bool:
    """Tell whether the fault of a case has come to pass."""
    told = output.read_text(errors="replace")
    return "(INJECTED)" in told or "killed by SIGKILL" in told


def database_files(daemon: RunningDaemon) -> list[Path]:
    """The database and what SQLite keeps beside it."""
    database = daemon.locations.database
    return [Path(f"{database}{end}") for end in ("", "-wal", "-shm", "-journal")]


class Strace:
    """strace at the daemon and its children, from `attach` to `detach`.

    It sees calls on `paths` only, each named exactly: it takes no folders as a whole. It is itself
    ended by SIGKILL as soon as one of them is dead: it may wait for ever for threads of a process
    that was killed in the middle of a call, and nobody can reap that process then.
    """

    def __init__(
        self, daemon: RunningDaemon, paths: Iterable[Path], output: Path, *inject: str
    ) -> None:
        pids = [daemon.pid, *children_of(daemon.pid)]
        self._command = [
            *("strace", "-f", "-qq", "-y", "-o", str(output), "-e", f"trace={CALLS}", *inject),
            *(word for path in paths for word in ("-P", str(path))),
            *(word for pid in pids for word in ("-p", str(pid))),
        ]
        self._watched = daemon.pid
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None

    async def attach(self) -> None:
        """Begin, and return when the daemon is being traced."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stderr=asyncio.subprocess.PIPE
        )
        await wait_for(self._traced, 30, "strace does not attach")
        self._watching = asyncio.create_task(self._end_with_the_first())

    def _traced(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, "strace ended"
        tasks = list(Path(f"/proc/{self._watched}/task").iterdir())
        return all(_tracer(task) == self._process.pid for task in tasks)

    async def _end_with_the_first(self) -> None:
        """End strace when one of those that it traces is dead, and stays unreaped."""
        assert self._process is not None
        polls = 0
        while self._process.returncode is None:
            dead = any(not is_running(pid) for pid in _tracees(self._process.pid))
            polls = polls + 1 if dead else 0
            if polls == _DEAD_POLLS:
                self._process.kill()
            await asyncio.sleep(0.05)

    async def detach(self) -> None:
        """Let go of everything that lives."""
        assert self._process is not None
        assert self._watching is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            await self._process.communicate()
            await self._watching


def _tracees(tracer: int) -> list[int]:
    """The processes that `tracer` traces."""
    numbers = (entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [int(number) for number in numbers if _tracer(Path("/proc", number)) == tracer]


def _tracer(task: Path) -> int:
    with suppress(OSError):
        for line in (task / "status").read_text().splitlines():
            if line.startswith("TracerPid:"):
                return int(line.split()[1])
    return 0


async def revived(daemon: RunningDaemon, *program: str) -> bool:
    """Start the daemon again if the fault was its end; says whether it was."""
    process = daemon.process
    assert process is not None
    with suppress(AssertionError, ShipwayError):
        await daemon.client.history.health()
        return False
    await daemon.wait()
    # Its first thread may be dead while others, which were being traced, still hold its locks.
    gone = Path(f"/proc/{daemon.pid}")
    await wait_for(lambda: not gone.exists(), 30, "the dead daemon does not disappear")
    await (daemon.start(program) if program else daemon.start())
    return True
