"""The demo does the main job with a real daemon, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SAMPLES = 3


@pytest.fixture
def demo(tmp_path):
    """Start the headless demo with a folder for temporary files of its own."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    environment.pop("SHIPWAY_HOME", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "shipway_tui", "demo", "--headless"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.wait()


def homes_in(folder):
    """The throw-away homes that are there."""
    return list(folder.glob("shipway-demo-*"))


def processes_of(folder):
    """The processes whose environment names the folder; Linux only."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(f"{folder}/shipway-demo-") in environment:
            found.append(process.name)
    return found


def test_the_headless_demo_prints_what_it_did(demo, tmp_path):
    """Version ids, digests, the publication and the seconds of each stage, as one JSON object."""
    out, err = demo.communicate(timeout=120)

    assert (demo.returncode, err) == (0, "")
    summary = json.loads(out)
    versions = summary["versions"]
    assert len({version["id"] for version in versions}) == SAMPLES
    live = {entry["digest"] for entry in summary["publication"]["live"]}
    assert live == {version["sha256"] for version in versions[1:]}
    assert summary["publication"]["status"] == "published"
    assert set(summary["seconds"]) == {"start", "ingest", "candidate", "publish"}
    assert all(seconds > 0 for seconds in summary["seconds"].values())
    assert homes_in(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.e2e),
        pytest.param(signal.SIGHUP, marks=pytest.mark.e2e),
    ],
)
@pytest.mark.e2e
def test_an_interrupted_demo_takes_its_daemon_and_its_home_away(demo, tmp_path, number):
    """In the middle of the way, when the daemon runs and has something to do."""
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("shipway-demo-*/builds/*.apk")):
        assert demo.poll() is None, demo.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)

    demo.send_signal(number)

    demo.communicate(timeout=60)
    assert demo.returncode == 128 + number
    assert homes_in(tmp_path) == []
    assert processes_of(tmp_path) == []
