"""A lane that was started only for a look ends soon; one that is let go ends when it is idle."""

import asyncio

import msgspec
import pytest
from shipway_daemon.workers import ondemand
from shipway_daemon.workers.lanes import Lanes
from shipway_plugins.words import Plan
from support.processes import is_running


def pid_of(status) -> int:
    return int(status.reason.split()[0])


@pytest.fixture
def two(spec, tmp_path):
    """The lanes of two environments."""
    other = msgspec.structs.replace(
        spec,
        environment_id=spec.environment_id + 1,
        environment="wild-two",
        data_dir=tmp_path / "two",
        lock=spec.lock.with_name("two.lock"),
    )
    return spec, other


async def test_a_look_in_passing_leaves_no_lane_behind(lanes, two, eventually, monkeypatch):
    """One that is needed for more stays, also when somebody looks at it in passing."""
    monkeypatch.setattr(ondemand, "PASSING_SECONDS", 0.2)
    needed, looked_at = (lanes.lane(one) for one in two)
    await needed.live("fine")
    kept = pid_of(await needed.status(passing=True))
    gone = pid_of(await looked_at.status(passing=True))
    await eventually(lambda: not is_running(gone))
    assert is_running(kept)
    assert pid_of(await needed.status()) == kept


async def test_a_look_does_not_cut_short_what_comes_after_it(lanes, two, eventually, monkeypatch):
    """A lane that was started in passing and is then needed stays like any other."""
    monkeypatch.setattr(ondemand, "PASSING_SECONDS", 0.2)
    needed, looked_at = (lanes.lane(one) for one in two)
    kept = pid_of(await needed.status(passing=True))
    await needed.live("fine")
    gone = pid_of(await looked_at.status(passing=True))
    await eventually(lambda: not is_running(gone))
    assert is_running(kept)
    assert pid_of(await needed.status()) == kept


async def test_a_lane_that_is_let_go_finishes_its_call(spec, eventually):
    """Then it ends, and starts anew if it is asked again."""
    lanes = Lanes()
    try:
        lane = lanes.lane(spec)
        before = pid_of(await lane.status())
        begun = asyncio.Event()

        async def told(_) -> None:
            begun.set()

        plan = Plan(key="talk", app="o/a", environment="wild-one", items=[])
        publishing = asyncio.create_task(lane.publish(plan, told))
        await begun.wait()
        lanes.let_go(spec.environment_id)
        assert (await publishing).key == "talk"
        await eventually(lambda: not is_running(before))
        assert pid_of(await lane.status()) != before
    finally:
        await lanes.close()
