"""All real binaries and all hostile files, dropped into one watched folder at once.

Every real one is read as independent tools read it, every hostile one is read, refused in a
sentence, or passed over as its folder says; the daemon answers throughout, and nothing of a child
is left. Only counts are printed: some of the files hold names and device ids of people.
"""

import asyncio
import contextlib
import hashlib
import json
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from shipway_client.wire import AddFolder, Event, Version, VersionState
from support.binaries import CORPUS
from support.daemon import RunningDaemon, running_daemon
from support.desk import assert_whole
from support.processes import children_of
from support.waiting import wait_for

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}; set SHIPWAY_CORPUS to where it is"
    ),
]

#: All files, one of which takes its worker the whole 20 s that it is given, on a busy machine.
PATIENCE = 240.0
#: What Shipway reads of a file besides its kind; of the other kinds it does not yet.
READ = ("apk", "ipa")
FIELDS = ("identifier", "version", "build")
#: Never looked at, by name; and one that has no bytes yet.
PASSED_OVER = {"build.apk.tmp", "app.apk.crdownload", "versioncode_max.txt", "zero_length.apk"}
#: Without the end of what they are named after they are not finished, so they wait for it.
UNFINISHED = {
    *("truncated_half.apk", "truncated_1byte.msix", "truncated.msi", "truncated.dmg"),
    *("elf_named.pkg", "git_lfs_pointer.apk", "random_garbage.apk"),
}


@pytest.fixture
def cases() -> dict[str, dict[str, Any]]:
    """What independent tools say of each real binary, by the name under which it is dropped."""
    listed = json.loads((CORPUS / "expected.json").read_bytes())
    return {f"real-{number}.{case['format']}": case for number, case in enumerate(listed)}


@pytest.fixture
def hostile() -> dict[str, Path]:
    notes = json.loads((CORPUS / "hostile" / "NOTES.json").read_bytes())
    return {name: CORPUS / "hostile" / name for name in notes}


async def test_the_whole_corpus_at_once(tmp_path: Path, cases, hostile, tell) -> None:
    builds, ready = tmp_path / "builds", tmp_path / "ready"
    builds.mkdir()
    ready.mkdir()
    for name, case in cases.items():
        shutil.copyfile(CORPUS / case["path"], ready / name)
    for name, path in hostile.items():
        shutil.copyfile(path, ready / name)
    async with running_daemon() as daemon:
        await daemon.client.folders.add(AddFolder(path=str(builds), quiet=0.5))
        async with asked_all_along(daemon) as answers:
            ready.rename(builds / "all")
            number = len(cases) + len(hostile)
            await wait_for(lambda: dealt_with(daemon, number), PATIENCE, "files are not dealt with")
        versions, refused = await outcomes(daemon)
        digests = {version.sha256: version for version in versions}
        for name, case in cases.items():
            digest = digest_of(builds / "all" / name)
            assert digest in digests or name in refused, f"{case['path']} is neither"
            if digest in digests:
                assert_agrees(digests[digest], case)
        assert all(event.data["reason"].endswith(".") for event in refused.values())
        assert not refused.keys() & cases.keys(), "a real binary was refused"
        still = await daemon.client.folders.waiting(1)
        assert {Path(file.path).name for file in still} == UNFINISHED
        assert all(file.why.endswith(".") for file in still), still
        told = {version.file_name for version in versions} | refused.keys()
        assert hostile.keys() - told - PASSED_OVER - UNFINISHED <= same_bytes(hostile, digests)
        assert_whole(daemon, versions)
        await daemon.stop()
        assert children_of(daemon.pid) == {}
    kinds = Counter(version.format for version in versions)
    tell(
        f"{len(cases)} real and {len(hostile)} hostile files: {len(versions)} versions "
        f"({', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}), "
        f"{len(refused)} refused; health asked {len(answers)} times, the longest answer took "
        f"{max(answers):.2f} s"
    )


@contextlib.asynccontextmanager
async def asked_all_along(daemon: RunningDaemon) -> AsyncIterator[list[float]]:
    """Ask for health ten times a second; a call that fails fails the test."""
    answers: list[float] = []
    over = asyncio.Event()

    async def ask() -> None:
        while not over.is_set():
            began = time.monotonic()
            assert (await daemon.client.history.health()).pid == daemon.pid
            answers.append(time.monotonic() - began)
            await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        group.create_task(ask())
        try:
            yield answers
        finally:
            over.set()


async def dealt_with(daemon: RunningDaemon, number: int) -> bool:
    """Whether nothing waits but what is unfinished, and everything else has been told of."""
    (folder,) = (await daemon.client.folders.list()).items
    seen = folder.ingested + folder.refused + folder.unmatched
    return (folder.waiting, seen) == (len(UNFINISHED), number - len(UNFINISHED | PASSED_OVER))


async def outcomes(daemon: RunningDaemon) -> tuple[list[Version], dict[str, Event]]:
    """All versions, and the refusals by the name of the file."""
    versions = (await daemon.client.versions.list(limit=200)).items
    refused = (await daemon.client.history.events(kind="file.refused", limit=200)).items
    return versions, {event.subject: event for event in refused}


def assert_agrees(version: Version, case: dict[str, Any]) -> None:
    assert (version.platform, version.format) == (case["platform"], case["format"]), case["path"]
    if case["format"] in READ:
        said = tuple(getattr(version, field) for field in FIELDS)
        assert said == tuple(case[field] for field in FIELDS), case["path"]
    else:
        assert version.state is VersionState.INCOMPLETE, case["path"]


def same_bytes(hostile: dict[str, Path], digests: dict[str, Version]) -> set[str]:
    """Those whose bytes came under another name as well, and are that version."""
    return {name for name, path in hostile.items() if digest_of(path) in digests}


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
