"""Waiting for what must not be left half done."""

import asyncio

import pytest
from shipway_daemon.patience import finish


async def cancelled_twice(waiting):
    """Cancel a waiter again and again; see that it waits on."""
    for _ in range(2):
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        assert not waiting.done()


async def test_who_is_cancelled_waits_for_the_end_and_hurries_it():
    end = asyncio.Event()
    hurried = []
    task = asyncio.create_task(end.wait())
    waiting = asyncio.create_task(finish(task, lambda: hurried.append("once")))
    await cancelled_twice(waiting)
    assert hurried == ["once", "once"]
    end.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert task.result() is True


async def test_an_error_is_not_lost_behind_a_cancellation():
    end = asyncio.Event()

    async def fail():
        await end.wait()
        raise OSError("the disk is full")

    waiting = asyncio.create_task(finish(asyncio.create_task(fail())))
    await cancelled_twice(waiting)
    end.set()
    with pytest.raises(asyncio.CancelledError) as caught:
        await waiting
    assert isinstance(caught.value.__context__, OSError)


async def test_the_answer_the_error_and_the_end_of_the_task_come_through():
    async def fail():
        raise OSError("the disk is full")

    assert await finish(asyncio.create_task(asyncio.sleep(0, 7))) == 7
    with pytest.raises(OSError, match="disk is full"):
        await finish(asyncio.create_task(fail()))
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finish(task)
