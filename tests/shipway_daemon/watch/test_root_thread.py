"""The thread of a root: what hangs in it is left alone, and nothing piles up behind it."""

import asyncio
import subprocess
import sys
import threading

import pytest
from shipway_daemon.watch import root_thread
from shipway_daemon.watch.root_thread import RootThread
from support.waiting import wait_for


@pytest.fixture
def told():
    """What was told of its silence."""
    return []


@pytest.fixture
def thread(monkeypatch, told):
    monkeypatch.setattr(root_thread, "SILENT_SECONDS", 0.05)
    monkeypatch.setattr(root_thread, "_GRACE_SECONDS", 0.02)
    made = RootThread("root", told.append)
    yield made
    made.close()


async def test_it_gives_what_the_call_gives_and_raises_what_it_raises(thread, told):
    assert await thread.call(lambda: threading.current_thread().name) == "root"

    def broken():
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        await thread.call(broken)
    assert await thread.call(lambda: 7) == 7
    assert told == []


async def test_a_call_that_hangs_is_told_and_no_other_is_begun_behind_it(thread, told):
    """They wait outside, where each can be cancelled; and all is done once it returns."""
    go_on, begun = threading.Event(), []
    hung = asyncio.create_task(thread.call(lambda: go_on.wait(60)))
    waiting = [asyncio.create_task(thread.call(lambda: begun.append(1))) for _ in range(20)]
    await wait_for(lambda: told == [True])
    assert (begun, thread._queue.qsize()) == ([], 0)
    for task in waiting[:10]:
        task.cancel()
    go_on.set()
    async with asyncio.timeout(30):
        assert await hung is True
        await asyncio.gather(*waiting, return_exceptions=True)
    assert len(begun) == 10
    assert told == [True, False]


async def test_a_long_call_that_gives_signs_of_life_is_never_silent(thread, told, monkeypatch):
    monkeypatch.setattr(root_thread, "SILENT_SECONDS", 2.0)
    tired = threading.Event()

    def long():
        for _ in range(30):
            tired.wait(0.1)
            thread.sign()
        return "done"

    assert await thread.call(long) == "done"
    assert told == []


async def test_a_call_that_nobody_waits_for_any_more_holds_up_the_next(thread, told):
    """And its silence is told all the same."""
    begun, go_on = threading.Event(), threading.Event()

    def work():
        begun.set()
        go_on.wait(60)

    given_up = asyncio.create_task(thread.call(work))
    await wait_for(begun.is_set)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    following = asyncio.create_task(thread.call(lambda: 1))
    await wait_for(lambda: told == [True])
    go_on.set()
    async with asyncio.timeout(30):
        assert await following == 1
    assert told == [True, False]


def test_a_process_ends_although_its_root_hangs():
    """The interpreter waits for no thread of ours."""
    program = """
import asyncio, time
from shipway_daemon.watch import root_thread
root_thread.SILENT_SECONDS = 0.01
async def main():
    silent = asyncio.Event()
    thread = root_thread.RootThread("root", lambda _: silent.set())
    hung = asyncio.create_task(thread.call(lambda: time.sleep(600)))
    await silent.wait()
    hung.cancel()
    print("left")
asyncio.run(main())
"""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "left\n"
