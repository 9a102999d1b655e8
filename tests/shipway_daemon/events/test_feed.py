"""The feed: hello first, then everything once and in order, for any number of followers."""

import asyncio
import contextlib
import time

import pytest
from shipway_client.errors import Gone
from shipway_client.wire import IngestProgress
from shipway_daemon.events import feed as feed_module
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed, ProgressBoard
from shipway_daemon.events.tables import events
from shipway_daemon.events.tail import Tail
from shipway_plugins.words import Progress
from sqlalchemy import delete


@pytest.fixture
def board():
    return ProgressBoard()


@pytest.fixture
def feed(database, board):
    return Feed(database, board)


def told(database, subject="x", kind="a.kind"):
    return database.write(lambda tx: history.append(tx, kind, subject))


def copying(done, total=1000):
    return Progress(stage="Copy", done=done, total=total)


async def take(lines, number):
    """The next lines, which have to come soon."""
    async with asyncio.timeout(10):
        return [await anext(lines) for _ in range(number)]


async def test_hello_comes_first_and_says_where_the_feed_begins(database, feed):
    await told(database)
    lines = feed.follow(None)
    (hello,) = await take(lines, 1)
    assert hello.hello == 1
    await told(database, "later")
    (line,) = await take(lines, 1)
    assert (line.event.seq, line.event.subject) == (2, "later")
    await lines.aclose()


async def test_what_happened_before_is_told_to_who_asks_from_there(database, feed):
    for number in range(1, 6):
        await told(database, str(number))
    lines = feed.follow(2)
    first, *rest = await take(lines, 4)
    assert first.hello == 2
    assert [line.event.subject for line in rest] == ["3", "4", "5"]
    await lines.aclose()


async def test_nothing_is_missed_or_told_twice_under_many_writes(database, feed):
    """Followers begin at any time; one is slow, one began in the middle of things."""
    writes, followers = 200, 5

    async def follow(number):
        seen = []
        async for line in feed.follow(0):
            if line.event is not None:
                seen.append(line.event.seq)
                if number == 0:
                    await asyncio.sleep(0.001)
            if len(seen) == writes:
                return seen
        raise AssertionError("the feed ended")

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        following = [group.create_task(follow(number)) for number in range(followers - 1)]
        writing = [group.create_task(told(database, str(number))) for number in range(writes)]
        await writing[writes // 2]
        following.append(group.create_task(follow(followers)))
    assert [task.result() for task in following] == [list(range(1, writes + 1))] * followers


async def test_more_events_than_a_batch_come_at_once(database, feed, monkeypatch):
    monkeypatch.setattr(feed_module, "_BATCH", 10)

    def many(tx):
        for number in range(95):
            history.append(tx, "a.kind", str(number))

    await database.write(many)
    lines = feed.follow(0)
    async with asyncio.timeout(feed_module._ALIVE_SECONDS / 2):
        found = await take(lines, 96)
    assert [line.event.subject for line in found[1:]] == [str(number) for number in range(95)]
    await lines.aclose()


async def test_a_silent_feed_says_that_it_lives(database, feed, monkeypatch):
    monkeypatch.setattr(feed_module, "_ALIVE_SECONDS", 0.05)
    await told(database)
    lines = feed.follow(None)
    _, first, second = await take(lines, 3)
    assert (first.alive, second.alive) == (1, 1)
    await lines.aclose()


async def test_a_trimmed_number_is_gone_before_a_line_is_sent(database, feed):
    for _ in range(5):
        await told(database)
    await database.write(lambda tx: tx.execute(delete(events).where(events.c.seq < 5)))
    with pytest.raises(Gone):
        await take(feed.follow(1), 1)


@pytest.mark.parametrize("busy", [False, True], ids=["alone", "while much is written"])
async def test_progress_comes_at_most_four_times_a_second_and_its_last_value_arrives(
    database, board, feed, busy
):
    """However often it is set, and however many events wake the feed."""
    came = []

    async def follow():
        async for line in feed.follow(None):
            if line.progress is not None and line.progress.job == 7:
                came.append((time.monotonic(), line.progress.progress.done))
                if line.progress.progress.done == 1000:
                    return

    async def write():
        while True:
            await told(database)
            await asyncio.sleep(0.005)

    following = asyncio.create_task(follow())
    writing = asyncio.create_task(write() if busy else asyncio.sleep(60))
    begun = time.monotonic()
    async with asyncio.timeout(60):
        while time.monotonic() < begun + 1.2 or len(came) < 4:
            board.set_job(7, copying(int(100 * (time.monotonic() - begun))))
            await asyncio.sleep(0.005)
        board.set_job(7, copying(1000))
        await following
    writing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await writing

    lasted = came[-1][0] - came[0][0]
    assert len(came) <= lasted / 0.25 + 2, came


async def test_a_new_follower_is_told_how_far_everything_is(board, feed):
    """And hears of nothing that has ended."""
    board.set_job(1, copying(10))
    board.set_job(2, copying(20))
    board.clear_job(2)
    board.set_ingest(IngestProgress(file_name="a.apk", source="add:/a.apk", progress=copying(5)))
    lines = feed.follow(None)
    _, job, ingest = await take(lines, 3)
    assert (job.progress.job, job.progress.progress.done) == (1, 10)
    assert ingest.ingest.source == "add:/a.apk"
    assert (board.job(1), board.job(2)) == (copying(10), None)
    board.clear_ingest("add:/a.apk")
    board.clear_ingest("add:/never")
    await lines.aclose()


async def test_a_number_of_another_history_is_gone(database, feed):
    """A backup was restored: silence would be taken for nothing happening."""
    await told(database)
    with pytest.raises(Gone, match="ends at event 1"):
        await take(feed.follow(2), 1)
    lines = feed.follow(1)
    assert (await take(lines, 1))[0].hello == 1
    await lines.aclose()


async def test_a_feed_that_is_ended_ends_for_everybody(feed):
    async def follow():
        return [line async for line in feed.follow(None)]

    following = [asyncio.create_task(follow()) for _ in range(5)]
    await asyncio.sleep(0.05)
    feed.end()
    async with asyncio.timeout(15):
        for lines in await asyncio.gather(*following):
            assert [line.hello for line in lines] == [0]


async def test_a_feed_that_is_ended_while_it_reads_ends_at_once(database, feed, monkeypatch):
    """Not when it next says that it lives."""
    reading, go_on = asyncio.Event(), asyncio.Event()
    read = feed._new

    async def slow(seq, beat):
        reading.set()
        await go_on.wait()
        return await read(seq, beat)

    monkeypatch.setattr(feed, "_new", slow)

    async def follow():
        return [line async for line in feed.follow(None)]

    following = asyncio.create_task(follow())
    await reading.wait()
    feed.end()
    go_on.set()
    async with asyncio.timeout(feed_module._ALIVE_SECONDS / 2):
        assert [line.hello for line in await following] == [0]


async def test_those_who_keep_up_are_told_from_one_read(database, feed, monkeypatch):
    """However many they are; one who is far behind reads for itself, and is told all the same."""
    reads = []
    read = database.read

    async def counted(work):
        reads.append(work)
        return await read(work)

    for number in range(20):
        await told(database, f"old-{number}")
    lines = [feed.follow(None) for _ in range(30)]
    await asyncio.gather(*(anext(one) for one in lines))
    await told(database, "first")
    await asyncio.gather(*(anext(one) for one in lines))
    monkeypatch.setattr(database, "read", counted)
    await told(database, "second")
    news = await asyncio.gather(*(anext(one) for one in lines))
    assert {line.event.subject for line in news} == {"second"}
    assert len(reads) <= 2, "one may have looked between the commit and its beat"
    late = feed.follow(3)
    assert [line.event.seq for line in (await take(late, 20))[1:]] == list(range(4, 23))
    for one in (*lines, late):
        await one.aclose()


async def test_the_tail_holds_the_last_ones_and_says_what_it_has_not(database):
    tail = Tail(database, 5)
    for number in range(1, 13):
        await told(database, str(number))
        if number == 3:
            found = await tail.after(0, database.changed.count)
            assert [event.seq for event in found] == [1, 2, 3]
    beat = database.changed.count
    assert [event.seq for event in await tail.after(7, beat)] == [8, 9, 10, 11, 12]
    assert await tail.after(6, beat) is None
    assert await tail.after(12, beat) == []
    await database.write(lambda tx: tx.execute(delete(events)))
    await told(database, "13")
    assert [event.seq for event in await tail.after(12, database.changed.count)] == [13]


async def test_an_ended_follower_leaves_no_task(database, feed):
    before = asyncio.all_tasks()
    following = [asyncio.create_task(anext(feed.follow(None))) for _ in range(3)]
    await asyncio.gather(*following)

    async def follow():
        async for _ in feed.follow(None):
            pass

    waiting = [asyncio.create_task(follow()) for _ in range(3)]
    await asyncio.sleep(0.05)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert asyncio.all_tasks() == before
