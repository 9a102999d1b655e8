"""What an adapter does not do: harm by a check, by its death, or by what it tells."""

from typing import Any

import msgspec
import pytest

from shipway_plugins.credentials import credentials_in
from shipway_plugins.testing.recorder import DyingReporter, Killed, RecordingReporter
from shipway_plugins.testing.samples import Samples, put, remove
from shipway_plugins.testing.suite import MakeAdapter, Suite, live, publish
from shipway_plugins.words import Capabilities, Plan, Severity

#: At most so many reports of one publish are tried as the moment of its death.
_DEATHS = 12


class HarmlessContract(Suite):
    """Asking changes nothing, dying loses nothing, and telling gives nothing away."""

    @pytest.fixture
    def secrets(self, make_adapter: MakeAdapter) -> list[str]:
        """Name what must not be seen: by default the values of all credentials."""
        return secrets_of(make_adapter)

    def test_asking_changes_nothing(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """A check, a status and a search leave the store as it was."""
        old, new = samples.version(channels[0]), samples.version(channels[0])
        publish(make_adapter, samples.plan("k1", put(old)))
        before = make_adapter().live(samples.app)
        adapter = make_adapter()
        adapter.check(samples.plan("k2", put(new)))
        adapter.check(samples.plan("k3", remove(channels[0])))
        adapter.status()
        adapter.targets("")
        assert make_adapter().live(samples.app) == before

    def test_a_death_in_the_middle_leaves_the_old_or_the_new(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """Wherever a publish ends, one whole version is live, and the same attempt goes on."""
        old = samples.version(channels[0])
        publish(make_adapter, samples.plan("k0", put(old)))
        for moment in range(1, _DEATHS):
            new = samples.version(channels[0])
            plan = samples.plan(f"k{moment}", put(new))
            if not _dies(make_adapter, plan, moment):
                break
            assert _whole(make_adapter, samples, channels[0], old.digest, new.digest)
            publish(make_adapter, plan)
            assert new.digest in live(make_adapter, samples)[channels[0]]
            old = new

    def test_names_of_any_alphabet_are_kept(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """An app may be called anything that a person can write."""
        version = samples.version(channels[0])
        plan = msgspec.structs.replace(samples.plan("k1", put(version)), app=samples.strange_app)
        publish(make_adapter, plan)
        entries = make_adapter().live(samples.strange_app).entries
        assert [entry.digest for entry in entries] == [version.digest]
        assert make_adapter().live(samples.app).entries == []

    def test_a_file_of_no_bytes_has_no_progress_to_divide(
        self, make_adapter: MakeAdapter, samples: Samples, channels: tuple[str, str]
    ) -> None:
        """A total of 0 is told as it is, unless the store refuses such a file beforehand."""
        plan = samples.plan("k1", put(samples.version(channels[0], size=0)))
        if any(one.severity is Severity.ERROR for one in make_adapter().check(plan)):
            pytest.skip("this store refuses a file of no bytes")
        report = RecordingReporter()
        make_adapter().publish(plan, report)
        assert all(done >= 0 for steps in report.steps.values() for done, _ in steps)
        assert all(done <= total for steps in report.steps.values() for done, total in steps)

    def test_nothing_secret_is_told(
        self,
        make_adapter: MakeAdapter,
        can: Capabilities,
        samples: Samples,
        channels: tuple[str, str],
        secrets: list[str],
    ) -> None:
        """No report, receipt, status or live state holds a credential."""
        if not secrets:
            pytest.skip("this adapter has no credentials")
        report = RecordingReporter()
        plan = samples.plan("k1", put(samples.version(channels[0])))
        told: list[Any] = [make_adapter().status(), make_adapter().check(plan)]
        told.append(make_adapter().publish(plan, report))
        told.append(make_adapter().live(samples.app))
        if can.unpublish:
            told.append(make_adapter().unpublish(samples.app, "k2", report))
        assert_untold(secrets, told, report)


def secrets_of(make_adapter: MakeAdapter) -> list[str]:
    """List the values of all credentials that the adapter was given."""
    options = make_adapter().options
    schema = msgspec.json.schema(type(options))
    return [str(one) for one in credentials_in(schema, msgspec.to_builtins(options)).values()]


def assert_untold(secrets: list[str], told: list[Any], report: RecordingReporter) -> None:
    """Hold that no secret is in anything that was told."""
    heard = [*report.stages, *report.details, *report.skipped, *report.lines]
    text = "\n".join([*heard, *(repr(one) for one in told)])
    assert [secret for secret in secrets if secret in text] == []


def _dies(make_adapter: MakeAdapter, plan: Plan, moment: int) -> bool:
    """Publish, and die at the report number `moment`; say whether it came to that."""
    try:
        make_adapter().publish(plan, DyingReporter(moment))
    except Killed:
        return True
    return False


def _whole(make_adapter: MakeAdapter, samples: Samples, channel: str, old: str, new: str) -> bool:
    """Say whether the old or the new version is live, or both in a store of several."""
    there = live(make_adapter, samples).get(channel, set())
    several = make_adapter().capabilities.multi_version
    return bool(there) and there <= {old, new} if several else there in ({old}, {new})
