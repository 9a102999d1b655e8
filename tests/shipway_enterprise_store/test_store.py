"""What the built-in store promises beyond the contract of every adapter."""

import errno
import fcntl
import os
import shutil
from pathlib import Path

import msgspec
import pytest
from shipway_enterprise_store.adapter import EnterpriseStore, EnterpriseStoreOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.errors import BadSettings, StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.testing import RecordingReporter, Samples
from shipway_plugins.testing.samples import put, remove
from shipway_plugins.words import Copy, EnvironmentStatus, PublishState, Severity


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> EnterpriseStore:
    return EnterpriseStore(
        EnterpriseStoreOptions(), EnvironmentContext(name="test", data_dir=folder)
    )


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    made = tmp_path / "samples"
    made.mkdir()
    return Samples(made)


def held_files(folder: Path) -> set[str]:
    return {file.name for file in (folder / "binaries").iterdir()}


def test_a_relative_directory_is_a_bad_setting(tmp_path):
    """The sentence names the setting."""
    context = EnvironmentContext(name="test", data_dir=tmp_path)
    with pytest.raises(BadSettings, match="directory"):
        EnterpriseStore(EnterpriseStoreOptions(directory="here/there"), context)


def test_a_folder_that_cannot_be_written_is_unknown(tmp_path):
    """The status gives the reason."""
    (tmp_path / "file").write_bytes(b"")
    options = EnterpriseStoreOptions(directory=str(tmp_path / "file" / "below"))
    store = EnterpriseStore(options, EnvironmentContext(name="test", data_dir=tmp_path))
    answer = store.status()
    assert answer.status is EnvironmentStatus.UNKNOWN
    assert "cannot be written" in answer.reason


def test_active_without_a_target_is_refused(store, samples):
    """The check says so before, and the publish refuses."""
    plan = samples.plan("k", put(samples.version("ios-phone")), state=PublishState.ACTIVE)
    assert [(one.severity, one.rule) for one in store.check(plan)] == [
        (Severity.ERROR, "active-needs-target")
    ]
    with pytest.raises(StoreRefused, match="needs a user or a group"):
        store.publish(plan, RecordingReporter())
    assert store.live(samples.app).entries == []


def test_a_target_of_no_kind_is_refused(store, samples):
    """A target is a group or a user."""
    plan = samples.plan("k", put(samples.version("ios-phone")), targets=["everybody"])
    assert [one.rule for one in store.check(plan)] == ["target-unreadable"]


def test_the_stages_are_told(store, samples):
    """A person can follow the publish, in bytes."""
    report = RecordingReporter()
    store.publish(samples.plan("k1", put(samples.version("ios-phone"))), report)
    assert report.stages == ["Check", "Upload ios-phone", "Update the index"]
    assert report.steps == {"Upload ios-phone": [(3000, 3000)]}
    again = RecordingReporter()
    store.publish(samples.plan("k2", remove("ios-phone")), again)
    assert again.stages == ["Check", "Remove ios-phone", "Update the index"]


def test_damaged_bytes_are_refused(store, samples, folder):
    """What arrives must hash to what the plan says; nothing of it stays."""
    version = samples.version("ios-phone")
    Path(version.path).write_bytes(b"something else")
    with pytest.raises(StoreRefused, match="arrived with the digest"):
        store.publish(samples.plan("k", put(version)), RecordingReporter())
    assert store.live(samples.app).entries == []
    assert held_files(folder) == set()


def test_a_file_that_is_gone_is_not_live(store, samples, folder):
    """Live is read from the disk: an entry without its file, or with half of it, is not live."""
    version = samples.version("ios-phone")
    store.publish(samples.plan("k", put(version)), RecordingReporter())
    file = folder / "binaries" / version.digest
    file.write_bytes(b"half")
    assert store.live(samples.app).entries == []
    file.unlink()
    assert store.live(samples.app).entries == []


def test_files_that_nothing_names_are_removed(store, samples, folder):
    """A replaced version's file goes, but not while another app still has it."""
    old, new = samples.version("ios-phone"), samples.version("ios-phone")
    other = samples.plan("k0", put(old))
    store.publish(msgspec.structs.replace(other, app="sample/other"), RecordingReporter())
    store.publish(samples.plan("k1", put(old)), RecordingReporter())
    store.publish(samples.plan("k2", put(new)), RecordingReporter())
    assert held_files(folder) == {old.digest, new.digest}
    store.unpublish("sample/other", "k3", RecordingReporter())
    assert held_files(folder) == {new.digest}


def test_a_crash_before_the_index_changes_nothing(store, samples, folder, monkeypatch):
    """The index is what counts: with the files there and the index not, the old one is live."""
    old, new = samples.version("ios-phone"), samples.version("ios-phone")
    store.publish(samples.plan("k1", put(old)), RecordingReporter())
    with monkeypatch.context() as patch:
        patch.setattr("shipway_enterprise_store.folder.write_index", _crash)
        with pytest.raises(MemoryError):
            store.publish(samples.plan("k2", put(new)), RecordingReporter())
    assert [one.digest for one in store.live(samples.app).entries] == [old.digest]
    store.publish(samples.plan("k2", put(new)), RecordingReporter())
    assert [one.digest for one in store.live(samples.app).entries] == [new.digest]
    assert held_files(folder) == {new.digest}


def _crash(*_):
    raise MemoryError


def test_a_preview_stands_beside_production(store, samples):
    """One version is live per app, channel and copy."""
    real, trial = samples.version("ios-phone"), samples.version("ios-phone")
    store.publish(samples.plan("k1", put(real)), RecordingReporter())
    plan = msgspec.structs.replace(samples.plan("k2", put(trial)), copy=Copy.PREVIEW)
    store.publish(plan, RecordingReporter())
    live = {one.copy: one.digest for one in store.live(samples.app).entries}
    assert live == {Copy.PRODUCTION: real.digest, Copy.PREVIEW: trial.digest}


def test_two_environments_on_one_folder_take_turns(store, samples, folder):
    """A publish is refused while another holds the store's lock."""
    folder.mkdir()
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(StoreBusy, match="Another environment"):
            plan = samples.plan("k", put(samples.version("ios-phone")))
            store.publish(plan, RecordingReporter())
    finally:
        os.close(descriptor)


def test_a_broken_index_is_a_sentence(store, samples, folder):
    """An index that cannot be read is never taken for an empty store."""
    store.publish(samples.plan("k", put(samples.version("ios-phone"))), RecordingReporter())
    (folder / "enterprise-store.json").write_bytes(b"{half")
    with pytest.raises(StoreRefused, match="cannot be read"):
        store.live(samples.app)
    with pytest.raises(StoreRefused, match="cannot be read"):
        store.status()


def test_those_who_were_targeted_are_offered_again(store, samples):
    """The picker knows the targets of earlier publishes."""
    item = put(samples.version("ios-phone"))
    plan = samples.plan("k", item, targets=["group:Testers", "user:ann"])
    store.publish(plan, RecordingReporter())
    assert [one.address for one in store.targets("TEST")] == ["group:Testers"]
    assert len(store.targets("")) == 2


def test_a_chosen_folder_that_is_gone_is_not_empty(tmp_path, samples):
    """A drive that is not there today is unreachable: not Published, not Not Published."""
    options = EnterpriseStoreOptions(directory=str(tmp_path / "drive" / "store"))
    store = EnterpriseStore(options, EnvironmentContext(name="test", data_dir=tmp_path / "data"))
    plan = samples.plan("k", put(samples.version("ios-phone")))
    store.publish(plan, RecordingReporter())
    (tmp_path / "drive").rename(tmp_path / "away")
    for ask in (store.status, lambda: store.live(samples.app)):
        with pytest.raises(StoreUnreachable, match="not there any more"):
            ask()
    with pytest.raises(StoreUnreachable, match="not there any more"):
        store.publish(samples.plan("k2", remove("ios-phone")), RecordingReporter())
    shutil.rmtree(tmp_path / "drive")
    (tmp_path / "away").rename(tmp_path / "drive")
    assert len(store.live(samples.app).entries) == 1


def test_files_of_others_stay(store, samples, folder):
    """The store removes only what it put there."""
    (folder / "binaries").mkdir(parents=True)
    (folder / "binaries" / "family photo.jpg").write_bytes(b"")
    store.publish(samples.plan("k", put(samples.version("ios-phone"))), RecordingReporter())
    store.unpublish(samples.app, "k2", RecordingReporter())
    assert held_files(folder) == {"family photo.jpg"}


def test_a_digest_that_is_a_path_is_refused(store, samples):
    """It would become the name of a file."""
    version = msgspec.structs.replace(samples.version("ios-phone"), digest="../../etc/x")
    with pytest.raises(StoreRefused, match="has no SHA-256"):
        store.publish(samples.plan("k", put(version)), RecordingReporter())


def test_a_full_disk_is_unreachable_and_changes_nothing(store, samples, monkeypatch):
    """What the disk says comes back as a sentence, and the old version stays live."""
    old, new = samples.version("ios-phone"), samples.version("ios-phone")
    store.publish(samples.plan("k1", put(old)), RecordingReporter())
    with monkeypatch.context() as patch:
        patch.setattr("shipway_enterprise_store.files.os.fsync", _full)
        with pytest.raises(StoreUnreachable, match="No space left"):
            store.publish(samples.plan("k2", put(new)), RecordingReporter())
    assert [one.digest for one in store.live(samples.app).entries] == [old.digest]


def _full(_):
    raise OSError(errno.ENOSPC, "No space left on device")
