"""One watched folder: every finished file is taken, once and whole; hints are hints."""

import asyncio
import errno
import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from shipway_client.errors import Refused, Unavailable
from shipway_client.wire import FolderState
from shipway_daemon.blobs.staging import Signature
from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.watch import departed as departed_module
from shipway_daemon.watch import folder as folder_module
from shipway_daemon.watch import hints as hints_module
from shipway_daemon.watch import pace as pace_module
from shipway_daemon.watch import root_thread
from shipway_daemon.watch import survey as survey_module
from shipway_daemon.watch import taking as taking_module
from shipway_daemon.watch.containers import Container
from shipway_daemon.watch.folder import FolderWatch
from shipway_daemon.watch.ready import Lease, Look
from shipway_daemon.watch.taking import Untaken
from shipway_daemon.workers.hints import HintsProcess
from shipway_daemon.workers.questions import Armed, Heard
from support.binaries import NEXT_APK, SAMPLE_APK, SAMPLE_IPA, ipa
from support.waiting import wait_for

WHOLE = SAMPLE_APK.read_bytes()
QUIET = 0.15

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells more")


class Desk:
    """Takes files as the intake does, and remembers what it was given."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, bytes]] = []
        self.arrivals = []
        self.refused = []
        self.errors = []
        self.expected = 0
        self.forgotten = []

    async def take(self, path, arrival):
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append((os.fsencode(path), path.read_bytes()))
        self.arrivals.append(arrival)

    async def refuse(self, arrival, error):
        self.refused.append((arrival.file_name, error.message))

    async def expect(self):
        self.expected += 1

    async def forget(self, folder, paths):
        self.forgotten += paths

    @property
    def names(self):
        return sorted(path.rpartition(b"/")[2] for path, _ in self.taken)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Look for a missing folder more often than people need."""
    monkeypatch.setattr(hints_module, "ROOT_SECONDS", 0.2)
    monkeypatch.setattr(pace_module, "MISSING_SECONDS", 0.2)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture(autouse=True)
def ignored_sigio():
    """As the daemon does: a writer that comes in the middle of a look would end us."""
    if not hasattr(signal, "SIGIO"):
        yield
        return
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGIO, before)


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.fixture
async def watching(root, desk):
    """Watch the folder until the test ends; wait until its first scan is over."""
    running = []

    async def start(*, known=None, wait=FolderState.WATCHING, **how):
        told = {"glob": None, "channel": None, "profile": None, "unknown": "create"}
        told |= {"quiet": QUIET, "candidate": False, **how}
        row = FolderRow(id=1, path=str(root), **told)
        watch = FolderWatch(row, {} if known is None else known, desk, lambda _: None)
        running.append(asyncio.create_task(watch.run()))
        await wait_for(lambda: watch.condition.state is wait)
        return watch

    yield start
    for task in running:
        assert not task.done(), "the watch has ended by itself"
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
def hints(monkeypatch):
    """Have the system's hints in place, so that no test waits for a scan."""

    async def ready(watch):
        marker = Path(watch.row.path) / "marker.apk"
        marker.write_bytes(b"x")
        await wait_for(lambda: watch.waiting > 0, 15, "no hint of a new file came")
        marker.unlink()

    return ready


async def still(desk, number, seconds=2 * QUIET):
    """See that no further file is taken for a while."""
    await wait_for(lambda: len(desk.taken) >= number)
    await asyncio.sleep(seconds)
    assert len(desk.taken) == number, desk.names


@pytest.mark.parametrize(("content", "found"), [(b"", 0), (WHOLE, 1)])
async def test_what_cannot_be_taken_is_not_found_anew_by_each_scan(
    root, desk, watching, monkeypatch, content, found
):
    """Empty, or not to be opened: a folder would tell of a change once a minute, for ever."""

    def unreadable(_path, *, weak):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(folder_module.ready, "look", unreadable)
    (root / "app.apk").write_bytes(content)
    watch = await watching()
    for _ in range(2):
        scanned = watch.condition.last_scan_at
        await asyncio.sleep(2 * QUIET)
        watch.rescan()
        await wait_for(lambda before=scanned: watch.condition.last_scan_at != before)
    await asyncio.sleep(2 * QUIET)
    assert (watch.waiting, desk.expected, desk.taken) == (found, found, [])


async def test_a_file_that_was_there_is_taken_at_once(root, desk, watching):
    """It has been quiet for long; nobody waits for a scan or a hint."""
    path = root / "app.apk"
    path.write_bytes(WHOLE)
    await asyncio.sleep(QUIET)
    await watching()
    await still(desk, 1)
    assert desk.taken == [(os.fsencode(path), WHOLE)]
    (arrival,) = desk.arrivals
    assert (arrival.file_name, arrival.source) == ("app.apk", f"watch:{path}")
    assert arrival.seen.path == os.fsencode(path)


async def test_what_was_dealt_with_before_is_not_taken_again(root, desk, watching):
    """It is known by its signature; a change of it is news."""
    path = root / "app.apk"
    path.write_bytes(WHOLE)
    await watching()
    await still(desk, 1)
    known = {os.fsencode(path): desk.arrivals[0].seen.signature}
    await watching(known=known)
    await still(desk, 1)


async def test_a_file_that_comes_is_taken_once(root, desk, watching, hints):
    watch = await watching()
    await hints(watch)
    (root / "app.apk").write_bytes(WHOLE)
    await still(desk, 1)
    assert desk.taken[0][1] == WHOLE
    assert desk.expected >= 1


async def test_a_file_renamed_into_place_is_taken_once(root, desk, watching, hints):
    """The temporary name never is."""
    watch = await watching()
    await hints(watch)
    part = root / "app.apk.part"
    part.write_bytes(WHOLE)
    await asyncio.sleep(2 * QUIET)
    assert desk.taken == []
    part.rename(root / "app.apk")
    await still(desk, 1)
    assert desk.names == [b"app.apk"]


@pytest.mark.parametrize(
    "pause", [QUIET / 3, pytest.param(QUIET * 2, marks=linux)], ids=["short", "longer than quiet"]
)
async def test_a_slow_writer_is_waited_for(root, desk, watching, hints, pause):
    """The file is taken once, whole, however long the writer sleeps: it has the file open."""
    watch = await watching()
    await hints(watch)
    with (root / "app.apk").open("wb", buffering=0) as file:
        step = len(WHOLE) // 3
        for at in range(0, len(WHOLE), step):
            file.write(WHOLE[at : at + step])
            await asyncio.sleep(pause)
    await still(desk, 1)
    assert desk.taken[0][1] == WHOLE


async def test_a_torn_file_is_not_taken_until_it_is_whole(root, desk, watching, hints):
    """Its writer was killed and left half of it; later it is written again."""
    watch = await watching()
    await hints(watch)
    path = root / "app.apk"
    path.write_bytes(WHOLE[: len(WHOLE) // 2])
    await asyncio.sleep(3 * QUIET)
    assert desk.taken == []
    await wait_for(lambda: watch.waiting == 1)
    path.write_bytes(WHOLE)
    await still(desk, 1)
    assert desk.taken[0][1] == WHOLE
    await wait_for(lambda: watch.waiting == 0)


async def test_a_preallocated_file_is_not_taken_until_its_end_is_written(
    root, desk, watching, hints
):
    watch = await watching()
    await hints(watch)
    path = root / "app.apk"
    with path.open("wb") as file:
        file.truncate(len(WHOLE))
    await asyncio.sleep(2 * QUIET)
    assert desk.taken == []
    with path.open("r+b") as file:
        file.write(WHOLE)
    await still(desk, 1)
    assert desk.taken[0][1] == WHOLE


async def test_a_file_written_again_is_taken_again(root, desk, watching, hints):
    """Its first content was finished; so is the second."""
    watch = await watching()
    await hints(watch)
    path = root / "app.apk"
    path.write_bytes(WHOLE)
    await still(desk, 1, 0)
    path.write_bytes(NEXT_APK.read_bytes())
    await still(desk, 2)
    assert [content for _, content in desk.taken] == [WHOLE, NEXT_APK.read_bytes()]


async def test_files_in_new_folders_are_taken(root, desk, watching, hints):
    """However deep, and although the file is there before the folder is watched."""
    watch = await watching()
    await hints(watch)
    for number in range(5):
        folder = root / f"build-{number}" / "outputs" / "apk" / "release"
        folder.mkdir(parents=True)
        (folder / f"{number}.apk").write_bytes(WHOLE)
    await still(desk, 5)
    assert desk.names == [f"{number}.apk".encode() for number in range(5)]


async def test_a_folder_moved_into_place_is_taken_with_all_in_it(
    root, tmp_path, desk, watching, hints
):
    """The system tells of the folder only."""
    watch = await watching()
    await hints(watch)
    prepared = tmp_path / "prepared"
    (prepared / "deep").mkdir(parents=True)
    for number in range(20):
        (prepared / "deep" / f"{number}.ipa").write_bytes(ipa(build=str(number)))
    prepared.rename(root / "here")
    await still(desk, 20)


async def test_a_folder_that_is_missing_is_waited_for(root, desk, watching):
    root.rmdir()
    watch = await watching(wait=FolderState.MISSING)
    assert "cannot be read" in watch.condition.reason
    root.mkdir()
    (root / "app.apk").write_bytes(WHOLE)
    await wait_for(lambda: watch.condition.state is FolderState.WATCHING)
    await still(desk, 1)


async def test_a_folder_that_is_made_anew_is_watched_on(root, desk, watching, hints):
    """The hints of the old one would stay silent for ever."""
    watch = await watching()
    await hints(watch)
    root.rmdir()
    await asyncio.sleep(0.1)
    root.mkdir()
    (root / "app.apk").write_bytes(WHOLE)
    await still(desk, 1)
    await hints(watch)
    (root / "later.apk").write_bytes(WHOLE)
    await still(desk, 2)


async def test_only_what_the_glob_names_is_taken(root, desk, watching):
    for name in ("app-release.apk", "app-debug.apk", "deep/x-release.apk", "tool-release.zip"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(WHOLE)
    await watching(glob="*-release.*")
    await still(desk, 3)
    assert desk.names == [b"app-release.apk", b"tool-release.zip", b"x-release.apk"]


async def test_temporary_and_hidden_names_are_never_taken(root, desk, watching):
    for name in ("a.apk.tmp", "b.apk.part", "c.apk.crdownload", ".d.apk", "e.apk~", "f.txt"):
        (root / name).write_bytes(WHOLE)
    (root / "real.apk").write_bytes(WHOLE)
    await watching()
    await still(desk, 1)
    assert desk.names == [b"real.apk"]


async def test_what_is_no_file_is_passed_over(root, desk, watching):
    """A pipe, a folder, a link out of the tree, an empty file: nothing waits or breaks."""
    os.mkfifo(root / "pipe.apk")
    (root / "folder.apk").mkdir()
    (root / "loop").symlink_to(root)
    (root / "link.apk").symlink_to(SAMPLE_APK)
    (root / "empty.apk").touch()
    (root / "real.ipa").write_bytes(SAMPLE_IPA.read_bytes())
    watch = await watching()
    await still(desk, 1)
    assert desk.names == [b"real.ipa"]
    assert watch.waiting == 0


NAMES = [
    "漢字 かな.apk",
    "🎉👩‍👩‍👧.apk",
    "new\nline.apk",
    "x" * 200 + ".apk",
    "$(rm -rf).apk",
    "a\u202eb.apk",
]


async def test_names_of_every_kind_are_taken(root, desk, watching, hints):
    """Those that were there, and those that a hint names."""
    for name in NAMES:
        (root / name).write_bytes(WHOLE)
    watch = await watching()
    await still(desk, len(NAMES), 0)
    assert sorted(arrival.file_name for arrival in desk.arrivals) == sorted(NAMES)
    await hints(watch)
    for number, name in enumerate(NAMES):
        (root / f"{number}{name}").write_bytes(WHOLE)
    await still(desk, 2 * len(NAMES))


@linux
@pytest.mark.parametrize("when", ["before", "while watching"])
async def test_a_name_that_is_no_text_is_taken(root, desk, watching, hints, when):
    """What cannot be read of it is replaced where people see it."""
    file = root / os.fsdecode(b"caf\xe9.apk")
    path = os.fsencode(file)
    if when == "before":
        file.write_bytes(WHOLE)
    watch = await watching()
    if when == "while watching":
        await hints(watch)
        file.write_bytes(WHOLE)
    await still(desk, 1)
    assert desk.taken == [(path, WHOLE)]
    (arrival,) = desk.arrivals
    assert arrival.file_name == "caf\ufffd.apk"
    assert arrival.seen.path == path
    assert (arrival.file_name + arrival.source).encode()


async def test_a_refused_file_is_asked_about_once(root, desk, watching):
    """Until it changes."""
    desk.errors = [Refused("It is no binary."), Refused("It is damaged.")]
    for name in ("a.apk", "b.apk"):
        (root / name).write_bytes(WHOLE)
    watch = await watching()
    await wait_for(lambda: len(desk.refused) == 2)
    assert {reason for _, reason in desk.refused} == {"It is no binary.", "It is damaged."}
    watch.rescan()
    await asyncio.sleep(2 * QUIET)
    assert (desk.taken, len(desk.refused)) == ([], 2)
    (root / "a.apk").write_bytes(NEXT_APK.read_bytes())
    await still(desk, 1)


@pytest.mark.parametrize(
    "error", [Unavailable("The disk is full."), ValueError("a mistake of ours")]
)
async def test_a_file_that_could_not_be_taken_is_tried_again(
    root, desk, watching, monkeypatch, error
):
    """Whatever went wrong: the reason is shown, and the watch goes on."""
    monkeypatch.setattr(taking_module, "RETRY_SECONDS", 0.2)
    desk.errors = [error]
    (root / "app.apk").write_bytes(WHOLE)
    watch = await watching()
    await wait_for(lambda: str(error).rstrip(".") in watch.condition.reason)
    await still(desk, 1)
    assert desk.refused == []
    await wait_for(lambda: watch.condition.reason == "", 15, "the reason is shown for ever")


async def test_what_fails_again_and_again_is_tried_ever_more_rarely(
    root, desk, watching, monkeypatch
):
    """Each try copies the file; but never more rarely than the folder is scanned."""
    monkeypatch.setattr(taking_module, "RETRY_SECONDS", 0.1)
    desk.errors = [ValueError("a mistake of ours")] * 3
    (root / "app.apk").write_bytes(WHOLE)
    watch = await watching()
    await wait_for(lambda: desk.errors == [])
    taking = watch._taking
    (untaken,) = taking._untaken.values()
    assert untaken.pause == pytest.approx(0.4)
    await still(desk, 1)
    assert taking._longer_pause(b"another") == pytest.approx(0.1)
    taking._untaken[b"another"] = Untaken("", taking_module.MOST_SECONDS)
    assert taking._longer_pause(b"another") == taking_module.MOST_SECONDS


async def test_without_hints_the_scan_finds_what_comes(root, desk, watching, monkeypatch):
    """And the folder says that it has no hints."""

    async def refused(_process, _path):
        return Armed(reason="the system's limit is reached")

    monkeypatch.setattr(hints_module.HintsProcess, "arm", refused)
    monkeypatch.setattr(pace_module, "SCAN_SECONDS", 0.3)
    watch = await watching()
    await wait_for(lambda: "limit is reached" in watch.condition.reason)
    assert watch.condition.state is FolderState.SCANNING
    (root / "app.apk").write_bytes(WHOLE)
    await still(desk, 1)


async def test_many_changes_at_once_make_one_scan(root, desk, watching, hints, monkeypatch):
    """More than one batch has room for."""
    heard = HintsProcess.hear

    async def flooded(process):
        told = await heard(process)
        return Heard(flood=True) if len(told.paths) > 10 else told

    monkeypatch.setattr(hints_module.HintsProcess, "hear", flooded)
    watch = await watching()
    await hints(watch)
    for number in range(60):
        (root / f"{number}.ipa").write_bytes(ipa(build=str(number)))
    await still(desk, 60)


async def test_a_busy_folder_does_not_put_a_finished_file_off(root, desk, watching, hints):
    """A log that grows all the time beside it."""
    watch = await watching()
    await hints(watch)

    async def grow():
        with (root / "log.txt").open("ab", buffering=0) as log:
            while True:
                log.write(b"line\n")
                await asyncio.sleep(0.005)

    growing = asyncio.create_task(grow())
    (root / "app.apk").write_bytes(WHOLE)
    try:
        await wait_for(lambda: len(desk.taken) == 1)
    finally:
        growing.cancel()
        await asyncio.gather(growing, return_exceptions=True)


async def test_a_folder_that_hangs_is_silent_and_goes_on_by_itself(
    root, desk, watching, monkeypatch
):
    """And taking it away waits for nothing."""
    monkeypatch.setattr(root_thread, "SILENT_SECONDS", 0.1)
    monkeypatch.setattr(root_thread, "_GRACE_SECONDS", 0.05)
    go_on, walk = threading.Event(), survey_module.scan

    def hung(*arguments):
        go_on.wait(60)
        return walk(*arguments)

    watch = await watching()
    monkeypatch.setattr(survey_module, "scan", hung)
    (root / "app.apk").write_bytes(WHOLE)
    watch.rescan()
    await wait_for(lambda: watch.condition.state is FolderState.SILENT)
    assert "does not answer" in watch.condition.reason
    another = await watching(wait=FolderState.SILENT)
    go_on.set()
    for one in (watch, another):
        await wait_for(lambda one=one: one.condition.state is FolderState.WATCHING)
    await wait_for(lambda: len(desk.taken) == 2)


async def test_what_waits_says_why(root, desk, watching, monkeypatch):
    """Oldest first; what cannot be read is counted."""
    monkeypatch.setattr(folder_module.ready, "look", looks_by_name)
    for name in ("torn.apk", "secret.apk"):
        (root / name).write_bytes(WHOLE)
    desk.errors = [Unavailable("The disk is full.")]
    (root / "app.apk").write_bytes(WHOLE)
    watch = await watching()

    def whys():
        return {Path(file.path).name: file.why for file in watch.waiting_files()}

    wanted = {
        "torn.apk": "It is not whole: its end is missing.",
        "secret.apk": "It cannot be read: Permission denied.",
        "app.apk": "The disk is full.",
    }
    await wait_for(lambda: whys() == wanted)
    assert (watch.unreadable, watch.waiting) == (1, 3)
    assert {file.size for file in watch.waiting_files()} == {len(WHOLE)}


def looks_by_name(path, *, weak):
    """As a look would find them."""
    if path.endswith(b"secret.apk"):
        raise PermissionError(errno.EACCES, "Permission denied")
    container = Container.OPEN if path.endswith(b"torn.apk") else Container.CLOSED
    return Look(Signature.of(os.lstat(path)), Lease.FREE, container)


async def test_what_is_gone_for_long_is_forgotten(root, desk, watching, monkeypatch):
    monkeypatch.setattr(departed_module, "GONE_SECONDS", 0.0)
    path = root / "app.apk"
    path.write_bytes(WHOLE)
    watch = await watching()
    await still(desk, 1, 0)
    await wait_for(lambda: watch._taking.known() != {})
    path.unlink()
    watch.rescan()
    await wait_for(lambda: desk.forgotten == [os.fsencode(path)])
    assert watch._taking.known() == {}
