"""A lane fails its own call with a reason, and nothing else."""

import asyncio
import time
from pathlib import Path

import msgspec
import pytest
from shipway_daemon.workers import lane_lock, limits
from shipway_daemon.workers.errors import LaneHeld, WorkerDied, WorkerFailed, WorkerTimeout
from shipway_daemon.workers.lane_lock import LaneLock
from shipway_daemon.workers.lanes import Lanes
from shipway_plugins.errors import BadSettings, NotSupported, StoreRefused
from shipway_plugins.words import Plan, Progress, Stage, StageState


def pid_of(status) -> int:
    return int(status.reason.split()[0])


def open_descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def plan(key: str) -> Plan:
    return Plan(key=key, app="o/a", environment="wild-one", items=[])


async def test_a_lane_answers_with_the_words(lanes, spec):
    """Status, live, check, targets and publish answer in the types of the plugin API."""
    lane = lanes.lane(spec)
    assert (await lane.status()).status == "available"
    assert (await lane.live("fine")).entries == []
    assert await lane.check(plan("k")) == []
    assert await lane.targets("") == []
    assert (await lane.publish(plan("k"))).key == "k"


async def test_one_process_serves_many_calls(lanes, spec):
    """The lane is started once and then stays."""
    lane = lanes.lane(spec)
    assert pid_of(await lane.status()) == pid_of(await lanes.lane(spec).status())


async def test_changed_settings_start_a_new_lane(lanes, spec):
    """A lane never answers with settings that are no longer those of the environment."""
    before = await lanes.lane(spec).status()
    after = await lanes.lane(msgspec.structs.replace(spec, options={"size": "22"})).status()
    assert after.reason.endswith(" 22")
    assert pid_of(after) != pid_of(before)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"size": "many"}, "size"), ({"colour": 1}, "colour"), ({"note": 5}, "note")],
)
async def test_settings_that_do_not_fit_are_named(lanes, spec, options, said):
    """The sentence names the field."""
    with pytest.raises(BadSettings, match=said):
        await lanes.lane(msgspec.structs.replace(spec, options=options)).status()


async def test_an_adapter_that_is_not_there_is_a_sentence(lanes, spec):
    """So is a plugin that is not there."""
    with pytest.raises(BadSettings, match="brings no adapter other"):
        await lanes.lane(msgspec.structs.replace(spec, adapter="other")).status()
    with pytest.raises(Exception, match="No installed plugin is called nobody"):
        await lanes.lane(msgspec.structs.replace(spec, plugin="nobody")).status()


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("raises", "ValueError: a bad value"),
        ("leaves", "SystemExit: 3"),
        ("interrupts", "KeyboardInterrupt"),
        ("long_answer", "longer than"),
        ("breaks_pipe", "BrokenPipeError"),
    ],
)
async def test_whatever_a_plugin_raises_fails_that_call_only(
    lanes, spec, running, eventually, does, said
):
    """What it left half done goes with its process; a new one answers the next call."""
    lane = lanes.lane(spec)
    before = pid_of(await lane.status())
    with pytest.raises(WorkerFailed, match=said):
        await lane.live(does)
    await eventually(lambda: not running(before))
    assert pid_of(await lane.status()) != before


async def test_what_a_plugin_explains_keeps_its_process(lanes, spec):
    """A store that says no is no reason to start anew."""
    lane = lanes.lane(spec)
    before = await lane.status()
    with pytest.raises(StoreRefused):
        await lane.live("refuses")
    assert await lane.status() == before


async def test_a_plugin_error_comes_back_as_itself(lanes, spec):
    """A class that the plugin made comes back as the one it was made from, with its hint."""
    lane = lanes.lane(spec)
    with pytest.raises(StoreRefused) as caught:
        await lane.live("refuses")
    assert (type(caught.value), caught.value.message) == (StoreRefused, "Not today.")
    assert caught.value.hint == "Come tomorrow."
    with pytest.raises(NotSupported, match="Wild cannot unpublish"):
        await lane.unpublish("o/a", "k")


@pytest.mark.parametrize(
    ("does", "said"), [("exits", "ended with exit code 7"), ("crashes", "ended by SIGSEGV")]
)
async def test_a_lane_that_dies_says_how_and_comes_back(lanes, spec, does, said):
    """Death is a failure with a reason; the next call has a new process."""
    lane = lanes.lane(spec)
    before = pid_of(await lane.status())
    with pytest.raises(WorkerDied, match=said):
        await lane.live(does)
    assert pid_of(await lane.status()) != before


async def test_last_words_are_the_hint(lanes, spec):
    """What the process printed last may say why it died."""
    with pytest.raises(WorkerDied) as caught:
        await lanes.lane(spec).live("exits")
    assert "last words" in caught.value.hint


@pytest.mark.parametrize(("does", "said"), [("oversize", "4294967295"), ("garbage", "no message")])
async def test_nonsense_on_the_wire_ends_the_lane(lanes, spec, running, does, said):
    """A frame that is too long or no message kills the child and fails the call."""
    lane = lanes.lane(spec)
    pid = pid_of(await lane.status())
    with pytest.raises(WorkerFailed, match=said):
        await lane.live(does)
    assert not running(pid)


async def test_printing_harms_nobody(lanes, spec, eventually):
    """60 MB on standard output block nothing and grow nothing."""
    lane = lanes.lane(spec)
    await lane.live("prints")
    assert sum(map(len, lanes.lines)) < 400_000
    await lane.live("prints_lines")
    await eventually(lambda: lanes.lines[-3:] == ["line 0", "line 1", "line 2"])
    assert any("dropped" in line for line in lanes.lines)


async def test_a_deadline_ends_the_group(lanes, spec, running, eventually, monkeypatch):
    """A plugin that hangs is dead when the call fails, and so is what it forked."""
    monkeypatch.setattr(limits, "LIVE_SECONDS", 0.5)
    lane = lanes.lane(spec)
    pid = pid_of(await lane.status())
    with pytest.raises(WorkerTimeout, match="did not answer in time"):
        await lane.live("has_child")
    grandchild = int((spec.data_dir / "grandchild").read_text())
    assert not running(pid)
    await eventually(lambda: not running(grandchild))
    with LaneLock(spec.lock):
        pass


async def test_a_silent_publish_ends_before_its_long_deadline(lanes, spec, monkeypatch):
    """A publish may take hours, but not without a word."""
    monkeypatch.setattr(limits, "QUIET_SECONDS", 0.3)
    with pytest.raises(WorkerTimeout):
        await lanes.lane(spec).publish(plan("hold"))


async def test_reports_come_in_order_and_not_too_often(lanes, spec):
    """Progress is thinned to ten a second; the last of it always comes."""
    told = []

    async def take(report):
        told.append(report)

    began = time.monotonic()
    await lanes.lane(spec).publish(plan("steps"), take)
    spent = time.monotonic() - began
    steps = [one for one in told if isinstance(one, Progress)]
    assert told[0] == Stage(name="Count", state=StageState.RUNNING)
    assert told[-2:] == [Stage(name="Nothing", state=StageState.SKIPPED), "done"]
    assert steps[-1] == Progress(stage="Count", done=100_000, total=100_000)
    assert 1 <= len(steps) <= spent * 10 + 3


async def test_a_log_has_an_end(lanes, spec):
    """A plugin that never stops talking does not fill the disk."""
    told = []

    async def take(report):
        told.append(report)

    await lanes.lane(spec).publish(plan("talk"), take)
    assert len(told) <= 5001
    assert "dropped" in told[-1]


async def test_a_report_that_nobody_can_take_ends_the_call(lanes, spec, running):
    """An error of the one who listens comes back to it, and the lane is dead by then."""

    async def take(report):
        raise RuntimeError("no room")

    lane = lanes.lane(spec)
    pid = pid_of(await lane.status())
    with pytest.raises(RuntimeError, match="no room"):
        await lane.publish(plan("hold"), take)
    assert not running(pid)


@pytest.mark.parametrize("does", ["hangs", "ignores"])
async def test_cancelling_kills_before_it_goes_on(lanes, spec, running, does):
    """When the cancelled call returns, the process is dead and the lock is free."""
    lane = lanes.lane(spec)
    pid = pid_of(await lane.status())
    call = asyncio.create_task(lane.live(does))
    await asyncio.sleep(0.2)
    call.cancel()
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not running(pid)
    with LaneLock(spec.lock):
        pass


async def test_cancelling_a_start_leaves_nothing(lanes, spec, eventually):
    """However early the cancel comes, the lock is free afterwards."""
    for moment in (0.0, 0.005, 0.02, 0.05):
        call = asyncio.create_task(lanes.lane(spec).status())
        await asyncio.sleep(moment)
        call.cancel()
        await asyncio.wait({call})
        await lanes.kill(1)
        with LaneLock(spec.lock):
            pass


async def test_kill_fails_the_call_and_frees_the_lock(lanes, spec, running, eventually):
    """Cancelling a job: SIGTERM, then SIGKILL to the group; free when it returns."""
    lane = lanes.lane(spec)
    pid = pid_of(await lane.status())
    told = []

    async def take(report):
        told.append(report)

    call = asyncio.create_task(lane.publish(plan("hold"), take))
    await eventually(lambda: told)
    await lanes.kill(1)
    assert not running(pid)
    with LaneLock(spec.lock):
        pass
    with pytest.raises(WorkerDied, match="SIGTERM"):
        await call


async def test_kill_during_the_start_fails_the_call(lanes, spec, plugin, eventually):
    """A lane that is killed before it is up fails its call; the next one starts anew."""
    slow = plugin("slow", "import time; time.sleep(600)")
    call = asyncio.create_task(lanes.lane(msgspec.structs.replace(spec, plugin=slow)).status())
    await eventually(lambda: spec.lock.exists() and spec.lock.read_bytes())
    await lanes.kill(1)
    with pytest.raises(WorkerDied, match="ended while it started"):
        await call
    assert (await lanes.lane(spec).status()).status == "available"


async def test_the_lock_is_held_while_the_lane_lives(lanes, spec, monkeypatch):
    """Another daemon cannot start a second lane of the environment."""
    monkeypatch.setattr(limits, "START_WAIT_SECONDS", 0.2)
    await lanes.lane(spec).status()
    with pytest.raises(LaneHeld):
        LaneLock(spec.lock)
    other = Lanes()
    with pytest.raises(LaneHeld):
        await other.lane(spec).status()
    await other.close()


async def test_what_a_dead_lane_forked_dies_with_it(lanes, spec, running, eventually):
    """A lane that ends by itself takes its group with it."""
    with pytest.raises(WorkerDied, match="exit code 5"):
        await lanes.lane(spec).live("leaves_child")
    grandchild = int((spec.data_dir / "grandchild").read_text())
    await eventually(lambda: not running(grandchild))
    assert (await lanes.lane(spec).status()).status == "available"


@pytest.mark.parametrize("does", ["escapes", "escapes_unmarked"])
async def test_what_left_the_group_is_ended_too(lanes, spec, running, does):
    """By the mark that it inherited, or by the lock that it holds."""
    lane = lanes.lane(spec)
    with pytest.raises(WorkerDied, match="exit code 6"):
        await lane.live(does)
    assert not running(int((spec.data_dir / "grandchild").read_text()))
    assert (await lane.status()).status == "available"


async def test_what_left_the_group_ends_with_an_idle_lane(spec, running, eventually):
    """Nothing needs to fail for it; nor does a helper of the system's keep the lock."""
    lanes = Lanes(idle_seconds=0.1)
    await lanes.lane(spec).live("has_helper")
    helper = int((spec.data_dir / "grandchild").read_text())
    await eventually(lambda: not running(helper))
    await lanes.close()


async def test_a_lock_that_nobody_lets_go_of_is_a_sentence(lanes, spec, monkeypatch):
    """Whoever it is cannot be killed: here it is we ourselves."""
    monkeypatch.setattr(limits, "START_WAIT_SECONDS", 0.2)
    monkeypatch.setattr(lane_lock, "FREE_SECONDS", 0.2)
    lane = lanes.lane(spec)
    with LaneLock(spec.lock):
        with pytest.raises(LaneHeld, match="still holds the lane lock") as caught:
            await lane.status()
        assert "fuser" in caught.value.hint
        with pytest.raises(LaneHeld):
            await lanes.kill(1)
    assert (await lane.status()).status == "available"


async def test_an_idle_lane_ends(spec, running, eventually):
    """After a while without calls the process is gone; the next call has a new one."""
    lanes = Lanes(idle_seconds=0.1)
    lane = lanes.lane(spec)
    pid = pid_of(await lane.status())
    await eventually(lambda: not running(pid))
    assert pid_of(await lane.status()) != pid
    await lanes.close()


async def test_a_lane_takes_one_call_at_a_time(lanes, spec):
    """Calls that come together are answered one after the other."""
    lane = lanes.lane(spec)
    answers = await asyncio.gather(*(lane.status() for _ in range(5)))
    assert len({pid_of(one) for one in answers}) == 1


async def test_close_ends_everything_at_once(spec, running):
    """A call that runs fails; later calls are refused with a sentence."""
    lanes = Lanes()
    lane = lanes.lane(spec)
    pid = pid_of(await lane.status())
    call = asyncio.create_task(lane.live("hangs"))
    await asyncio.sleep(0.1)
    await lanes.close()
    assert not running(pid)
    with pytest.raises(WorkerFailed):
        await call
    with pytest.raises(WorkerFailed, match="is closed"):
        await lane.status()


async def test_a_lane_sees_no_secret_of_ours(lanes, spec, monkeypatch):
    """The environment of a child is an allow-list."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("SHIPWAY_TOKEN", "x")
    with pytest.raises(StoreRefused) as caught:
        await lanes.lane(spec).live("shows_environment")
    assert {"PATH", "PYTHONPATH"} <= set(caught.value.message.split())
    assert not {"AWS_SECRET_ACCESS_KEY", "SHIPWAY_TOKEN"} & set(caught.value.message.split())


async def test_a_lane_that_cannot_be_started_is_a_sentence(lanes, spec, monkeypatch, eventually):
    """Nothing is left open, and the lock is free."""
    before = open_descriptors()
    with monkeypatch.context() as patch:
        patch.setattr("shipway_daemon.workers.spawn.sys.executable", "/no/such/python")
        with pytest.raises(WorkerFailed, match="cannot be started"):
            await lanes.lane(spec).status()
    with LaneLock(spec.lock):
        pass
    await eventually(lambda: open_descriptors() == before)


async def test_a_lane_leaves_no_descriptor_open(lanes, spec, eventually):
    """Lanes come and go for months in one daemon."""
    lane = lanes.lane(spec)
    await lane.status()
    await lanes.kill(1)
    before = open_descriptors()
    for _ in range(3):
        await lane.status()
        await lanes.kill(1)
    await eventually(lambda: open_descriptors() == before)


async def test_a_question_that_cannot_be_sent_harms_nothing(lanes, spec):
    """Too long a plan, or one that no encoding takes, fails; the lane stays."""
    lane = lanes.lane(spec)
    before = await lane.status()
    for app in ("x" * 2_000_000, "\udcff"):
        with pytest.raises(WorkerFailed, match="cannot be asked this"):
            await lane.live(app)
    assert await lane.status() == before
