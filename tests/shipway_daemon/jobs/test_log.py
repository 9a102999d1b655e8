"""A job's log is read from either end, and searched."""

import pytest
from shipway_daemon.jobs import checkpoints, views
from shipway_daemon.jobs.checkpoints import Line


@pytest.fixture
async def logged(jobs, database):
    """A job with fifty lines, every tenth of which is an error, beside a job with others."""
    job, other = await jobs.submit(lock=None), await jobs.submit(lock=None)
    told = ["100% Error: full" if n % 10 == 0 else f"line {n}" for n in range(50)]

    def write(tx):
        for line in told:
            checkpoints.add_log(tx, job, [Line(at="2026-11-20", line=line)])
            checkpoints.add_log(tx, other, [Line(at="2026-11-20", line="another's Error")])

    await database.write(write)
    return job, told


async def test_a_log_is_read_back_from_its_end_page_by_page(database, logged):
    job, told = logged

    def read(tx):
        seen, before = [], None
        while found := views.log_end(tx, job, before, 7):
            seen += [line.line for line in found]
            before = found[-1].id
        return seen

    assert await database.read(read) == told[::-1]


@pytest.mark.parametrize(
    ("text", "count"), [("error: FULL", 5), ("%", 5), ("line 4", 10), ("_", 0)]
)
async def test_a_log_is_searched_for_a_text_as_it_stands(database, logged, text, count):
    job, told = logged

    def read(tx):
        found = views.log_page(tx, job, None, 99, text), views.log_end(tx, job, None, 99, text)
        return [[line.line for line in lines] for lines in found]

    forth, back = await database.read(read)
    assert forth == [line for line in told if text.lower() in line.lower()]
    assert back == forth[::-1]
    assert len(forth) == count
