"""The contract of an adapter, as tests that a subclass runs over its own."""

import pytest

from shipway_plugins.errors import NotSupported
from shipway_plugins.testing.harmless import HarmlessContract
from shipway_plugins.testing.recorder import RecordingReporter
from shipway_plugins.testing.samples import Samples, keep, put, remove
from shipway_plugins.testing.settings import SettingsContract
from shipway_plugins.testing.suite import MakeAdapter, live, only_entry, publish, two
from shipway_plugins.words import Capabilities, PublishState, Severity


class AdapterContract(SettingsContract, HarmlessContract):
    """What every adapter promises.

    Override `make_adapter`, and where the store is particular, `channels` and `targets`; where
    the settings of `make_adapter` take something away, `can`.
    """

    # ------------------------------------------------------------------------- publishing

    def test_a_good_plan_has_no_errors(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """Checking a plan that the store would take finds no error."""
        plan = samples.plan("k1", put(samples.version(channels[0])))
        found = make_adapter().check(plan)
        assert [one for one in found if one.severity is Severity.ERROR] == []

    def test_nothing_is_live_at_first(self, make_adapter: MakeAdapter, samples: Samples) -> None:
        """An app that was never published has no live version."""
        assert make_adapter().live(samples.app).entries == []

    def test_live_names_what_was_published(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """The receipt and a fresh read-back both name the digest that was sent."""
        version = samples.version(channels[0])
        receipt = publish(make_adapter, samples.plan("k1", put(version)))
        assert receipt.key == "k1"
        assert [(one.channel, one.digest) for one in receipt.items] == [
            (version.channel, version.digest)
        ]
        assert live(make_adapter, samples) == {version.channel: {version.digest}}

    def test_another_app_is_untouched(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """What is published of one app is not live for another."""
        publish(make_adapter, samples.plan("k1", put(samples.version(channels[0]))))
        assert make_adapter().live("sample/other").entries == []

    def test_progress_only_grows(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """A publish tells its stages; progress within one neither shrinks nor passes its total."""
        report = RecordingReporter()
        version = samples.version(channels[0], size=3_000_000)
        make_adapter().publish(samples.plan("k1", put(version)), report)
        assert report.stages
        for steps in report.steps.values():
            assert [done for done, _ in steps] == sorted(done for done, _ in steps)
            assert all(done <= total for done, total in steps if total)

    def test_the_next_version_replaces_the_last(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """One version is live on a channel, or several where the adapter says that it can."""
        old, new = samples.version(channels[0]), samples.version(channels[0])
        publish(make_adapter, samples.plan("k1", put(old)))
        publish(make_adapter, samples.plan("k2", put(new)))
        there = live(make_adapter, samples)[channels[0]]
        assert new.digest in there
        assert make_adapter().capabilities.multi_version or there == {new.digest}

    def test_keep_keeps(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """A channel that is kept stays as it was while another is published."""
        first, second = two(channels)
        old, new = samples.version(first), samples.version(second)
        publish(make_adapter, samples.plan("k1", put(old)))
        publish(make_adapter, samples.plan("k2", keep(first), put(new)))
        assert live(make_adapter, samples) == {first: {old.digest}, second: {new.digest}}

    def test_remove_removes(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """A channel that is removed is empty; the others stay."""
        first, second = two(channels)
        gone, stays = samples.version(first), samples.version(second)
        publish(make_adapter, samples.plan("k1", put(gone), put(stays)))
        publish(make_adapter, samples.plan("k2", remove(first), keep(second)))
        assert live(make_adapter, samples) == {second: {stays.digest}}

    def test_one_key_publishes_once(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """The same attempt again answers the same and undoes nothing that came after it."""
        old, new = samples.version(channels[0]), samples.version(channels[0])
        first = samples.plan("k1", put(old))
        receipt = publish(make_adapter, first)
        publish(make_adapter, samples.plan("k2", put(new)))
        before = make_adapter().live(samples.app)
        assert publish(make_adapter, first) == receipt
        assert make_adapter().live(samples.app) == before

    # ------------------------------------------------------------ where the adapter says so

    def test_unpublish_empties(
        self,
        make_adapter: MakeAdapter,
        can: Capabilities,
        samples: Samples,
        channels: tuple[str, str],
    ) -> None:
        """Unpublishing leaves nothing of the app, or raises NotSupported where it cannot."""
        publish(make_adapter, samples.plan("k1", put(samples.version(channels[0]))))
        adapter = make_adapter()
        if not can.unpublish:
            with pytest.raises(NotSupported):
                adapter.unpublish(samples.app, "k2", RecordingReporter())
            return
        assert adapter.unpublish(samples.app, "k2", RecordingReporter()).key == "k2"
        assert make_adapter().live(samples.app).entries == []

    @pytest.mark.parametrize("state", list(PublishState))
    def test_the_state_is_kept(
        self,
        make_adapter: MakeAdapter,
        can: Capabilities,
        samples: Samples,
        channels: tuple[str, str],
        targets: list[str],
        state: PublishState,
    ) -> None:
        """Draft stays Draft and Active stays Active, where the adapter knows states."""
        if not can.states:
            pytest.skip("this adapter knows no states")
        item = put(samples.version(channels[0]))
        publish(make_adapter, samples.plan("k1", item, state=state, targets=targets))
        assert only_entry(make_adapter, samples).state is state

    def test_the_targets_are_kept(
        self,
        make_adapter: MakeAdapter,
        can: Capabilities,
        samples: Samples,
        channels: tuple[str, str],
        targets: list[str],
    ) -> None:
        """A live version names whom it is for, where the adapter knows targets."""
        if not can.targets:
            pytest.skip("this adapter knows no targets")
        item = put(samples.version(channels[0]))
        plan = samples.plan("k1", item, state=PublishState.ACTIVE, targets=targets)
        publish(make_adapter, plan)
        assert sorted(only_entry(make_adapter, samples).targets) == sorted(targets)
