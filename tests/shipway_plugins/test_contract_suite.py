"""The contract suite finds an adapter that breaks it; a suite that cannot fail proves nothing."""

import msgspec
import pytest
from shipway_plugins import Adapter, EnvironmentContext, NoOptions
from shipway_plugins.credentials import Credential
from shipway_plugins.testing import AdapterContract, RecordingReporter, Samples
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    ItemAction,
    LiveEntry,
    LiveState,
    PublishState,
    Receipt,
    ReceiptItem,
    StatusReport,
)


class TokenOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: Credential


class PlainOptions(msgspec.Struct, frozen=True, kw_only=True):
    api_key: str


class Shelf(Adapter):
    """A good store, in memory; its subclasses each break one promise."""

    kind = "shelf"
    title = "Shelf"
    capabilities = Capabilities(states=True, targets=True, unpublish=True)

    def __init__(self, memory):
        super().__init__(NoOptions(), EnvironmentContext(name="test", data_dir=memory["folder"]))
        self.memory = memory
        self.receipts = memory.setdefault("receipts", {})

    def status(self):
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason="It is in memory.")

    def publish(self, plan, report):
        if plan.key in self.receipts:
            return self.receipts[plan.key]
        report.stage("Put")
        items = []
        for item in plan.items:
            report.progress(1, 1)
            if item.action is ItemAction.REMOVE:
                self.held(plan.app).pop(item.channel, None)
            if item.action is ItemAction.PUBLISH:
                self.held(plan.app)[item.channel] = self.entry(plan, item)
                items.append(ReceiptItem(channel=item.channel, digest=item.version.digest))
        return self.receipts.setdefault(plan.key, Receipt(key=plan.key, items=items))

    def entry(self, plan, item):
        return LiveEntry(
            channel=item.channel,
            digest=item.version.digest,
            state=plan.state,
            targets=plan.targets,
        )

    def held(self, app):
        return self.memory.setdefault(("app", app), {})

    def unpublish(self, app, key, report):
        self.held(app).clear()
        return Receipt(key=key, items=[])

    def live(self, app):
        return LiveState(app=app, entries=list(self.held(app).values()))


class ForgetsTheKey(Shelf):
    def publish(self, plan, report):
        self.receipts.clear()
        return super().publish(plan, report)


class LosesWhatIsKept(Shelf):
    def publish(self, plan, report):
        if plan.key not in self.receipts:
            self.held(plan.app).clear()
        return super().publish(plan, report)


class MixesApps(Shelf):
    def held(self, app):
        return super().held("all")


class LivesFromMemory(Shelf):
    def __init__(self, memory):
        super().__init__({"folder": memory["folder"]})


class KnowsNoDraft(Shelf):
    def entry(self, plan, item):
        entry = super().entry(plan, item)
        return LiveEntry(
            channel=entry.channel,
            digest=entry.digest,
            state=PublishState.ACTIVE,
            targets=entry.targets,
        )


class KnowsNobody(Shelf):
    def entry(self, plan, item):
        entry = super().entry(plan, item)
        return LiveEntry(channel=entry.channel, digest=entry.digest, state=entry.state)


class NeverRemoves(Shelf):
    def publish(self, plan, report):
        before = dict(self.held(plan.app))
        receipt = super().publish(plan, report)
        for channel, entry in before.items():
            self.held(plan.app).setdefault(channel, entry)
        return receipt


class CannotUnpublish(Shelf):
    def unpublish(self, app, key, report):
        return Receipt(key=key, items=[])


class IsNeverThere(Shelf):
    def status(self):
        return StatusReport(status=EnvironmentStatus.UNKNOWN, reason="")


class CountsBackwards(Shelf):
    def publish(self, plan, report):
        report.stage("Count")
        report.progress(2, 2)
        report.progress(1, 2)
        return super().publish(plan, report)


class ChecksByPublishing(Shelf):
    def check(self, plan):
        super().publish(plan, RecordingReporter())
        return []


class DiesHalfWay(Shelf):
    def publish(self, plan, report):
        if plan.key not in self.receipts:
            self.held(plan.app).clear()
            report.stage("Empty")
        return super().publish(plan, report)


class KnowsOneAlphabet(Shelf):
    def held(self, app):
        return super().held(app.encode("ascii", "ignore"))

    def live(self, app):
        return super().live(app) if app.isascii() else LiveState(app=app)


class Divides(Shelf):
    def publish(self, plan, report):
        for item in plan.items:
            if item.version is not None:
                report.progress(1, item.version.size)
        return super().publish(plan, report)


class Talks(Shelf):
    """Has a credential, and tells it."""

    options_type = TokenOptions

    def __init__(self, memory):
        super().__init__(memory)
        self.options = TokenOptions(token="t0k3n")

    def publish(self, plan, report):
        report.log(f"logged in with {self.options.token}")
        return super().publish(plan, report)


class StoresItsToken(Shelf):
    """Has a secret that is no credential, so that its value would be stored."""

    options_type = PlainOptions

    def __init__(self, memory):
        super().__init__(memory)
        self.options = PlainOptions(api_key="t0k3n")


class TestTheGoodOne(AdapterContract):
    """The store that the others are made from passes all of it."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        memory = {"folder": tmp_path}
        return lambda: Shelf(memory)


BOTH = ("android-phone", "ios-phone")
SUITE = AdapterContract()
PROMISES = {
    "asking": lambda make, samples: SUITE.test_asking_changes_nothing(make, samples, BOTH),
    "death": lambda make, samples: SUITE.test_a_death_in_the_middle_leaves_the_old_or_the_new(
        make, samples, BOTH
    ),
    "names": lambda make, samples: SUITE.test_names_of_any_alphabet_are_kept(make, samples, BOTH),
    "no bytes": lambda make, samples: SUITE.test_a_file_of_no_bytes_has_no_progress_to_divide(
        make, samples, BOTH
    ),
    "untold": lambda make, samples: SUITE.test_nothing_secret_is_told(
        make, make().capabilities, samples, BOTH, ["t0k3n"]
    ),
    "credential": lambda make, _: SUITE.test_what_is_secret_is_a_credential(make),
    "keep": lambda make, samples: SUITE.test_keep_keeps(make, samples, BOTH),
    "remove": lambda make, samples: SUITE.test_remove_removes(make, samples, BOTH),
    "once": lambda make, samples: SUITE.test_one_key_publishes_once(make, samples, BOTH),
    "live": lambda make, samples: SUITE.test_live_names_what_was_published(make, samples, BOTH),
    "other": lambda make, samples: SUITE.test_another_app_is_untouched(make, samples, BOTH),
    "unpublish": lambda make, samples: SUITE.test_unpublish_empties(
        make, make().capabilities, samples, BOTH
    ),
    "status": lambda make, _: SUITE.test_status_answers(make),
    "progress": lambda make, samples: SUITE.test_progress_only_grows(make, samples, BOTH),
    "draft": lambda make, samples: SUITE.test_the_state_is_kept(
        make, make().capabilities, samples, BOTH, [], PublishState.DRAFT
    ),
    "targets": lambda make, samples: SUITE.test_the_targets_are_kept(
        make, make().capabilities, samples, BOTH, ["user:ann"]
    ),
}


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (ForgetsTheKey, "once"),
        (LosesWhatIsKept, "keep"),
        (MixesApps, "other"),
        (LivesFromMemory, "live"),
        (KnowsNoDraft, "draft"),
        (KnowsNobody, "targets"),
        (NeverRemoves, "remove"),
        (CannotUnpublish, "unpublish"),
        (IsNeverThere, "status"),
        (CountsBackwards, "progress"),
        (ChecksByPublishing, "asking"),
        (DiesHalfWay, "death"),
        (KnowsOneAlphabet, "names"),
        (Divides, "no bytes"),
        (Talks, "untold"),
        (StoresItsToken, "credential"),
    ],
)
def test_a_broken_promise_is_found(tmp_path, kind, promise):
    """Each of these breaks one promise, and the test of that promise fails."""
    memory = {"folder": tmp_path}
    with pytest.raises(AssertionError):
        PROMISES[promise](lambda: kind(memory), Samples(tmp_path))


def test_an_option_that_is_passed_over_is_found(tmp_path):
    """Options that take anything would hide a misspelt setting."""
    with pytest.raises(pytest.fail.Exception):
        SUITE.test_an_unknown_option_is_refused(lambda: StoresItsToken({"folder": tmp_path}))
