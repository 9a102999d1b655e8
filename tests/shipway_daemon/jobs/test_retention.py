"""Logs of old jobs go; that there was an attempt, and how it ended, stays for ever."""

import pytest
from shipway_client.wire import JobOutcome
from shipway_daemon.clock import stamp
from shipway_daemon.jobs import checkpoints, ending, retention, rows, views
from shipway_daemon.jobs.checkpoints import Line
from shipway_daemon.jobs.retention import Retention
from shipway_plugins.words import Stage, StageState


@pytest.fixture
def logged(jobs, database, clock):
    """Make a job with a log of so many lines that ended so many days ago, or not yet."""

    async def make(lines: int, days: float | None) -> int:
        job = await jobs.submit(lock=None)

        def write(tx) -> None:
            rows.claim(tx, 1)
            checkpoints.save_stages(tx, job, [Stage(name="Send", state=StageState.DONE)])
            told = [Line(at=stamp(clock.wall()), line=f"line {n}") for n in range(lines)]
            checkpoints.add_log(tx, job, told)
            if days is not None:
                ending.end(tx, job, JobOutcome.FAILED, "It broke.", "")

        before = clock.at
        if days is not None:
            clock.go_by(-days * 86_400)
        await database.write(write)
        if days is not None:
            at = stamp(clock.wall())
            table = rows.jobs
            await database.write(
                lambda tx: tx.execute(
                    table.update().where(table.c.id == job).values(finished_at=at)
                )
            )
        clock.at = before
        return job

    return make


async def test_only_logs_of_long_ended_jobs_go(jobs, database, clock, logged, monkeypatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 40)
    monkeypatch.setattr(retention, "_PAUSE_SECONDS", 0.0)
    old, older = await logged(100, 91), await logged(7, 400)
    fresh, running = await logged(5, 89), await logged(5, None)
    await Retention(database, clock).run()
    lengths = [len(await jobs.log(job)) for job in (old, older, fresh, running)]
    assert lengths == [0, 0, 5, 5]
    kept = await jobs.read(old)
    assert (kept.outcome, kept.reason) == (JobOutcome.FAILED, "It broke.")
    assert [stage.name for stage in kept.stages] == ["Send"]
    page = await database.read(lambda tx: views.page(tx, None, None, 10))
    assert len(page) == 4


async def test_where_nothing_is_old_nothing_is_written(database, clock, logged) -> None:
    await logged(5, 1)
    before = database.changed.count
    await Retention(database, clock).run()
    assert database.changed.count == before


async def test_no_transaction_is_long(database, clock, logged, monkeypatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 10)
    monkeypatch.setattr(retention, "_PAUSE_SECONDS", 0.0)
    await logged(35, 100)
    before = database.changed.count
    await Retention(database, clock).run()
    assert database.changed.count - before == 5
