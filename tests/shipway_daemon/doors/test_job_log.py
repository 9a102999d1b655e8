"""A job's log over the socket: from its beginning, from its end, back from there, and searched."""

import sqlite3
from contextlib import closing

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES = [f"line {number}" for number in range(30)]
#: A job that ended long ago, as its daemon would have left it.
JOB = """INSERT INTO jobs (kind, actor, state, outcome, cancel_requested, reason, hint, tracking,
    request, findings, created_at) VALUES ('publish', 'ana', 'done', 'failed', 0, '', '', 'one',
    '{}', '[]', '2026-11-20T10:00:00.000Z')"""
LINE = "INSERT INTO job_log (job_id, at, line) VALUES (?, '2026-11-20T10:00:00.000Z', ?)"


@pytest.fixture
def log(daemon, ask):
    """Ask for the log of a job with thirty lines: the lines, and the cursor."""
    with closing(sqlite3.connect(daemon.locations.database, timeout=30)) as database, database:
        job = database.execute("SELECT id FROM jobs").fetchone() or (
            database.execute(JOB).lastrowid,
        )
        if not database.execute("SELECT id FROM job_log").fetchone():
            database.executemany(LINE, [(job[0], line) for line in LINES])

    async def read(query):
        told = (await ask("GET", f"/v1/jobs/{job[0]}/log?{query}")).json
        return [line["line"] for line in told["items"]], told["after"]

    return read


async def test_the_beginning_and_what_follows(log):
    lines, after = await log("limit=20")
    assert lines == LINES[:20]
    assert await log(f"limit=20&after={after}") == (LINES[20:], None)


async def test_the_end_and_what_came_before_it(log):
    lines, before = await log("tail=12")
    assert lines == LINES[18:]
    lines, before = await log(f"limit=12&before={before}")
    assert lines == LINES[6:18]
    assert await log(f"limit=12&before={before}") == (LINES[:6], None)


async def test_a_text_is_looked_for_from_both_ends(log):
    assert await log("q=LINE%201&limit=3") == (["line 1", "line 10", "line 11"], "12")
    assert await log("q=line%201&tail=2") == (["line 18", "line 19"], "19")
    assert await log("q=nowhere") == ([], None)


@pytest.mark.parametrize("query", ["tail=0", "tail=201", "tail=x", "tail=", "before=x"])
async def test_what_is_no_place_in_a_log_is_refused(ask, log, query):
    del log
    answer = await ask("GET", f"/v1/jobs/1/log?{query}")
    assert (answer.status, answer.error["code"]) == (400, "wrong-usage")
