"""A stranger's plugin may do what it likes: it fails its own job with a reason, and nothing else.

All cases of a group break at the same moment, in one daemon with little patience. Meanwhile the
daemon's health is asked without a pause, and another environment publishes. Afterwards no process
of a plugin is left.
"""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from shipway_client.errors import Refused
from shipway_client.wire import Environment, Job, JobOutcome, JobState
from shipway_plugins.words import EnvironmentStatus
from support.desk import HASTY, Desk, desk_daemon
from support.processes import is_running
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

#: Seconds that the daemon gives each call; more where another limit is to be the first.
HASTE, PATIENCE = 5, 90
#: How long until no process is left, as the issue has it.
GONE_SECONDS = 10.0
#: Enough on any machine; only there to end a hang.
END_SECONDS = 120.0
#: The most that one daemon may write into its log about all of it, in bytes.
MOST_LOGGED = 4_000_000


@dataclass(frozen=True)
class Case:
    """What a plugin does, on which call, and how the job has to end because of it."""

    does: str
    says: str
    on: str = "publish"
    outcome: JobOutcome = JobOutcome.FAILED
    #: Whether nothing may be known of the environment at some time afterwards: a store that
    #: explained itself is as known as before.
    unknown: bool = True

    @property
    def environment(self) -> str:
        return f"{self.does}-on-{self.on}".replace("_", "-")


UNVERIFIED = JobOutcome.UNVERIFIED
LATE = "did not answer in time and was ended"

RAISING = [
    Case("raises", "ValueError: an index out of thin air"),
    Case("leaves", "tried to end the process (SystemExit: 3)"),
    Case("interrupts", "KeyboardInterrupt"),
    Case("raises", "ValueError: an index out of thin air", on="every", outcome=UNVERIFIED),
    Case("lies", "The store is closed for ever.", unknown=False),
]
DYING = [
    Case("vanishes", "ended with exit code 7"),
    Case("crashes", "was ended by SIGSEGV"),
    Case("vanishes", "ended with exit code 7", on="every", outcome=UNVERIFIED),
    Case("garbles", "sent what is no message"),
    Case("boasts", "longer than"),
]
HANGING = [
    Case("sleeps", LATE),
    Case("sleeps", LATE, on="every", outcome=UNVERIFIED),
    Case("sleeps", "cannot be read back", on="live", outcome=UNVERIFIED),
    Case("forks", LATE),
    Case("floods", LATE),
]
HUNGRY = [
    Case("spins", "used more than 2 s of processor time and was ended"),
    Case("hoards", "used more than 256 MiB of memory and was ended"),
]
BREEDING = [
    Case("escapes", "ended with exit code 6"),
    Case("escapes_unmarked", "ended with exit code 6"),
    Case("escapes", "ended with exit code 6", on="every", outcome=UNVERIFIED),
]


@contextlib.asynccontextmanager
async def hostile_desk(tell: Callable[[str], None], seconds: int = HASTE) -> AsyncIterator[Desk]:
    """A hasty daemon, whose health is asked and whose good store is used all the time."""
    async with desk_daemon(environment={"SHIPWAY_TEST_HASTE": str(seconds)}) as desk:
        await desk.daemon.start(HASTY)
        stop = asyncio.Event()
        healthy = asyncio.create_task(_stay_healthy(desk, stop))
        publishing = asyncio.create_task(_go_on_publishing(desk, stop))
        try:
            yield desk
        finally:
            stop.set()
            answers, published = await asyncio.gather(healthy, publishing)
        tell(
            f"health: {len(answers)} answers, the slowest after {max(answers):.3f} s; the other"
            f" environment was published to {published} times meanwhile"
        )
        assert answers
        assert published


async def _stay_healthy(desk: Desk, stop: asyncio.Event) -> list[float]:
    """Ask for the health until told to stop; each answer must come within the client's deadline."""
    took: list[float] = []
    while not stop.is_set():
        began = time.monotonic()
        await desk.client.history.health()
        took.append(time.monotonic() - began)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 0.05)
    return took


async def _go_on_publishing(desk: Desk, stop: asyncio.Event) -> int:
    published = 0
    while not stop.is_set():
        await desk.available("holding")
        job = await _ended(desk, await desk.publish("holding", desk.newer))
        assert job.outcome is JobOutcome.VERIFIED, job.reason
        published += 1
    return published


async def _ended(desk: Desk, job: Job) -> Job:
    async def done() -> Job | None:
        seen = await desk.client.jobs.show(job.id)
        return seen if seen.state is JobState.DONE else None

    found = await wait_for(done, END_SECONDS, f"job {job.id} on {job.environment} does not end")
    assert found is not None
    return found


async def _broken(desk: Desk, case: Case, **settings: int) -> Environment:
    """An environment that works, and is about to break."""
    made = await desk.environment(
        "broken", case.environment, does=case.does, on=case.on, **settings
    )
    assert made.status is EnvironmentStatus.AVAILABLE
    desk.store(made).folder.joinpath("break").touch()
    return made


async def _unknown_since(desk: Desk, name: str) -> list[str]:
    """Every reason why nothing was known of an environment."""
    page = await desk.client.history.events(kind="environment.status-changed", limit=200)
    return [
        str(event.data["reason"])
        for event in page.items
        if event.subject == name and event.data["status"] == EnvironmentStatus.UNKNOWN
    ]


async def _nothing_left(folder: Path) -> None:
    """Wait until every process is dead that broke, or was left behind by one that did."""
    numbers = [int(line) for line in (folder / "pids").read_text().split()]
    assert numbers
    left = "processes of a plugin are left"
    await wait_for(lambda: not any(map(is_running, numbers)), GONE_SECONDS, left)


def _end_lane(desk: Desk, made: Environment) -> None:
    """Kill the lane that was opened before the store broke."""
    lock = desk.daemon.locations.lanes / f"{made.id}.lock"
    os.kill(json.loads(lock.read_bytes())["pid"], signal.SIGKILL)


async def _fails_its_own_job(desk: Desk, case: Case) -> None:
    made = await _broken(desk, case)
    # A store that does not even say how it is can be published to by force only.
    job = await desk.publish(made.name, desk.newer, force=case.on == "every")
    ended = await _ended(desk, job)
    told = await _unknown_since(desk, made.name)
    assert (ended.outcome, case.says in ended.reason) == (case.outcome, True), ended
    assert bool(told) is case.unknown
    if case.does != "lies":  # a store that explains itself is no reason to end its lane
        await _nothing_left(desk.store(made).folder)
    desk.store(made).folder.joinpath("break").unlink()
    healed = await desk.client.environments.check(made.name)
    assert healed.status is EnvironmentStatus.AVAILABLE, healed.reason


@pytest.mark.parametrize(
    ("cases", "seconds"),
    [
        pytest.param(DYING, HASTE, id="dying"),
        pytest.param(RAISING, HASTE, id="raising"),
        pytest.param(HANGING, HASTE, id="hanging"),
        pytest.param(HUNGRY, PATIENCE, id="hungry"),
        pytest.param(BREEDING, HASTE, id="breeding"),
    ],
)
async def test_each_fails_its_own_job_and_nothing_else(tell, cases, seconds) -> None:
    """With a reason, within its deadline; and it works again once it is mended."""
    async with hostile_desk(tell, seconds) as desk:
        await asyncio.gather(*(_fails_its_own_job(desk, case) for case in cases))
        assert len(desk.daemon.log) < MOST_LOGGED


async def test_what_hangs_before_the_job_is_refused_with_a_reason(tell) -> None:
    """Without a job: nothing was sent. By force there is one, which ends all the same."""
    async with hostile_desk(tell) as desk:
        tries = [_is_refused(desk, on) for on in ("open", "status", "check")]
        await asyncio.gather(*tries, _is_unknown_from_the_start(desk))


async def _is_refused(desk: Desk, on: str) -> None:
    made = await _broken(desk, Case("sleeps", LATE, on=on))
    if on == "open":
        _end_lane(desk, made)
    with pytest.raises(Refused, match=LATE):
        await desk.publish(made.name, desk.newer)
    forced = await _ended(desk, await desk.publish(made.name, desk.newer, force=True))
    assert forced.outcome is (UNVERIFIED if on == "open" else JobOutcome.VERIFIED), forced
    if on != "check":
        assert any(LATE in reason for reason in await _unknown_since(desk, made.name))
    await _nothing_left(desk.store(made).folder)


async def _is_unknown_from_the_start(desk: Desk) -> None:
    """What hangs at import, and did not when it was probed: its environment says so."""
    made = await desk.environment("broken", "import-sleeps", does="sleeps")
    assert (made.status, LATE in made.reason) == (EnvironmentStatus.UNKNOWN, True)
    forced = await _ended(desk, await desk.publish(made.name, desk.newer, force=True))
    assert forced.outcome is UNVERIFIED, forced
    assert LATE in forced.reason


async def test_what_leaks_is_started_anew(tell) -> None:
    """It fails nothing, and never grows for long."""
    async with hostile_desk(tell) as desk:
        made = await _broken(desk, Case("leaks", "", on="status"), mib=16)
        pids = desk.store(made).folder / "pids"
        seen: set[str] = set()

        async def renewed() -> bool:
            checked = await desk.client.environments.check(made.name)
            assert checked.status is EnvironmentStatus.AVAILABLE, checked.reason
            seen.update(pids.read_text().split())
            return len(seen) >= 3

        await wait_for(renewed, END_SECONDS, "the lane is never started anew")
        assert len(pids.read_text().split()) < 60
