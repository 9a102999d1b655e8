"""Two publishes to one environment at once: the first one wins, the other one hears Busy.

The store holds until it is told, so that "at once" is no luck.
"""

import asyncio

import pytest
from shipway_client.errors import BUSY_TEXT, Busy
from shipway_client.wire import Job, JobOutcome
from support.daemon import Finished
from support.desk import Desk, Store
from support.waiting import wait_for

ENVIRONMENT = "holding"


async def finish(process: asyncio.subprocess.Process) -> Finished:
    out, err = await process.communicate()
    return Finished(process.returncode or 0, out.decode(), err.decode())


async def two_processes(desk: Desk, store: Store) -> None:
    """One round: two command lines, of which one is told Busy while the other one is held."""
    store.hold("upload")
    words = ("publish", "--app", desk.app, "--env", ENVIRONMENT)
    running = [asyncio.create_task(finish(await desk.daemon.command(*words))) for _ in range(2)]
    async with asyncio.timeout(60):
        done, waiting = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        (loser,), (winner,) = done, waiting
        told = loser.result()
        assert (told.code, told.err, told.out) == (5, BUSY_TEXT + "\n", "")
        await store.waiting_at("upload")
        assert not winner.done()
        store.release()
        said = await winner
    assert said.code == 0, said.err


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.e2e)])
async def test_of_two_processes_one_is_admitted_every_time(desk: Desk, rounds: int) -> None:
    """The exact text on standard error, exit code 5; the winner goes on to the end."""
    assert BUSY_TEXT == "Server is busy processing another request. Please try after some time"
    store = desk.store(await desk.available(ENVIRONMENT))
    for number in range(1, rounds + 1):
        await two_processes(desk, store)
        assert len(store.journal()) == number
        await desk.available(ENVIRONMENT)
    page = await desk.client.jobs.list(limit=200)
    assert [job.outcome for job in page.items] == [JobOutcome.VERIFIED] * rounds


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.e2e)])
@pytest.mark.e2e
async def test_of_two_calls_one_is_admitted_every_time(desk: Desk, rounds: int) -> None:
    """Both calls are in the daemon at the same time, in every round."""
    store = desk.store(await desk.available(ENVIRONMENT))
    for number in range(1, rounds + 1):
        store.hold("upload")
        calls = [desk.publish(ENVIRONMENT) for _ in range(2)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        (refusal,) = [answer for answer in answers if not isinstance(answer, Job)]
        assert isinstance(refusal, Busy)
        assert refusal.message == BUSY_TEXT
        (job,) = [answer for answer in answers if isinstance(answer, Job)]
        store.release()
        assert (await desk.ended(job)).outcome is JobOutcome.VERIFIED
        await wait_for(lambda: _free(desk), message="the environment stays Busy")
        assert len(store.journal()) == number


async def _free(desk: Desk) -> bool:
    return (await desk.client.environments.show(ENVIRONMENT)).job is None


async def test_two_environments_do_not_hinder_each_other(desk: Desk) -> None:
    """A lock is held on an environment, not on an app."""
    other = await desk.environment("holding", "other")
    first, second = desk.store(await desk.available(ENVIRONMENT)), desk.store(other)
    first.hold("upload")
    held = await desk.publish(ENVIRONMENT)
    await first.waiting_at("upload")
    assert (await desk.published("other")).outcome is JobOutcome.VERIFIED
    assert len(second.journal()) == 1
    first.release()
    assert (await desk.ended(held)).outcome is JobOutcome.VERIFIED
