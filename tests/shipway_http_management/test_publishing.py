"""Publishing to the reference server: keys, rules, waits, and what is shown late."""

import asyncio
import threading

import msgspec
import pytest
from shipway_plugins.errors import StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.testing import RecordingReporter
from shipway_plugins.testing.samples import put
from shipway_plugins.words import Copy, EnvironmentStatus, PublishState
from support.waiting import wait_for


def publish(server, plan):
    return server.adapter().publish(plan, RecordingReporter())


def test_a_wrong_token_is_refused_with_what_to_do(server, samples):
    adapter = server.adapter(token="wrong")
    for ask in (adapter.status, lambda: adapter.live(samples.app)):
        with pytest.raises(StoreRefused, match="token does not open") as raised:
            ask()
        assert raised.value.hint
        assert "wrong" not in raised.value.message
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    with pytest.raises(StoreRefused, match="token does not open"):
        adapter.publish(plan, RecordingReporter())
    assert server.journal() == []


def test_a_key_is_applied_once(server, samples):
    """Also when the plan is sent in full again: the journal has one line."""
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    receipts = [publish(server, plan) for _ in range(3)]
    assert receipts[0] == receipts[1] == receipts[2]
    assert [one.key for one in server.journal()] == ["k1"]
    assert server.count("PUT") == 1


def test_a_key_of_another_plan_is_refused(server, samples):
    """A key names one attempt."""
    publish(server, samples.plan("k1", put(samples.version("ios-phone"))))
    other = samples.plan("k1", put(samples.version("ios-phone")))
    with pytest.raises(StoreUnreachable, match="not for what was sent"):
        publish(server, other)
    assert len(server.journal()) == 1


def test_a_busy_server_takes_nothing(server, samples):
    """Its status says so; a publish is put off with the wait that it asks for."""
    server.throw(busy=True, retry_after=120)
    told = server.adapter().status()
    assert (told.status, told.reason) == (EnvironmentStatus.BUSY, "The server is busy.")
    assert told.remedy
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    with pytest.raises(StoreBusy) as raised:
        publish(server, plan)
    assert raised.value.retry_after == 120
    assert server.journal() == []
    server.throw(busy=False)
    publish(server, plan)
    assert [one.key for one in server.journal()] == ["k1"]


def test_a_rate_limit_is_left_to_the_daemon(server, samples):
    """A wait of minutes is nothing to sit out in a lane."""
    server.throw(requests_per_second=0, retry_after=600)
    with pytest.raises(StoreBusy, match="Too many requests") as raised:
        publish(server, samples.plan("k1", put(samples.version("ios-phone"))))
    assert raised.value.retry_after == 600
    assert server.journal() == []
    assert server.adapter().status().status is EnvironmentStatus.BUSY


def test_maintenance_is_busy(server):
    server.throw(maintenance=True, retry_after=600)
    assert server.adapter().status().status is EnvironmentStatus.BUSY


def test_what_is_not_shown_yet_is_processing(server, samples):
    """Two reads show what was there before; then it is live, and no sooner."""
    old, new = samples.version("ios-phone"), samples.version("ios-phone")
    publish(server, samples.plan("k1", put(old)))
    server.throw(shown_after_reads=2)
    server.adapter().live(samples.app)
    server.adapter().live(samples.app)
    publish(server, samples.plan("k2", put(new)))
    seen = [server.adapter().live(samples.app) for _ in range(3)]
    assert [one.processing for one in seen] == [True, True, False]
    assert [[entry.digest for entry in one.entries] for one in seen] == [
        [old.digest],
        [old.digest],
        [new.digest],
    ]


async def test_what_arrives_too_late_is_not_begun(server, samples):
    """It was given up by then, and what was said of it stays true."""
    server.on_the_way = threading.Event()
    adapter = server.adapter(timeout=2)
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    try:
        with pytest.raises(StoreBusy, match="has not taken it"):
            await asyncio.to_thread(adapter.publish, plan, RecordingReporter())
    finally:
        server.on_the_way.set()
    await wait_for(lambda: server.count("PUT") == 1, 30, "the publication never arrived")
    assert [status for method, _, status in server.answers if method == "PUT"] == [409]
    assert server.journal() == []
    server.on_the_way = None
    publish(server, plan)
    assert [one.key for one in server.journal()] == ["k1"]


def test_an_unknown_target_is_refused_by_the_server(server, samples):
    server.throw(targets=["group:Testers", "user:ann"])
    version = put(samples.version("ios-phone"))
    plan = samples.plan("k1", version, state=PublishState.ACTIVE, targets=["group:Nobody"])
    with pytest.raises(StoreRefused, match="no group:Nobody"):
        publish(server, plan)
    assert server.journal() == []
    assert [one.address for one in server.adapter().targets("TEST")] == ["group:Testers"]
    assert len(server.adapter().targets("")) == 2


@pytest.mark.parametrize(
    ("targets", "rule"), [([], "active-needs-target"), (["everybody"], "target-unreadable")]
)
def test_the_check_names_what_would_be_refused(server, samples, targets, rule):
    version = put(samples.version("ios-phone"))
    plan = samples.plan("k1", version, state=PublishState.ACTIVE, targets=targets)
    assert [one.rule for one in server.adapter().check(plan)] == [rule]
    with pytest.raises(StoreRefused):
        publish(server, plan)
    assert server.journal() == []


def test_a_preview_stands_beside_production(server, samples):
    real, trial = samples.version("ios-phone"), samples.version("ios-phone")
    publish(server, samples.plan("k1", put(real)))
    plan = msgspec.structs.replace(samples.plan("k2", put(trial)), copy=Copy.PREVIEW)
    publish(server, plan)
    live = {one.copy: one.digest for one in server.adapter().live(samples.app).entries}
    assert live == {Copy.PRODUCTION: real.digest, Copy.PREVIEW: trial.digest}


def test_unpublishing_again_undoes_nothing(server, samples):
    """The key of an unpublish names one attempt too."""
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    publish(server, plan)
    server.adapter().unpublish(samples.app, "k2", RecordingReporter())
    publish(server, samples.plan("k3", put(samples.version("ios-phone"))))
    again = server.adapter().unpublish(samples.app, "k2", RecordingReporter())
    assert again.key == "k2"
    assert len(server.adapter().live(samples.app).entries) == 1


def test_an_app_is_named_whole(server, samples):
    """Slashes, spaces and letters of any alphabet are one name."""
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    for number, app in enumerate(("a/b/c", "a/ü %2F?#", "a//b")):
        publish(server, msgspec.structs.replace(plan, key=f"k{number}", app=app))
        assert len(server.adapter().live(app).entries) == 1
    assert server.adapter().live("a/b").entries == []


def test_a_server_under_a_path_is_a_server(server):
    """What the contract names is below the address; here there is nothing below."""
    with pytest.raises(StoreRefused, match="Not Found: GET /management/v1/status") as raised:
        server.adapter(server=f"{server.url}/management").status()
    assert raised.value.hint


def test_a_key_of_an_untrusted_server_is_not_trusted(encrypted_server, authority):
    """Certificate and name are verified; an authority of one's own is named by ca_file."""
    with pytest.raises(StoreUnreachable, match="cannot be trusted") as raised:
        encrypted_server.adapter().status()
    assert "ca_file" in raised.value.hint
    other = encrypted_server.url.replace("127.0.0.1", "localhost")
    with pytest.raises(StoreUnreachable, match="cannot be trusted"):
        encrypted_server.adapter(server=other, ca_file=authority).status()
    told = encrypted_server.adapter(ca_file=authority).status()
    assert told.status is EnvironmentStatus.AVAILABLE
