"""A child that takes too much of the machine is ended, and the sentence names the limit."""

import pytest
from shipway_daemon.workers import limits
from shipway_daemon.workers.errors import WorkerDied
from shipway_daemon.workers.lanes import Lanes


async def pid_of(lane) -> int:
    return int((await lane.status()).reason.split()[0])


async def test_too_much_memory_ends_a_call(lanes, spec, running, monkeypatch):
    monkeypatch.setattr(limits, "MEMORY", 128 << 20)
    lane = lanes.lane(spec)
    pid = await pid_of(lane)
    with pytest.raises(WorkerDied, match="used more than 128 MiB of memory and was ended"):
        await lane.live("grows")
    assert not running(pid)
    assert (await lane.status()).status == "available"


@pytest.mark.parametrize("does", ["spins", "spins_in_child"])
async def test_too_much_processor_time_ends_a_call(lanes, spec, running, monkeypatch, does):
    """Also where the interpreter never lets go, and where another process spends it."""
    lane = lanes.lane(spec)
    pid = await pid_of(lane)
    monkeypatch.setattr(limits, "QUESTION_PROCESSOR", 1.0)
    with pytest.raises(WorkerDied, match="used more than 1 s of processor time and was ended"):
        await lane.live(does)
    assert not running(pid)


async def test_what_a_call_keeps_is_given_back_by_a_new_process(
    lanes, spec, running, monkeypatch, eventually
):
    """Nobody has to call again for it."""
    lane = lanes.lane(spec)
    pid = await pid_of(lane)
    await lane.live("fine")
    assert await pid_of(lane) == pid
    monkeypatch.setattr(limits, "IDLE_MEMORY", 100 << 20)
    await lane.live("keeps")
    await eventually(lambda: not running(pid))


async def test_what_grew_is_not_asked_again(spec, monkeypatch):
    """Calls that come without a pause leave no time to idle."""
    lanes = Lanes()
    lane = lanes.lane(spec)
    pid = await pid_of(lane)
    monkeypatch.setattr(limits, "IDLE_MEMORY", 1)
    assert len({pid, await pid_of(lane), await pid_of(lane)}) == 3
    await lanes.close()
