"""`kill -9` of a backup and of a restore, at their changes of the disk, and a backup under load.

Whatever the moment: the home is whole, as it was or as it was restored, and no half backup has a
final name.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from shipway_client.locations import Locations
from shipway_client.wire import AddFile, ChangeProfile, Retention
from shipway_daemon.backup import switching
from shipway_daemon.backup.folder import MANIFEST, Backup, BackupFolder
from shipway_daemon.backup.hashing import digest_of
from shipway_daemon.catalog import offline
from shipway_daemon.doctor.examination import examine
from shipway_plugins.words import Severity
from support.binaries import apk
from support.daemon import locations_of, short_folder
from support.desk import Desk, desk_daemon

pytestmark = pytest.mark.e2e

DYING = [sys.executable, "-P", str(Path(__file__).parents[1] / "support" / "dying_shipwayd.py")]
#: About how many moments each is killed at.
POINTS = 6
NO_DAEMON = shutil.ignore_patterns("run", "daemon.*")


@pytest.fixture
async def desk():
    async with desk_daemon() as made:
        yield made


def shipwayd(home: Path, *arguments: str, at: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command of `shipwayd`, which dies at its change number `at`."""
    environment = {**os.environ, "SHIPWAY_HOME": str(home)}
    if at:
        environment["SHIPWAY_TEST_DIE_AT"] = str(at)
    return subprocess.run(
        [*DYING, *arguments], env=environment, capture_output=True, text=True, timeout=120
    )


def moments(told: subprocess.CompletedProcess[str]) -> list[int]:
    """Some of the changes of a run that came to its end, the first and the last ones among them."""
    assert told.returncode == 0, told.stderr
    count = int(re.findall(r"changes: (\d+)", told.stderr)[0])
    step = max(1, count // POINTS)
    return sorted({1, 2, *range(3, count, step), count - 1, count})


def assert_whole(locations: Locations) -> int:
    """See that a home has no fault; returns how many versions it has."""
    checks = list(examine(locations, scrub=True, progress=lambda _done, _total: None))
    wrong = [one for checked in checks for one in checked.findings]
    assert [one for one in wrong if one.severity is Severity.ERROR] == []
    with offline.opened(locations.database) as engine, engine.connect() as tx:
        return offline.counts(tx).versions


async def test_a_backup_that_is_killed_has_no_name_and_the_next_one_is_whole(desk: Desk) -> None:
    home = desk.daemon.home
    with short_folder() as place:
        for at in moments(shipwayd(home, "backup", str(place / "count"))):
            target = place / f"at-{at}"
            died = shipwayd(home, "backup", str(target), at=at)
            assert died.returncode == -signal.SIGKILL
            for manifest in target.glob(f"*/{MANIFEST}"):
                backup = Backup(manifest.parent)
                if not backup.path.name.startswith("."):
                    assert_complete(backup)
            assert shipwayd(home, "backup", str(target)).returncode == 0
            assert_complete(Backup.find(target))
            assert list(target.glob(".making-*")) == []
        assert assert_whole(desk.daemon.locations) == 2


def assert_complete(backup: Backup) -> None:
    """See that each byte that a backup names is there."""
    for entry in backup.contents():
        assert digest_of(backup.pool.path(entry.sha256)) == entry.sha256
    assert digest_of(backup.path / "catalog.sqlite3") == backup.manifest().catalog_sha256


async def test_a_restore_that_is_killed_leaves_one_home_or_the_other(desk: Desk) -> None:
    """The backup has two versions, the home that it replaces has one."""
    await desk.daemon.start()
    with short_folder() as place:
        ran = await desk.daemon.shipway("backup", str(place / "backups"), "-q")
        assert ran.code == 0, ran.err
        await desk.client.versions.delete(desk.older.address)
        await desk.daemon.stop()
        command = ("restore", str(place / "backups"), "--force")
        shutil.copytree(desk.daemon.home, place / "count", ignore=NO_DAEMON)
        seen = set()
        for at in moments(shipwayd(place / "count", *command)):
            home = locations_of(place / f"at-{at}")
            shutil.copytree(desk.daemon.home, home.home, ignore=NO_DAEMON)
            died = shipwayd(home.home, *command, at=at)
            assert died.returncode == -signal.SIGKILL
            switching.finish(home)  # what the next start does first
            there = assert_whole(home)
            seen.add(there)
            aside = list(home.home.glob("before-restore-*"))
            assert len(aside) == (1 if there == 2 else 0)
            assert [assert_whole(locations_of(one)) for one in aside] == [1] * len(aside)
            shutil.rmtree(home.home)
        assert seen == {1, 2}, "it was killed before and after it took its place"


async def test_backups_while_files_come_and_versions_are_pruned_lack_nothing(desk: Desk) -> None:
    """Each of them restores into a home without a fault."""
    await desk.daemon.start()
    await desk.client.profiles.change(
        desk.app, ChangeProfile(retention=Retention(keep_last=1, keep_candidates=False))
    )
    with short_folder() as place:
        working = asyncio.create_task(_come_and_go(desk, place))
        try:
            for _ in range(4):
                ran = await desk.daemon.shipway("backup", str(place / "backups"), "--json")
                assert ran.code == 0, ran.err
                assert json.loads(ran.out)["manifest"]["lost"] == []
            assert not working.done(), working.exception()
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        made = sorted(path.parent for path in (place / "backups").glob(f"2*/{MANIFEST}"))
        assert len(made) == 4
        assert BackupFolder(place / "backups").newest() == made[-1]
        for number, backup in enumerate(made):
            home = place / f"home-{number}"
            assert shipwayd(home, "restore", str(backup)).returncode == 0
            assert assert_whole(locations_of(home)) >= 1


async def _come_and_go(desk: Desk, place: Path) -> None:
    """Add the same app with other bytes, and prune, again and again."""
    number = 0
    while True:
        number += 1
        file = place / f"sample-{number}.apk"
        file.write_bytes(apk(100 + number))
        await desk.client.versions.add(AddFile(path=str(file), profile=desk.app))
        await desk.client.pruning.prune()
