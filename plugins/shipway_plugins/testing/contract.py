"""The contract of an adapter, as tests that a subclass runs over its own."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest

from shipway_plugins.adapter import Adapter
from shipway_plugins.errors import NotSupported
from shipway_plugins.testing.recorder import RecordingReporter
from shipway_plugins.testing.samples import Samples, keep, put, remove
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    LiveEntry,
    Plan,
    PublishState,
    Receipt,
    Severity,
)

#: Makes a new adapter for the same store each time.
MakeAdapter: TypeAlias = Callable[[], Adapter]


class AdapterContract:
    """What every adapter promises.

    Override `make_adapter`, and where the store is particular, `channels` and `targets`; where
    the settings of `make_adapter` take something away, `can`.
    """

    @pytest.fixture
    def make_adapter(self) -> MakeAdapter:
        """Say how to make the adapter; a subclass must override this."""
        raise NotImplementedError("override the fixture `make_adapter`")

    @pytest.fixture
    def channels(self, can: Capabilities) -> tuple[str, str]:
        """Name two channels that the store takes."""
        named = can.channels or ["android-phone", "ios-phone"]
        return named[0], named[-1]

    @pytest.fixture
    def can(self, make_adapter: MakeAdapter) -> Capabilities:
        """Say what the adapter can do with these settings: all that its class says, or less."""
        return make_adapter().capabilities

    @pytest.fixture
    def targets(self) -> list[str]:
        """Name somebody whom an Active publish can be aimed at."""
        return ["group:Testers"]

    @pytest.fixture
    def samples(self, tmp_path: Path) -> Samples:
        """Make versions in a folder of this test."""
        folder = tmp_path / "samples"
        folder.mkdir()
        return Samples(folder)

    # --------------------------------------------------------------- what it says of itself

    def test_it_names_itself(self, make_adapter: MakeAdapter) -> None:
        """Its kind is one word for the command line, its title one for people."""
        adapter = make_adapter()
        assert adapter.kind.replace("_", "").isalnum()
        assert adapter.kind == adapter.kind.lower()
        assert adapter.title.strip()

    def test_its_options_have_a_schema(self, make_adapter: MakeAdapter) -> None:
        """Its options go out as plain data, come back the same, and have a JSON Schema."""
        adapter = make_adapter()
        plain = msgspec.to_builtins(adapter.options)
        assert msgspec.convert(plain, type=adapter.options_type) == adapter.options
        assert msgspec.json.schema(adapter.options_type)

    def test_status_answers(self, make_adapter: MakeAdapter) -> None:
        """A store that works is Available, and says why."""
        answer = make_adapter().status()
        assert answer.status is EnvironmentStatus.AVAILABLE
        assert answer.reason

    def test_targets_are_few(self, make_adapter: MakeAdapter) -> None:
        """A search for people answers at most 200."""
        assert len(make_adapter().targets("")) <= 200

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
        receipt = _publish(make_adapter, samples.plan("k1", put(version)))
        assert receipt.key == "k1"
        assert [(one.channel, one.digest) for one in receipt.items] == [
            (version.channel, version.digest)
        ]
        assert _live(make_adapter, samples) == {version.channel: {version.digest}}

    def test_another_app_is_untouched(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """What is published of one app is not live for another."""
        _publish(make_adapter, samples.plan("k1", put(samples.version(channels[0]))))
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
        _publish(make_adapter, samples.plan("k1", put(old)))
        _publish(make_adapter, samples.plan("k2", put(new)))
        live = _live(make_adapter, samples)[channels[0]]
        assert new.digest in live
        assert make_adapter().capabilities.multi_version or live == {new.digest}

    def test_keep_keeps(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """A channel that is kept stays as it was while another is published."""
        first, second = _two(channels)
        old, new = samples.version(first), samples.version(second)
        _publish(make_adapter, samples.plan("k1", put(old)))
        _publish(make_adapter, samples.plan("k2", keep(first), put(new)))
        assert _live(make_adapter, samples) == {first: {old.digest}, second: {new.digest}}

    def test_remove_removes(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """A channel that is removed is empty; the others stay."""
        first, second = _two(channels)
        one, two = samples.version(first), samples.version(second)
        _publish(make_adapter, samples.plan("k1", put(one), put(two)))
        _publish(make_adapter, samples.plan("k2", remove(first), keep(second)))
        assert _live(make_adapter, samples) == {second: {two.digest}}

    def test_one_key_publishes_once(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """The same attempt again answers the same and undoes nothing that came after it."""
        old, new = samples.version(channels[0]), samples.version(channels[0])
        first = samples.plan("k1", put(old))
        receipt = _publish(make_adapter, first)
        _publish(make_adapter, samples.plan("k2", put(new)))
        before = make_adapter().live(samples.app)
        assert _publish(make_adapter, first) == receipt
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
        _publish(make_adapter, samples.plan("k1", put(samples.version(channels[0]))))
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
        _publish(make_adapter, samples.plan("k1", item, state=state, targets=targets))
        assert _only_entry(make_adapter, samples).state is state

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
        _publish(make_adapter, plan)
        assert sorted(_only_entry(make_adapter, samples).targets) == sorted(targets)


def _publish(make_adapter: MakeAdapter, plan: Plan) -> Receipt:
    return make_adapter().publish(plan, RecordingReporter())


def _live(make_adapter: MakeAdapter, samples: Samples) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in make_adapter().live(samples.app).entries:
        found.setdefault(entry.channel, set()).add(entry.digest)
    return found


def _only_entry(make_adapter: MakeAdapter, samples: Samples) -> LiveEntry:
    (entry,) = make_adapter().live(samples.app).entries
    return entry


def _two(channels: tuple[str, str]) -> tuple[str, str]:
    if channels[0] == channels[1]:
        pytest.skip("this adapter takes one channel only")
    return channels
