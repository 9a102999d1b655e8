"""What an adapter makes of a store that goes wrong, as tests that a subclass runs over its own."""

from typing import Any

import pytest

from shipway_plugins.errors import PluginError, StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.testing.faulty_store import FaultyStore, Trouble
from shipway_plugins.testing.harmless import assert_untold, secrets_of
from shipway_plugins.testing.recorder import RecordingReporter
from shipway_plugins.testing.samples import Samples, put
from shipway_plugins.testing.suite import MakeAdapter, Suite, live, publish
from shipway_plugins.words import EnvironmentStatus, Plan, StatusReport


class FaultContract(Suite):
    """What every adapter promises of a bad day.

    Override `make_adapter` and `faulty_store`, which is the store that the adapter speaks to.
    """

    @pytest.fixture
    def faulty_store(self) -> FaultyStore:
        """Give the store behind the adapter; a subclass must override this."""
        raise NotImplementedError("override the fixture `faulty_store`")

    @pytest.fixture
    def plan(
        self,
        make_adapter: MakeAdapter,
        faulty_store: FaultyStore,
        samples: Samples,
        channels: tuple[str, str],
    ) -> Plan:
        """Publish one version while all is well, and plan the next one."""
        publish(make_adapter, samples.plan("k1", put(samples.version(channels[0]))))
        assert faulty_store.changes() == 1
        return samples.plan("k2", put(samples.version(channels[0])))

    def test_a_lost_reply_is_unknown_and_live_settles_it(
        self, make_adapter: MakeAdapter, faulty_store: FaultyStore, samples: Samples, plan: Plan
    ) -> None:
        """The store took it: the adapter does not say that it did not, nor does it send it again.

        `live` finds it afterwards, and the same attempt again changes nothing.
        """
        _needs(faulty_store, Trouble.LOSES_THE_REPLY)
        faulty_store.go_wrong(Trouble.LOSES_THE_REPLY)
        with pytest.raises(StoreUnreachable):
            publish(make_adapter, plan)
        faulty_store.recover()
        assert _sent(plan) <= _there(make_adapter, samples)
        assert publish(make_adapter, plan).key == plan.key
        assert faulty_store.changes() == 2

    @pytest.mark.parametrize(
        ("trouble", "raised"),
        [
            (Trouble.BUSY, StoreBusy),
            (Trouble.REFUSES, StoreRefused),
            (Trouble.UNREACHABLE, StoreUnreachable),
        ],
    )
    def test_what_was_not_taken_is_told_apart(
        self,
        make_adapter: MakeAdapter,
        faulty_store: FaultyStore,
        samples: Samples,
        plan: Plan,
        trouble: Trouble,
        raised: type[PluginError],
    ) -> None:
        """Busy, refused and unreachable each have an error of their own, with a sentence.

        Nothing was taken, and the same attempt goes through when all is well again.
        """
        _needs(faulty_store, trouble)
        before = live(make_adapter, samples)
        faulty_store.go_wrong(trouble)
        with pytest.raises(raised) as caught:
            publish(make_adapter, plan)
        assert caught.value.message.strip()
        faulty_store.recover()
        assert live(make_adapter, samples) == before
        publish(make_adapter, plan)
        assert _sent(plan) <= _there(make_adapter, samples)
        assert faulty_store.changes() == 2

    def test_who_does_not_answer_is_not_empty(
        self, make_adapter: MakeAdapter, faulty_store: FaultyStore, samples: Samples, plan: Plan
    ) -> None:
        """A store that cannot be read is Unknown: never Not Published, never Available."""
        _needs(faulty_store, Trouble.UNREACHABLE)
        del plan
        faulty_store.go_wrong(Trouble.UNREACHABLE)
        with pytest.raises(StoreUnreachable):
            make_adapter().live(samples.app)
        answer = _status(make_adapter)
        assert answer is None or answer.status is EnvironmentStatus.UNKNOWN

    def test_what_is_taken_and_not_shown_is_in_processing(
        self, make_adapter: MakeAdapter, faulty_store: FaultyStore, samples: Samples, plan: Plan
    ) -> None:
        """`live` says what is shown, and that there is more to come; later it shows it."""
        _needs(faulty_store, Trouble.SHOWS_LATE)
        faulty_store.go_wrong(Trouble.SHOWS_LATE)
        assert publish(make_adapter, plan).key == plan.key
        state = make_adapter().live(samples.app)
        assert state.processing
        assert not _sent(plan) & {entry.digest for entry in state.entries}
        faulty_store.recover()
        assert not make_adapter().live(samples.app).processing
        assert _sent(plan) <= _there(make_adapter, samples)

    @pytest.mark.parametrize("trouble", list(Trouble))
    def test_no_trouble_tells_a_secret(
        self, make_adapter: MakeAdapter, faulty_store: FaultyStore, plan: Plan, trouble: Trouble
    ) -> None:
        """Neither a sentence nor a hint nor a report holds a credential."""
        _needs(faulty_store, trouble)
        secrets = secrets_of(make_adapter)
        if not secrets:
            pytest.skip("this adapter has no credentials")
        faulty_store.go_wrong(trouble)
        report = RecordingReporter()
        told = [
            _outcome(lambda: make_adapter().publish(plan, report)),
            _outcome(lambda: make_adapter().live(plan.app)),
            _outcome(lambda: make_adapter().status()),
        ]
        assert_untold(secrets, told, report)


def _needs(store: FaultyStore, trouble: Trouble) -> None:
    if trouble not in store.troubles:
        pytest.skip(f"this store is never told to be one that {trouble}")


def _outcome(call: Any) -> Any:
    """Call it; what a plugin error says counts as what was told."""
    try:
        return call()
    except PluginError as error:
        return (error.message, error.hint, repr(error.__cause__))


def _status(make_adapter: MakeAdapter) -> StatusReport | None:
    """Ask for the status; None where the adapter says that the store cannot be asked."""
    try:
        return make_adapter().status()
    except PluginError:
        return None


def _sent(plan: Plan) -> set[str]:
    return {item.version.digest for item in plan.items if item.version is not None}


def _there(make_adapter: MakeAdapter, samples: Samples) -> set[str]:
    return {digest for found in live(make_adapter, samples).values() for digest in found}
