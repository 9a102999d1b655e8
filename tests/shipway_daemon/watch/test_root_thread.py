"""The thread of a root: what hangs in it is left alone, and nothing piles up behind it."""

import asyncio
import subprocess
import sys
import threading

import pytest
from shipway_daemon.watch import root_thread
from shipway_daemon.watch.root_thread import RootThread, Silent
from support.waiting import wait_for


@pytest.fixture
def thread(monkeypatch):
    monkeypatch.setattr(root_thread, "SILENT_SECONDS", 0.05)
    monkeypatch.setattr(root_thread, "_GRACE_SECONDS", 0.05)
    made = RootThread("root")
    yield made
    made.close()


async def test_it_gives_what_the_call_gives_and_raises_what_it_raises(thread):
    assert await thread.call(lambda: threading.current_thread().name) == "root"

    def broken():
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        await thread.call(broken)
    assert await thread.call(lambda: 7) == 7


async def test_a_call_that_hangs_is_left_and_no_other_is_begun_behind_it(thread):
    go_on = threading.Event()
    begun = []
    with pytest.raises(Silent):
        await thread.call(lambda: go_on.wait(60))
    calls = [thread.call(lambda: begun.append(1)) for _ in range(20)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends] == [Silent] * 20
    answered = asyncio.create_task(thread.answered())
    await asyncio.sleep(0.02)
    assert not answered.done()
    go_on.set()
    async with asyncio.timeout(30):
        await answered
    assert begun == []
    assert await thread.call(lambda: "here again") == "here again"


async def test_a_long_call_that_gives_signs_of_life_is_waited_for(thread):
    tired = threading.Event()

    def long():
        for _ in range(10):
            tired.wait(0.02)
            thread.sign()
        return "done"

    assert await thread.call(long) == "done"


async def test_a_call_that_nobody_waits_for_any_more_holds_up_the_next_only_for_itself(thread):
    begun, go_on = threading.Event(), threading.Event()

    def work():
        begun.set()
        go_on.wait(60)

    given_up = asyncio.create_task(thread.call(work))
    await wait_for(begun.is_set)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    with pytest.raises(Silent):
        await thread.call(lambda: 1)
    go_on.set()
    await thread.answered()
    assert await thread.call(lambda: 1) == 1


def test_a_process_ends_although_its_root_hangs():
    """The interpreter waits for no thread of ours."""
    program = """
import asyncio, time
from shipway_daemon.watch import root_thread
root_thread.SILENT_SECONDS = 0.01
async def main():
    try:
        await root_thread.RootThread("root").call(lambda: time.sleep(600))
    except root_thread.Silent:
        print("left")
asyncio.run(main())
"""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "left\n"
