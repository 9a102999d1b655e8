"""A program in a real lane: it ends when the lane ends, and the lane goes on when it hangs."""

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.lanes import Lanes
from shipway_plugins.errors import StoreUnreachable
from shipway_plugins.testing.samples import put
from support.processes import is_running
from support.waiting import wait_for


@pytest.fixture
async def lanes():
    made = Lanes()
    yield made
    await made.close()


@pytest.fixture
def spec(tmp_path, script):
    def make(body: str, **settings) -> LaneSpec:
        return LaneSpec(
            environment_id=1,
            environment="test",
            plugin="command",
            adapter="command",
            options={"program": script(body), "status": True, "live": True, **settings},
            data_dir=tmp_path / "data",
            lock=tmp_path / "lanes" / "1.lock",
        )

    return make


@pytest.fixture
def plan(samples):
    return samples.plan("k1", put(samples.version("android-phone")))


async def pid_in(path: Path) -> int:
    """What a process wrote down as its number."""
    return int(await wait_for(lambda: path.exists() and path.read_text().strip(), 30))


#: It and its child ignore SIGTERM, and write down who they are.
STUBBORN = """trap '' TERM
if [ $1 = status ]; then
    echo "{{\\"status\\": \\"busy\\", \\"reason\\": \\"$PPID\\"}}"; exit
fi
sleep 1000 & echo $! > {0}/child; echo $$ > {0}/program
while :; do wait; done"""


async def test_a_program_that_hangs_costs_the_call_and_not_the_lane(lanes, spec, plan, tmp_path):
    """The same lane answers the next call; the program and its child are dead."""
    lane = lanes.lane(spec(STUBBORN.format(tmp_path), seconds=2))
    before = (await lane.status()).reason
    with pytest.raises(StoreUnreachable, match="did not end within 2 seconds"):
        await lane.publish(plan)
    for name in ("program", "child"):
        assert not is_running(await pid_in(tmp_path / name))
    assert (await lane.status()).reason == before


#: Makes a session of its own, out of the lane's group, ignores SIGTERM and closes its outputs.
LEAVING = """[ $1 = publish ] || exit 0
echo $$ > {0}/program
exec {1} -c 'import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.setsid()
os.closerange(1, 3)
time.sleep(1000)'"""


@pytest.mark.e2e
async def test_a_program_that_leaves_the_group_is_ended_too(lanes, spec, plan, tmp_path):
    """It is known by its number, whatever its group."""
    lane = lanes.lane(spec(LEAVING.format(tmp_path, sys.executable), seconds=3))
    with pytest.raises(StoreUnreachable, match="did not end within 3 seconds"):
        await lane.publish(plan)
    assert not is_running(await pid_in(tmp_path / "program"))


@pytest.mark.e2e
async def test_a_cancel_ends_the_program_and_all_of_it(lanes, spec, plan, tmp_path):
    """When the cancellation has gone on, nothing of it runs, and the lane's lock is free."""
    lane = lanes.lane(spec(STUBBORN.format(tmp_path)))
    call = asyncio.create_task(lane.publish(plan))
    pids = [await pid_in(tmp_path / name) for name in ("program", "child")]
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert [pid for pid in pids if is_running(pid)] == []
    assert (await lane.status()).status == "busy"


async def test_a_lane_that_is_killed_is_not_free_before_its_program_is_dead(
    lanes, spec, plan, tmp_path
):
    """What the kernel kills with the lane, and what it does not: the next start finds it."""
    chosen = spec(STUBBORN.format(tmp_path))
    call = asyncio.create_task(lanes.lane(chosen).publish(plan))
    pids = [await pid_in(tmp_path / name) for name in ("program", "child")]
    await lanes.kill(1)
    assert [pid for pid in pids if is_running(pid)] == []
    await asyncio.wait([call], timeout=30)
    assert call.exception() is not None


async def test_reports_and_lines_travel(lanes, spec, plan):
    """A program's stages are the job's, its words the job's log."""
    told = []

    async def hear(report) -> None:
        told.append(report)

    body = """echo '{"stage": "Upload"}'; echo '{"progress": [3, 9]}'; echo working"""
    receipt = await lanes.lane(spec(body)).publish(plan, hear)
    assert [item.channel for item in receipt.items] == ["android-phone"]
    assert [one.name for one in told if hasattr(one, "state")][1:] == ["Upload"]
    assert [(one.done, one.total) for one in told if hasattr(one, "done")] == [(3, 9)]
    assert "working" in told


@pytest.mark.e2e
async def test_credentials_reach_the_program_only(lanes, spec, plan, tmp_path, monkeypatch):
    """The reference is resolved where the lane starts; what the program tells is masked."""
    monkeypatch.setenv("STORE_TOKEN", "t0k3n-abcdef")
    told = []

    async def hear(report) -> None:
        told.append(report)

    body = f'printenv TOKEN > {tmp_path}/token; echo "with $TOKEN"'
    chosen = spec(body, credentials={"TOKEN": "env:STORE_TOKEN"})
    found = {("credentials", "TOKEN"): "env:STORE_TOKEN"}
    await lanes.lane(msgspec.structs.replace(chosen, credentials=found)).publish(plan, hear)
    assert (tmp_path / "token").read_text() == "t0k3n-abcdef\n"
    assert [line for line in told if "t0k3n" in str(line)] == []
    assert "with ***" in told
