"""Many publishes at once, with accidents in the stores, cancellations and killed daemons.

Whatever happens: every job ends in a true state, no store has an attempt applied twice, what the
catalogue says is live is what the store holds, and no environment stays Busy.
"""

import os
import random
from collections import Counter
from contextlib import suppress

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import Environment, Job, JobOutcome, JobState
from shipway_plugins.words import EnvironmentStatus
from support.desk import IMPATIENT, Desk, desk_daemon
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

PATIENCE = {"SHIPWAY_TEST_PATIENCE": "1.0"}
SEED = int(os.environ.get("SHIPWAY_SEED", "3"))
#: What a busy machine may take until all has ended.
END_SECONDS = 400.0


@pytest.fixture
async def desk():
    async with desk_daemon(environment=PATIENCE) as made:
        await made.daemon.start(IMPATIENT)
        yield made


async def test_a_few_publishes_end_truly_through_accidents_and_a_kill(desk: Desk, tell) -> None:
    tell(await many(desk, publishes=16, environments=4, kills=1))


async def test_200_publishes_over_20_environments_end_truly(desk: Desk, tell) -> None:
    tell(await many(desk, publishes=200, environments=20, kills=2))


async def many(desk: Desk, *, publishes: int, environments: int, kills: int) -> str:
    """Publish, cancel and kill as the dice say; say in a line how the jobs ended."""
    dice = random.Random(SEED)
    names = [f"flaky-{number}" for number in range(environments)]
    made = [await desk.environment("flaky", name, seed=SEED + at) for at, name in enumerate(names)]
    deaths = {publishes * (kill + 1) // (kills + 1) for kill in range(kills)}
    promised: list[int] = []
    for number in range(publishes):
        version = (desk.older, desk.newer)[dice.randrange(2)]
        with suppress(ShipwayError):
            name = names[number % environments]
            job = await desk.publish(name, version, queue=True, force=True)
            promised.append(job.id)
        if promised and dice.random() < 0.15:
            await desk.client.jobs.cancel(dice.choice(promised[-8:]))
        if number + 1 in deaths:
            await desk.daemon.kill()
            await desk.daemon.start(IMPATIENT)
    jobs = await ended(desk, promised)
    assert len(promised) == publishes, "a publish that may wait its turn was refused"
    for environment in made:
        theirs = [job for job in jobs if job.environment == environment.name]
        await assert_true(desk, environment, theirs)
    outcomes = Counter(str(job.outcome) for job in jobs)
    return f"seed {SEED}: {len(promised)} publishes, {dict(outcomes)}"


async def ended(desk: Desk, promised: list[int]) -> list[Job]:
    """Wait until every job has ended, and read how."""
    jobs: dict[int, Job] = {}

    async def all_done() -> bool:
        for job in promised:
            if job not in jobs:
                seen = await desk.client.jobs.show(job)
                if seen.state is not JobState.DONE:
                    return False
                jobs[job] = seen
        return True

    await wait_for(all_done, END_SECONDS, "some jobs do not end")
    return [jobs[job] for job in promised]


async def assert_true(desk: Desk, environment: Environment, jobs: list[Job]) -> None:
    """What was said of these jobs is what their store saw."""
    store = desk.store(environment)
    applied = {line["key"]: line["digests"] for line in store.journal()}
    assert len(applied) == len(store.journal()), "an attempt was applied twice"
    held: dict[str, str] = {}
    for job in sorted(jobs, key=lambda job: job.id):
        held = applied.get(job.tracking, held)
        assert job.reason, job
        if job.outcome is JobOutcome.VERIFIED:
            # By this attempt or by one before it: what counts is what the store holds.
            assert held == wanted(job), job.reason
        if job.outcome is JobOutcome.FAILED:
            assert job.tracking not in applied, job.reason

    async def free() -> bool:
        seen = await desk.client.environments.show(environment.name)
        return seen.job is None and seen.status is not EnvironmentStatus.BUSY

    await wait_for(free, 60, f"{environment.name} stays Busy")
    await desk.client.environments.check(environment.name)
    if jobs:
        assert await desk.live(environment.name) == store.digests(desk.app)


def wanted(job: Job) -> dict[str, str]:
    """What a job was to bring, by channel."""
    assert job.plan is not None
    items = [item for item in job.plan.items if item.version is not None]
    return {item.channel: item.version.digest for item in items if item.version is not None}
