"""What a killed daemon leaves behind is dead before a new one starts a lane."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from shipway_daemon.workers import lane_lock, limits
from shipway_daemon.workers.errors import LaneHeld
from shipway_daemon.workers.lane_lock import LaneLock, _is_free
from shipway_daemon.workers.lanes import Lanes


def _is_stopped(pid: int) -> bool:
    """A signal to stop is sent at once, and obeyed when the process has its turn."""
    state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    return state == b"T"


PARENT = """
import asyncio, sys
import msgspec
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.lanes import Lanes

async def main():
    spec = msgspec.json.decode(sys.argv[1], type=LaneSpec, dec_hook=lambda kind, value: kind(value))
    lane = Lanes().lane(spec)
    await lane.status()
    print("up", flush=True)
    await lane.live(sys.argv[2])

asyncio.run(main())
"""


@pytest.fixture
def parent(spec):
    """Another daemon, with a lane that is in the middle of a call."""
    started = []

    def start(does: str) -> subprocess.Popen:
        plain = {name: str(value) for name, value in _plain(spec).items()}
        said = json.dumps({**plain, "environment_id": 1, "options": {}, "credentials": {}})
        process = subprocess.Popen(
            [sys.executable, "-c", PARENT, said, does], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "up\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def _plain(spec):
    return {name: getattr(spec, name) for name in spec.__struct_fields__}


async def test_a_lane_dies_with_its_daemon(parent, spec, running, eventually):
    """Even in the middle of a call, and with SIGKILL."""
    process = parent("hangs")
    pid = json.loads(spec.lock.read_text())["pid"]
    assert running(pid)
    process.kill()
    await eventually(lambda: not running(pid))
    await eventually(lambda: _is_free(spec.lock))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the lane ends its group itself")
async def test_recover_ends_what_a_lane_forked(
    parent, spec, running, eventually, lanes, monkeypatch
):
    """The kernel kills the lane, not what it forked: that still holds the lock, and is killed."""
    process = parent("has_child")
    file = spec.data_dir / "grandchild"
    await eventually(lambda: file.exists() and file.read_text())
    grandchild = int(file.read_text())
    pid = json.loads(spec.lock.read_text())["pid"]
    # Stopped, it cannot see the end of its daemon and end its group itself; the kernel ends it.
    os.kill(pid, signal.SIGSTOP)
    await eventually(lambda: _is_stopped(pid))
    process.kill()
    await eventually(lambda: not running(pid))
    assert running(grandchild)
    monkeypatch.setattr(limits, "START_WAIT_SECONDS", 0.2)
    with pytest.raises(LaneHeld):
        await lanes.lane(spec).status()
    await lanes.recover(spec.lock.parent)
    await eventually(lambda: not running(grandchild))
    assert (await lanes.lane(spec).status()).status == "available"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the test before shows the same")
async def test_where_the_kernel_does_not_help_the_lane_ends_its_group(
    parent, spec, running, eventually
):
    """The end of the frames is the sign, in the middle of a call too."""
    process = parent("has_child_unbound")
    file = spec.data_dir / "grandchild"
    await eventually(lambda: file.exists() and file.read_text())
    pid, grandchild = json.loads(spec.lock.read_text())["pid"], int(file.read_text())
    process.kill()
    await eventually(lambda: not running(pid) and not running(grandchild))
    await eventually(lambda: _is_free(spec.lock))


async def test_recover_ends_a_lane_that_lives(lanes, spec, running):
    """A lane whose daemon is gone and which lives on is killed by its group."""
    await lanes.lane(spec).status()
    pid = json.loads(spec.lock.read_text())["pid"]
    await Lanes().recover(spec.lock.parent)
    assert not running(pid)
    with LaneLock(spec.lock):
        pass


@pytest.mark.parametrize("gone", [False, True])
async def test_recover_ends_what_left_the_group(parent, spec, running, eventually, gone):
    """By its mark, for it holds no lock; also where no lock is left of the lane."""
    process = parent("has_helper_and_hangs")
    file = spec.data_dir / "grandchild"
    await eventually(lambda: file.exists() and file.read_text())
    helper = int(file.read_text())
    process.kill()
    await eventually(lambda: _is_free(spec.lock))
    assert running(helper)
    if gone:
        spec.lock.unlink()
    await Lanes().recover(spec.lock.parent)
    assert not running(helper)


async def test_recover_never_kills_a_stranger(tmp_path, monkeypatch, running):
    """A number that another process has by now is left alone; the held lock is a sentence."""
    monkeypatch.setattr(lane_lock, "FREE_SECONDS", 0.2)
    stranger = await asyncio.create_subprocess_exec("sleep", "60", start_new_session=True)
    try:
        with LaneLock(tmp_path / "1.lock"):
            (tmp_path / "1.lock").write_text(json.dumps({"pid": stranger.pid, "start": "1"}))
            with pytest.raises(LaneHeld, match="still holds the lane lock"):
                await Lanes().recover(tmp_path)
        assert running(stranger.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(stranger.pid, signal.SIGKILL)
        await stranger.wait()


async def test_recover_passes_over_what_is_free(tmp_path):
    """No folder, free locks and empty files are nothing to do."""
    await Lanes().recover(tmp_path / "none")
    (tmp_path / "1.lock").write_bytes(b"")
    (tmp_path / "2.lock").write_bytes(b'{"pid": 1, "start": "1"}')
    await Lanes().recover(tmp_path)
