"""A lane has the secrets that its references point to, and never says them."""

import json
import sys
from pathlib import Path

import msgspec
import pytest
from shipway_daemon.workers.errors import BadCredential, WorkerDied, WorkerFailed
from shipway_plugins.credentials import credentials_in
from shipway_plugins.errors import StoreBusy, StoreRefused
from shipway_plugins.words import Plan, Progress, Stage

TOKEN = "correct horse battery"
SCHEMA = {
    "properties": {
        "token": {"type": "string", "format": "password", "writeOnly": True},
        "more": {"additionalProperties": {"format": "password", "writeOnly": True}},
    }
}


@pytest.fixture
def token(tmp_path) -> Path:
    """A private file with a token."""
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_text(f"{TOKEN}\n")
    return path


@pytest.fixture
def secretive(spec, token, monkeypatch):
    """The spec of a lane with two credentials, one of them in a table."""
    monkeypatch.setenv("SHIPWAY_TEST_KEY", "first-line-1\nsecond-line-2")
    options = {"token": f"file:{token}", "more": {"KEY": "env:SHIPWAY_TEST_KEY"}}
    return msgspec.structs.replace(
        spec, options=options, credentials=credentials_in(SCHEMA, options)
    )


def plan(key: str) -> Plan:
    return Plan(key=key, app="o/a", environment="wild-one", items=[])


async def test_a_plugin_error_is_masked(lanes, secretive):
    """Its sentence, its hint, and what is raised by accident."""
    lane = lanes.lane(secretive)
    with pytest.raises(StoreRefused) as caught:
        await lane.live("tells")
    assert (caught.value.message, caught.value.hint) == ("no ***", "try {'KEY': '***'}")
    with pytest.raises(WorkerFailed, match=r"ValueError: bad \*\*\*"):
        await lane.live("raises_it")


async def test_what_a_publish_tells_is_masked(lanes, secretive):
    """Stages, lines (also one that was cut in the middle of the secret), and the receipt."""
    told = []

    async def take(report):
        told.append(report)

    receipt = await lanes.lane(secretive).publish(plan("tell"), take)
    assert receipt.message == "took ***"
    stage, line, cut, progress = told
    assert (stage, line) == (Stage(name="With ***", state="running", detail="by ***"), "log ***")
    assert cut == "x" * 4090 + "***…"
    assert progress == Progress(stage="With ***", done=1, total=2)


async def test_what_is_printed_is_masked(lanes, secretive, eventually):
    """Encoded, cut, in two writes, and line by line; the last words too."""
    with pytest.raises(WorkerDied) as caught:
        await lanes.lane(secretive).live("prints_it")
    await eventually(lambda: len(lanes.lines) == 5)
    basic, cut, pieces, *lines = lanes.lines
    assert basic.startswith("basic ")
    assert "***" in basic
    assert cut == "x" * 4090 + "***…"
    assert [pieces, *lines] == ["***", "***", "***"]
    assert "Its last line: ***" in caught.value.hint


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
async def test_no_secret_is_where_others_can_see_it(lanes, secretive):
    """Neither on the command line nor in the environment of the lane."""
    await lanes.lane(secretive).status()
    seen = _seen_by_others(json.loads(secretive.lock.read_text())["pid"])
    assert all(b"horse" not in one and b"first-line" not in one for one in seen)


def _seen_by_others(pid: int) -> list[bytes]:
    return [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")]


async def test_a_changed_file_starts_a_new_lane(lanes, secretive, token):
    """With the next call, and with what it holds then."""
    lane = lanes.lane(secretive)
    first = (await lane.status()).reason
    assert (await lane.status()).reason == first
    token.write_text("another staple\n")
    with pytest.raises(WorkerFailed, match=r"ValueError: bad \*\*\*"):
        await lane.live("raises_it")
    assert (await lane.status()).reason != first


async def test_a_secret_that_is_gone_is_a_sentence(lanes, secretive, token):
    """Before the first start and after; it comes back when the secret does."""
    lane = lanes.lane(secretive)
    await lane.status()
    token.chmod(0o644)
    with pytest.raises(BadCredential, match="chmod 600") as caught:
        await lane.status()
    assert list(caught.value.fields) == ["token"]
    assert "horse" not in str(caught.value)
    token.chmod(0o600)
    assert (await lane.status()).status == "available"


async def test_a_plain_value_starts_nothing(lanes, secretive):
    """And is not repeated."""
    plain = msgspec.structs.replace(secretive, credentials={("token",): "hunter2hunter2"})
    with pytest.raises(BadCredential) as caught:
        await lanes.lane(plain).status()
    assert "hunter2" not in caught.value.message
    assert not secretive.lock.exists()


async def test_a_busy_store_says_for_how_long(lanes, spec):
    """What the store asked for comes back with the error."""
    with pytest.raises(StoreBusy, match="Not now") as caught:
        await lanes.lane(spec).live("busy")
    assert (caught.value.hint, caught.value.retry_after) == ("Wait.", 2.5)
