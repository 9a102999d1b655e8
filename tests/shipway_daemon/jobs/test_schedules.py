"""What is done again and again: once a period, over restarts and clocks that jump."""

import asyncio

import pytest
from shipway_daemon.jobs import schedules
from shipway_daemon.jobs.epochs import Fenced, take_epoch
from shipway_daemon.jobs.schedules import Schedule, Schedules
from shipway_daemon.jobs.tables import schedules as table
from support.waiting import wait_for

HOUR, DAY = 3_600.0, 86_400.0


class Daily:
    """Counts how often it was done; breaks if told to."""

    def __init__(self) -> None:
        self.done = 0
        self.breaks = False

    async def __call__(self) -> None:
        self.done += 1
        if self.breaks:
            raise ValueError("a broken cup")


@pytest.fixture
def daily() -> Daily:
    return Daily()


@pytest.fixture
async def begin(database, clock, daily):
    """Start the schedules of a daemon; all are stopped at the end."""
    running: list[asyncio.Task[None]] = []

    async def start(epoch: int = 1, seconds: float = DAY, name: str = "daily") -> Schedules:
        made = Schedules(database, epoch, [Schedule(name=name, seconds=seconds, work=daily)], clock)
        running.append(asyncio.create_task(made.run()))
        await wait_for(lambda: made._due or running[-1].done())
        return made

    async def stop() -> None:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        running.clear()

    start.stop, start.running = stop, running
    yield start
    await stop()


async def looked(made: Schedules) -> None:
    """Let it look at the clock, and come to its sleep again."""
    made.kick()
    await wait_for(lambda: not made._kicked.is_set() and not made._names_due())


async def row(database):
    return await database.read(lambda tx: tx.execute(table.select()).one())


async def test_it_is_done_once_a_period(begin, clock, daily) -> None:
    made = await begin()
    await looked(made)
    assert daily.done == 0
    for day in range(1, 4):
        clock.go_by(DAY - 1)
        await looked(made)
        assert daily.done == day - 1
        clock.go_by(1)
        made.kick()
        await wait_for(lambda day=day: daily.done == day)


@pytest.mark.parametrize("jump", [-DAY, DAY])
async def test_a_wall_that_jumps_changes_nothing_while_it_runs(begin, clock, daily, jump) -> None:
    made = await begin()
    clock.go_by(DAY)
    made.kick()
    await wait_for(lambda: daily.done == 1)
    clock.jump(jump)
    await looked(made)
    assert daily.done == 1, "twice in a row"
    clock.go_by(DAY)
    made.kick()
    await wait_for(lambda: daily.done == 2, message="it stopped for longer than its period")


async def test_restarts_neither_repeat_it_nor_put_it_off(begin, clock, daily) -> None:
    """A daemon that is restarted every eight hours does it once a day."""
    for epoch in range(1, 13):
        made = await begin(epoch)
        await looked(made)
        clock.go_by(8 * HOUR)
        await begin.stop()
    made = await begin(99)
    await wait_for(lambda: daily.done == 4)
    await looked(made)
    assert daily.done == 4


async def test_a_wall_set_back_over_a_restart_puts_it_off_by_a_period_at_most(
    begin, clock, daily
) -> None:
    made = await begin()
    clock.go_by(DAY)
    made.kick()
    await wait_for(lambda: daily.done == 1)
    await begin.stop()
    clock.jump(-DAY)
    made = await begin(2)
    await looked(made)
    assert daily.done == 1, "twice in a row"
    clock.go_by(DAY)
    made.kick()
    await wait_for(lambda: daily.done == 2)


async def test_a_wall_set_forward_over_a_restart_does_it_once(begin, clock, daily) -> None:
    await begin()
    await begin.stop()
    clock.jump(5 * DAY)
    made = await begin(2)
    await wait_for(lambda: daily.done == 1)
    await looked(made)
    assert daily.done == 1, "periods that were missed are not made up for"


async def test_what_breaks_is_done_at_its_next_time(begin, clock, daily) -> None:
    daily.breaks = True
    made = await begin()
    for count in (1, 2):
        clock.go_by(DAY)
        made.kick()
        await wait_for(lambda count=count: daily.done == count)


async def test_an_old_daemon_does_nothing_of_it(begin, clock, daily, database) -> None:
    await database.write(take_epoch)
    made = await begin(1)
    await database.write(take_epoch)
    clock.go_by(DAY)
    made.kick()
    await wait_for(lambda: begin.running[0].done())
    assert isinstance(begin.running[0].exception(), Fenced)
    assert daily.done == 0


async def test_the_rows_are_those_of_the_program(begin, database, clock) -> None:
    """A schedule that is no more leaves no row; a period that changed holds from now on."""
    await begin(1, name="old")
    await begin.stop()
    await begin(2, seconds=DAY)
    await begin.stop()
    assert (await row(database)).name == "daily"
    made = await begin(3, seconds=HOUR)
    assert (await row(database)).every_seconds == HOUR
    assert made._due["daily"] - clock.elapsed() == HOUR


async def test_what_is_not_known_cannot_be_taken(database, clock) -> None:
    assert not await database.write(lambda tx: schedules.take(tx, "unheard of", clock.wall()))
