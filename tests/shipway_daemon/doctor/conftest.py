"""A home with two versions and a held binary, and a doctor to look at it."""

import asyncio
import hashlib

import pytest
from shipway_daemon.catalog import folders, orphans, versions
from shipway_daemon.doctor.examination import examine
from support.versions import add, inspection


@pytest.fixture
async def made(database, blobs):
    """Two versions with their bytes: their digests, the first one's first."""
    digests = []
    for build in ("1", "2"):
        content = f"bytes of build {build}".encode()
        digest = hashlib.sha256(content).hexdigest()

        def work(tx, digest=digest, content=content, build=build):
            versions.insert_blob(tx, digest, len(content))
            one = add(tx, inspection(build=build))
            versions.change(tx, one.id, sha256=digest)
            orphans.release(tx, [one.sha256])

        await database.write(work)
        blobs.path(digest).write_bytes(content)
        digests.append(digest)
    return digests


@pytest.fixture
def doctor(locations):
    """Examine the home; returns what each check found by its name, and all findings by rule."""

    async def look(*, scrub=False, progress=lambda _done, _total: None):
        def run():
            return list(examine(locations, scrub=scrub, progress=progress))

        checks = await asyncio.to_thread(run)
        found = {}
        for checked in checks:
            for finding in checked.findings:
                if checked.name not in ("tools", "space"):
                    found.setdefault(finding.rule, []).append(finding)
        return {checked.name: checked for checked in checks}, found

    return look


@pytest.fixture
def watch(database):
    """Put a watched folder into the catalogue."""

    async def create(path):
        values = {"path": str(path), "unknown": "create", "quiet": 1.0, "candidate": False}
        await database.write(lambda tx: folders.create(tx, values))

    return create
