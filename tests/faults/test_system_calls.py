"""File system calls of a publish that fail or kill, one in each case, as strace injects them.

First a publish is recorded: which calls it makes on paths of the home. Then, for each of the
seeded cases, one of those calls gets SIGKILL, EIO or ENOSPC. Afterwards, without injection: the job
ends in a true state, the store had the plan applied at most once, every blob is whole, nothing is
Busy, and the next publish is Verified.

The folders of the environments are left out: they are the store, which is not ours to break here.
"""

import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import Environment, Job, JobOutcome, JobState
from shipway_plugins.words import EnvironmentStatus
from support.desk import IMPATIENT, Desk, assert_whole, desk_daemon
from support.processes import children_of, is_running
from support.waiting import wait_for

CASES = int(os.environ.get("SHIPWAY_CASES", "60"))
SEED = int(os.environ.get("SHIPWAY_SEED", "11"))
CALLS = (
    "openat,read,pread64,write,pwrite64,fsync,fdatasync,ftruncate,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir"
)
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
_LINE = re.compile(r"^\d+ +(?P<call>[a-z0-9]+)\(")


class Case(NamedTuple):
    """One call that goes wrong: which, the how-manieth of its kind, and how."""

    call: str
    when: int
    fault: str


def traceable() -> bool:
    """Tell whether a process may be traced and have faults injected here."""
    if shutil.which("strace") is None:
        return False
    command = ["strace", "-qqo", "/dev/null", "-e", "inject=getppid:error=EPERM", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not traceable(), reason="no process can be traced here, or strace is missing"
    ),
]


@pytest.fixture
async def desk():
    async with desk_daemon(environment={"SHIPWAY_TEST_PATIENCE": "1.0"}) as made:
        await made.daemon.start(IMPATIENT)
        yield made


async def test_a_fault_in_any_call_of_a_publish_leaves_everything_true(desk: Desk, tell) -> None:
    environment = await desk.environment("lenient")
    made = await recorded(desk)
    dice = random.Random(SEED)
    told: Counter[str] = Counter()
    for number in range(CASES):
        call = dice.choice(sorted(made))
        case = Case(call, dice.randint(1, made[call]), FAULTS[number % len(FAULTS)])
        told[f"{case.fault}: {await one(desk, environment, case)}"] += 1
    counts = ", ".join(f"{what} {times}" for what, times in sorted(told.items()))
    tell(f"seed {SEED}, {CASES} cases: {counts}")
    assert sum(told.values()) == CASES


def paths(desk: Desk) -> list[str]:
    """The paths of the home whose calls are traced; strace takes no folders as a whole."""
    places = desk.daemon.locations
    database = [Path(f"{places.database}{end}") for end in ("", "-wal", "-shm", "-journal")]
    blobs = [path for path in places.blobs.rglob("*") if path.is_file()]
    locks = list(places.lanes.iterdir())
    return [str(path) for path in (*database, *blobs, places.lanes, *locks)]


class Strace:
    """strace at the daemon and its children, from `attach` to `detach`.

    It is itself ended by SIGKILL as soon as one of them is dead: it may wait for ever for threads
    of a process that was killed in the middle of a call, and nobody can reap that process then.
    """

    def __init__(self, desk: Desk, output: Path, *inject: str) -> None:
        pids = [desk.daemon.pid, *children_of(desk.daemon.pid)]
        self._command = [
            *("strace", "-f", "-qq", "-y", "-o", str(output), "-e", f"trace={CALLS}", *inject),
            *(word for path in paths(desk) for word in ("-P", path)),
            *(word for pid in pids for word in ("-p", str(pid))),
        ]
        self._watched = desk.daemon.pid
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
        """End strace when one of those that it traces is dead."""
        assert self._process is not None
        while self._process.returncode is None:
            if any(not is_running(pid) for pid in tracees(self._process.pid)):
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


def tracees(tracer: int) -> list[int]:
    """The processes that `tracer` traces."""
    numbers = (entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [int(number) for number in numbers if _tracer(Path("/proc", number)) == tracer]


def _tracer(task: Path) -> int:
    with suppress(OSError):
        for line in (task / "status").read_text().splitlines():
            if line.startswith("TracerPid:"):
                return int(line.split()[1])
    return 0


async def recorded(desk: Desk) -> Counter[str]:
    """How often each call is made on the home's paths in one publish."""
    output = desk.daemon.home / "recorded.strace"
    strace = Strace(desk, output)
    await strace.attach()
    try:
        job = await desk.published("lenient", desk.older)
    finally:
        await strace.detach()
    assert job.outcome is JobOutcome.VERIFIED, job.reason
    found = (_LINE.match(line) for line in output.read_text().splitlines())
    made = Counter(match["call"] for match in found if match)
    assert made.keys() & {"fsync", "fdatasync"}, "nothing was made durable"
    return made


async def one(desk: Desk, environment: Environment, case: Case) -> str:
    """Run one case, check all that was promised, and say how its job ended."""
    inject = ("-e", f"inject={case.call}:{case.fault}:when={case.when}")
    strace = Strace(desk, desk.daemon.home / "case.strace", *inject)
    before = {job.id for job in (await desk.client.jobs.list(limit=200)).items}
    await strace.attach()
    promised = None
    try:
        with suppress(ShipwayError, ConnectionError):
            promised = await desk.publish("lenient", desk.newer)
        with suppress(ShipwayError, ConnectionError, AssertionError):
            await settled(desk, before)
    finally:
        await strace.detach()
    await revived(desk)
    jobs = await settled(desk, before)
    assert promised is None or promised.id in {job.id for job in jobs}, (case, "a job was lost")
    for job in jobs:
        assert_true(desk, environment, job, case)
    await assert_well(desk, environment, case)
    return ", ".join(sorted(str(job.outcome) for job in jobs)) or "not admitted"


async def settled(desk: Desk, before: set[int]) -> list[Job]:
    """Wait until every job that came since has ended; a dead daemon is found out at once."""

    async def done() -> list[Job] | None:
        found = (await desk.client.jobs.list(limit=200)).items
        fresh = [job for job in found if job.id not in before]
        return fresh if all(job.state is JobState.DONE for job in fresh) else None

    async def answered() -> tuple[list[Job]] | None:
        fresh = await done()
        return None if fresh is None else (fresh,)

    (jobs,) = await wait_for(answered, 90, "a job does not end")
    return jobs


async def revived(desk: Desk) -> None:
    """Start the daemon again if the fault was its end."""
    process = desk.daemon.process
    assert process is not None
    with suppress(AssertionError, ShipwayError):
        await desk.client.history.health()
        return
    await desk.daemon.wait()
    # Its first thread may be dead while others, which were being traced, still hold its locks.
    gone = Path(f"/proc/{desk.daemon.pid}")
    await wait_for(lambda: not gone.exists(), 30, "the dead daemon does not disappear")
    await desk.daemon.start(IMPATIENT)


def assert_true(desk: Desk, environment: Environment, job: Job, case: Case) -> None:
    """How the job ended is what the store saw, and it was applied at most once."""
    applied = [line for line in desk.store(environment).journal() if line["key"] == job.tracking]
    assert len(applied) <= 1, (case, "published twice")
    assert job.reason, case
    if job.outcome is JobOutcome.VERIFIED:
        assert len(applied) == 1, (case, job.reason)
    if job.outcome is JobOutcome.FAILED:
        assert not applied, (case, job.reason)


async def assert_well(desk: Desk, environment: Environment, case: Case) -> None:
    """Nothing is Busy, nothing is torn, and the next publish is Verified."""

    async def free() -> bool:
        seen = await desk.client.environments.check(environment.name)
        return seen.status is EnvironmentStatus.AVAILABLE

    await wait_for(free, 90, f"the environment does not come back after {case}")
    assert await desk.live(environment.name) == desk.store(environment).digests(desk.app), case
    assert_whole(desk.daemon, [desk.older, desk.newer])
    job = await desk.published(environment.name, desk.older)
    assert job.outcome is JobOutcome.VERIFIED, (case, job.reason)
