"""The suite of faults finds an adapter that makes the wrong thing of one; the good one passes."""

from pathlib import Path

import pytest
from shipway_plugins import Adapter, EnvironmentContext, NoOptions
from shipway_plugins.errors import StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.testing import (
    AdapterContract,
    FakeClock,
    FakeStore,
    FaultContract,
    Samples,
    Trouble,
)
from shipway_plugins.testing.samples import put
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    ItemAction,
    LiveEntry,
    LiveState,
    Receipt,
    ReceiptItem,
    StatusReport,
)


class Sender(Adapter):
    """A good adapter over the two methods of a `FakeStore`; the others are each bad in a way."""

    kind = "sender"
    title = "Sender"
    capabilities = Capabilities(states=True, targets=True, unpublish=True)

    def __init__(self, store, context):
        super().__init__(NoOptions(), context)
        self.store = store

    def status(self):
        self.live("any/app")
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason="It answers.")

    def publish(self, plan, report):
        held = {entry.channel: entry for entry in self.live(plan.app).entries}
        files = {}
        items = []
        report.stage("Send")
        for item in plan.items:
            if item.action is ItemAction.REMOVE:
                held.pop(item.channel, None)
            if item.action is ItemAction.PUBLISH:
                digest = item.version.digest
                held[item.channel] = LiveEntry(
                    channel=item.channel, digest=digest, state=plan.state, targets=plan.targets
                )
                files[digest] = item.version.path
                items.append(ReceiptItem(channel=item.channel, digest=digest))
        self.send(plan.key, plan.app, list(held.values()), files)
        return Receipt(key=plan.key, items=items)

    def unpublish(self, app, key, report):
        report.stage("Send")
        self.send(key, app, [], {})
        return Receipt(key=key, items=[])

    def send(self, key, app, entries, files):
        try:
            self.store.send(key, app, entries, {name: Path(file) for name, file in files.items()})
        except BlockingIOError as error:
            raise StoreBusy(str(error)) from error
        except PermissionError as error:
            raise StoreRefused(str(error)) from error
        except OSError as error:
            raise StoreUnreachable(str(error)) from error

    def live(self, app):
        try:
            return self.store.read(app)
        except OSError as error:
            raise StoreUnreachable(str(error)) from error


class SendsAgain(Sender):
    """Takes a lost reply for a failure, and tries it as another attempt."""

    def send(self, key, app, entries, files):
        try:
            super().send(key, app, entries, files)
        except StoreUnreachable:
            self.store.recover()
            super().send(f"{key}-again", app, [], {})
            super().send(f"{key}-once-more", app, entries, files)


class CallsItRefused(Sender):
    """Takes whatever goes wrong for a no."""

    def send(self, key, app, entries, files):
        try:
            super().send(key, app, entries, files)
        except (StoreBusy, StoreUnreachable) as error:
            raise StoreRefused(error.message) from error


class CallsItEmpty(Sender):
    """Takes a store that does not answer for one that holds nothing."""

    def live(self, app):
        try:
            return super().live(app)
        except StoreUnreachable:
            return LiveState(app=app)


class HidesWhatIsToCome(Sender):
    """Says of what is not shown yet that it is not there."""

    def live(self, app):
        return LiveState(app=app, entries=super().live(app).entries)


def maker(kind, store, tmp_path):
    return lambda: kind(store, EnvironmentContext(name="test", data_dir=tmp_path))


class TestTheGoodOne(AdapterContract):
    """It passes the contract of good days, too."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        return maker(Sender, FakeStore(), tmp_path)


class TestTheGoodOneOnABadDay(FaultContract):
    """The suite over the adapter that the bad ones are made from."""

    @pytest.fixture
    def faulty_store(self):
        return FakeStore()

    @pytest.fixture
    def make_adapter(self, tmp_path, faulty_store):
        return maker(Sender, faulty_store, tmp_path)


SUITE = FaultContract()


def told_apart(trouble, error):
    return lambda make, store, samples, plan: SUITE.test_what_was_not_taken_is_told_apart(
        make, store, samples, plan, trouble, error
    )


PROMISES = {
    "lost": SUITE.test_a_lost_reply_is_unknown_and_live_settles_it,
    "busy": told_apart(Trouble.BUSY, StoreBusy),
    "empty": SUITE.test_who_does_not_answer_is_not_empty,
    "late": SUITE.test_what_is_taken_and_not_shown_is_in_processing,
}


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (SendsAgain, "lost"),
        (CallsItRefused, "lost"),
        (CallsItRefused, "busy"),
        (CallsItEmpty, "empty"),
        (HidesWhatIsToCome, "late"),
    ],
)
def test_a_broken_promise_is_found(tmp_path, kind, promise):
    """Each of these does one thing wrong, and the test of it fails."""
    store, samples = FakeStore(), Samples(tmp_path)
    make = maker(kind, store, tmp_path)
    plan = samples.plan("k1", put(samples.version("ios-phone")))
    Sender(store, make().context).publish(plan, Nothing())
    following = samples.plan("k2", put(samples.version("ios-phone")))
    with pytest.raises((AssertionError, StoreRefused, pytest.fail.Exception)):
        PROMISES[promise](make, store, samples, following)


class Nothing:
    """A reporter that nobody hears."""

    def stage(self, name, detail=""):
        pass


def test_the_fake_store_shows_late_by_its_clock(tmp_path):
    """Whoever polls with the fake clock waits for nothing."""
    clock = FakeClock()
    store, samples = FakeStore(clock, shows_after=60), Samples(tmp_path)
    adapter = Sender(store, EnvironmentContext(name="test", data_dir=tmp_path, clock=clock))
    store.go_wrong(Trouble.SHOWS_LATE)
    adapter.publish(samples.plan("k1", put(samples.version("ios-phone"))), Nothing())
    while adapter.live(samples.app).processing:
        adapter.context.clock.sleep(25)
    assert clock.slept == [25, 25, 25]
    assert len(adapter.live(samples.app).entries) == 1


def test_the_fake_clock_never_goes_back():
    """No clock of an adapter does."""
    clock = FakeClock(start=5)
    clock.pass_by(2.5)
    assert clock.now() == 7.5
    with pytest.raises(ValueError, match="goes back"):
        clock.pass_by(-1)


def test_the_clock_of_an_environment_is_the_machines(tmp_path):
    """Unless a test gives another one."""
    clock = EnvironmentContext(name="test", data_dir=tmp_path).clock
    before = clock.now()
    clock.sleep(0)
    assert clock.now() >= before
