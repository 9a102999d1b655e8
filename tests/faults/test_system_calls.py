"""File system calls of a publish that fail or kill, one in each case, as strace injects them.

First a publish is recorded: which calls it makes on paths of the home. Then, for each of the
seeded cases, one of those calls gets SIGKILL, EIO or ENOSPC. Afterwards, without injection: the job
ends in a true state, the store had the plan applied at most once, every blob is whole, nothing is
Busy, and the next publish is Verified.

The folders of the environments are left out: they are the store, which is not ours to break here.
"""

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import Environment, Job, JobOutcome, JobState
from shipway_plugins.words import EnvironmentStatus
from support.desk import IMPATIENT, Desk, assert_whole, desk_daemon
from support.tracing import (
    CASES,
    SEED,
    TRACED,
    Case,
    Strace,
    calls_in,
    database_files,
    revived,
    seeded,
    struck,
)
from support.waiting import wait_for

pytestmark = TRACED


@pytest.fixture
async def desk():
    async with desk_daemon(environment={"SHIPWAY_TEST_PATIENCE": "1.0"}) as made:
        await made.daemon.start(IMPATIENT)
        yield made


async def test_a_fault_in_any_call_of_a_publish_leaves_everything_true(desk: Desk, tell) -> None:
    environment = await desk.environment("lenient")
    made = await recorded(desk)
    told: Counter[str] = Counter()
    hit = 0
    for case in seeded(made):
        told[f"{case.fault}: {await one(desk, environment, case)}"] += 1
        hit += struck(desk.daemon.home / "case.strace")
    counts = ", ".join(f"{what} {times}" for what, times in sorted(told.items()))
    tell(f"seed {SEED}, {CASES} cases, {hit} struck: {counts}")
    assert sum(told.values()) == CASES
    assert hit >= CASES / 3, "most faults never came to pass"


def paths(desk: Desk) -> list[Path]:
    """The paths of the home whose calls are traced; strace takes no folders as a whole."""
    places = desk.daemon.locations
    blobs = [path for path in places.blobs.rglob("*") if path.is_file()]
    return [*database_files(desk.daemon), *blobs, places.lanes, *places.lanes.iterdir()]


async def recorded(desk: Desk) -> Counter[str]:
    """How often each call is made on the home's paths in one publish."""
    output = desk.daemon.home / "recorded.strace"
    strace = Strace(desk.daemon, paths(desk), output)
    await strace.attach()
    try:
        job = await desk.published("lenient", desk.older)
    finally:
        await strace.detach()
    assert job.outcome is JobOutcome.VERIFIED, job.reason
    made = calls_in(output)
    assert made.keys() & {"fsync", "fdatasync"}, "nothing was made durable"
    return made


async def one(desk: Desk, environment: Environment, case: Case) -> str:
    """Run one case, check all that was promised, and say how its job ended."""
    output = desk.daemon.home / "case.strace"
    strace = Strace(desk.daemon, paths(desk), output, *case.inject)
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
    await revived(desk.daemon, *IMPATIENT)
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
