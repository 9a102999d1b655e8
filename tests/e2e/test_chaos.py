"""Publishes over a network that breaks, through a real daemon, into a server that keeps a journal.

Whatever happens on the way, a job ends Published, failed or unverified, and says the truth: the
server has applied a verified one exactly once, a failed one never, and none twice.
"""

import asyncio
import itertools
import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from shipway_client.errors import Busy, Refused
from shipway_client.wire import Job, JobOutcome, Version
from shipway_plugins.words import PublishState
from support.chaos_proxy import FAULTS, ChaosProxy, Fault
from support.desk import Desk, desk_daemon
from support.management import TOKEN, ManagementServer, management_servers
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

ENVIRONMENTS = 5
PUBLISHES = 100
SEED = int(os.environ.get("SHIPWAY_SEED", "1"))


class Line:
    """One environment, its proxy and its server."""

    def __init__(self, desk: Desk, name: str, server: ManagementServer, proxy: ChaosProxy) -> None:
        self.desk = desk
        self.name = name
        self.server = server
        self.proxy = proxy
        self.jobs: list[Job] = []
        self.refusals = 0
        self._names = itertools.count(1)

    async def add(self) -> None:
        """Add the environment, with little patience and small chunks."""
        settings = {
            "server": f"http://127.0.0.1:{self.proxy.port}",
            "token": "env:SHIPWAY_TEST_TOKEN",
            "timeout": 1.0,
            "chunk_size": 2048,
        }
        await self.desk.environment("http_management", self.name, **settings)

    async def publish(self, version: Version) -> None:
        """Publish once, and wait for its end."""
        # Nobody was aimed at before, so that one attempt is never taken for another.
        aimed_at = f"user:{next(self._names)}"
        job = await self._submitted(version, aimed_at)
        self.jobs.append(await self.desk.ended(job, 150))

    async def _submitted(self, version: Version, aimed_at: str) -> Job:
        """Submit as a person does: who is refused because nothing is known tries again."""

        async def submit() -> Job | None:
            try:
                return await self.desk.publish(
                    self.name, version, state=PublishState.ACTIVE, targets=[aimed_at]
                )
            except (Busy, Refused):
                self.refusals += 1
                return None

        job = await wait_for(submit, 60, f"{self.name} takes no publish")
        assert job is not None
        return job

    def applied(self, job: Job) -> int:
        """How often the server applied a job, by its own journal."""
        return sum(one.key == job.tracking for one in self.server.journal())


@asynccontextmanager
async def lines(count: int, folder: Path, seed: int, faults: Sequence[Fault] = FAULTS):
    """A desk and so many environments, each behind a proxy of its own."""
    names = [f"devices-{number}" for number in range(count)]
    async with AsyncExitStack() as stack:
        servers = stack.enter_context(
            management_servers(
                [folder / name for name in names], keepalive_timeout=0.2, judge=False
            )
        )
        for server in servers:
            server.throw(keep_seconds=0)
        desk = await stack.enter_async_context(
            desk_daemon(environment={"SHIPWAY_TEST_TOKEN": TOKEN})
        )
        await desk.daemon.start()
        made = []
        for name, server in zip(names, servers, strict=True):
            proxy = await stack.enter_async_context(
                ChaosProxy(server.port, f"{seed}/{name}", faults, share=0.8)
            )
            proxy.on = False
            made.append(Line(desk, name, server, proxy))
            await made[-1].add()
        yield made


def assert_true(line: Line) -> None:
    """What a job says of itself is what the server's journal says of it."""
    for job in line.jobs:
        applied = line.applied(job)
        told = f"{line.name}: job {job.id} is {job.outcome} ({job.reason}), applied {applied} times"
        assert applied <= 1, told
        assert job.reason, told
        assert job.outcome in (JobOutcome.VERIFIED, JobOutcome.FAILED, JobOutcome.UNVERIFIED), told
        if job.outcome is JobOutcome.VERIFIED:
            assert applied == 1, told
        if job.outcome is JobOutcome.FAILED:
            assert applied == 0, told


async def assert_quiet(line: Line) -> None:
    """Nobody holds the environment, and with the network whole it says what the server holds."""
    line.proxy.on = False

    async def agrees() -> bool:
        seen = await line.desk.client.environments.check(line.name)
        if seen.job is not None:
            return False
        taken = line.server.taken(line.desk.app)
        return await line.desk.live(line.name) == taken

    await wait_for(agrees, 60, f"{line.name} does not say what its server holds")


def counts(made: list[Line], seed: int) -> str:
    """What happened, for who reads the log of the test."""
    jobs = [job for line in made for job in line.jobs]
    reasons = Counter(_kind(job) for job in jobs).most_common(15)
    return "\n".join(
        [
            f"\nSHIPWAY_SEED={seed}: {len(jobs)} publishes over {len(made)} environments",
            f"  outcomes: {dict(Counter(str(job.outcome) for job in jobs))}",
            f"  tries: {dict(Counter(job.tries for job in jobs))}",
            f"  applied: {dict(Counter(line.applied(job) for line in made for job in line.jobs))}",
            f"  connections: {sum(line.proxy.connections for line in made)}",
            f"  faults: { {str(fault): count for fault, count in struck(made).items()} }",
            f"  refused, and submitted again: {sum(line.refusals for line in made)}",
            *(f"  {count:4} {reason}" for reason, count in reasons),
            "",
        ]
    )


def struck(made: list[Line]) -> Counter[Fault]:
    return sum((line.proxy.struck for line in made), Counter())


def _kind(job: Job) -> str:
    words = [word for word in job.reason.split() if not any(c.isdigit() for c in word)]
    return f"{job.outcome}: {' '.join(words)[:110]}"


async def test_100_publishes_over_a_broken_network(tmp_path, tell):
    async with lines(ENVIRONMENTS, tmp_path, SEED) as made:
        await publish_over(made, PUBLISHES // ENVIRONMENTS, SEED, tell)
        assert struck(made).total() >= PUBLISHES / 4, "the network was too good"


async def test_a_few_publishes_over_a_broken_network(tmp_path, tell):
    """Only with faults that take no time."""
    quick = (Fault.RESET, Fault.BIT_IN_REQUEST, Fault.BIT_IN_ANSWER, Fault.REPLY_LOST)
    async with lines(2, tmp_path, 7, quick) as made:
        await publish_over(made, 3, 7, tell)


async def publish_over(made: list[Line], each: int, seed: int, tell: Callable[[str], None]) -> None:
    """Publish so often to each environment, all at once, and see that every job tells the truth."""
    try:
        async with asyncio.TaskGroup() as group:
            for line in made:
                group.create_task(publish_all(line, each))
    finally:
        tell(counts(made, seed).rstrip())
    for line in made:
        assert_true(line)
        await assert_quiet(line)
    assert [len(line.jobs) for line in made] == [each] * len(made)
    assert any(job.outcome is JobOutcome.VERIFIED for line in made for job in line.jobs)


async def publish_all(line: Line, count: int) -> None:
    """Publish the two versions in turn, over the broken network."""
    line.proxy.on = True
    for number in range(count):
        await line.publish(line.desk.newer if number % 2 else line.desk.older)
