"""A home with two versions and their bytes, an adapter's file and settings, to be backed up."""

import hashlib

import msgspec
import pytest
from shipway_daemon.backup.making import make
from shipway_daemon.backup.restoring import restore
from shipway_daemon.catalog import orphans, versions
from shipway_daemon.doctor.examination import examine
from shipway_plugins.words import Severity
from support.versions import add, inspection


@pytest.fixture
async def made(database, blobs, locations):
    """The versions, each with bytes of its own."""
    made = []
    for build in ("1", "2"):
        content = f"bytes of build {build}".encode()
        digest = hashlib.sha256(content).hexdigest()

        def work(tx, digest=digest, content=content, build=build):
            versions.insert_blob(tx, digest, len(content))
            one = add(tx, inspection(build=build))
            versions.change(tx, one.id, sha256=digest)
            orphans.release(tx, [one.sha256])
            return msgspec.structs.replace(one, sha256=digest)

        made.append(await database.write(work))
        blobs.path(digest).write_bytes(content)
    (locations.environments / "1").mkdir(parents=True)
    (locations.environments / "1" / "held.json").write_text("what the store holds")
    (locations.config / "config.toml").write_text("[tui]\n")
    return made


@pytest.fixture
def backups(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def back_up(locations, backups):
    """Back the home up."""
    return lambda target=backups: make(locations, target, lambda _done, _total: None)


@pytest.fixture
def bring_back(backups):
    """Restore a home from the newest backup."""

    def bring_back(locations, source=backups, *, force=False):
        return restore(locations, source, force=force, progress=lambda _done, _total: None)

    return bring_back


@pytest.fixture
def whole():
    """See that a home has no fault, every blob read."""

    def whole(locations):
        checks = list(examine(locations, scrub=True, progress=lambda _done, _total: None))
        found = [finding for checked in checks for finding in checked.findings]
        assert [one for one in found if one.severity is Severity.ERROR] == []

    return whole
