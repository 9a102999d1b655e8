"""Uploads: what is told to be there is there, and what is taken in is what was sent."""

import asyncio
import errno
import hashlib
import os
from datetime import timedelta

import pytest
from shipway_client.errors import Busy, Gone, NotFound, Refused, Stalled, Unavailable, WrongUsage
from shipway_client.wire import CreateUpload, UploadState
from shipway_client.wire.queries import UPLOADS
from shipway_daemon.blobs import receiving as parts
from shipway_daemon.blobs import store
from shipway_daemon.catalog import versions
from shipway_daemon.events import history
from shipway_daemon.filing import versions as filing
from shipway_daemon.intake import receiving
from shipway_daemon.rules import uploads as rules
from support.asking import asked
from support.binaries import SAMPLE_APK, ipa
from support.clocks import TurnedClock
from support.waiting import wait_for

CONTENT = SAMPLE_APK.read_bytes()
SIZE = len(CONTENT)
DIGEST = hashlib.sha256(CONTENT).hexdigest()
HALF = SIZE // 2


class Bytes:
    """A source of these bytes, `step` at a time, which then ends or breaks off."""

    def __init__(self, content, step=1000, broken=None):
        self._left = content
        self._step = step
        self._broken = broken

    async def read(self, count, /):
        piece, self._left = self._left[: min(count, self._step)], self._left[self._step :]
        if not piece and self._broken is not None:
            raise self._broken
        return piece


class Stuck:
    """A source that gives these bytes, and then nothing at all."""

    def __init__(self, content):
        self._left = content
        self.asked_again = asyncio.Event()

    async def read(self, count, /):
        piece, self._left = self._left[:count], self._left[count:]
        if not piece:
            self.asked_again.set()
            await asyncio.sleep(3600)
        return piece


def wanted(content=CONTENT, name="a.apk", **said):
    return CreateUpload(file_name=name, size=len(content), **said)


@pytest.fixture
def begin(uploads):
    """Begin an upload, and send this much of it."""

    async def make(content=CONTENT, sent=None, **said):
        upload, _ = await uploads.create(wanted(content, **said), "me")
        if sent is not None:
            await uploads.receive(upload.id, 0, None, Bytes(content[:sent]))
        return upload.id

    return make


@pytest.fixture
def lying(locations):
    """The names of all files of uploads and of blobs; nothing may lie in staging."""

    def look():
        assert list(locations.staging.iterdir()) == []
        blobs = sorted(path.name for path in locations.blobs.glob("*/*"))
        return sorted(path.stem for path in locations.uploads.iterdir()), blobs

    return look


@pytest.fixture
def told(database):
    """The kinds of the events about uploads and versions, in order."""

    async def read():
        events = await database.read(lambda tx: history.since(tx, 0, 100))
        return [line.kind for line in events if line.kind.startswith(("upload.", "version."))]

    return read


async def test_pieces_become_a_version_with_all_that_was_said(uploads, begin, lying, told):
    upload = await begin(notes="Grüße", candidate=True, sha256=DIGEST)
    assert await uploads.receive(upload, 0, HALF, Bytes(CONTENT[:HALF])) == HALF
    assert (await uploads.show(upload)).offset == HALF
    assert await uploads.receive(upload, HALF, None, Bytes(CONTENT[HALF:])) == SIZE
    made = await uploads.commit(upload, DIGEST)
    assert made.created
    assert (made.version.sha256, made.version.notes, made.version.current) == (
        DIGEST,
        "Grüße",
        True,
    )
    assert lying() == ([], [DIGEST])
    assert await told() == ["upload.created", "version.added", "version.candidate-marked"]


async def test_a_commit_that_is_repeated_answers_the_same(uploads, uploads_of, begin, database):
    """Also two at once, and after a restart; a version that was deleted since is gone."""
    upload = await begin(sent=SIZE)
    first, second = await asyncio.gather(
        uploads.commit(upload, DIGEST), uploads.commit(upload, DIGEST)
    )
    assert first == second == await (await uploads_of()).commit(upload, DIGEST)
    shown = await uploads.show(upload)
    assert (shown.state, shown.result) == (UploadState.DONE, first)
    with pytest.raises(Refused, match="is done"):
        await uploads.receive(upload, SIZE, 0, Bytes(b""))
    await database.write(lambda tx: filing.delete(tx, first.version.profile, 1, "me"))
    with pytest.raises(Gone):
        await uploads.commit(upload, DIGEST)


async def test_what_came_before_a_break_is_kept(uploads, begin):
    """And is what is told, to the byte, whichever way it broke off."""
    upload = await begin()
    broken = Unavailable("The connection broke off.")
    with pytest.raises(Unavailable, match="broke off"):
        await uploads.receive(upload, 0, SIZE, Bytes(CONTENT[:777], broken=broken))
    assert (await uploads.show(upload)).offset == 777
    source = Stuck(CONTENT[777:1777])
    sending = asyncio.create_task(uploads.receive(upload, 777, None, source))
    await source.asked_again.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert (await uploads.show(upload)).offset == 1777
    await uploads.receive(upload, 1777, None, Bytes(CONTENT[1777:]))
    assert (await uploads.commit(upload, DIGEST)).created


async def test_a_source_that_says_nothing_is_let_go(uploads, begin, monkeypatch):
    monkeypatch.setattr(receiving, "_IDLE_SECONDS", 0.01)
    upload = await begin()
    with pytest.raises(Stalled, match="No byte"):
        await uploads.receive(upload, 0, None, Stuck(CONTENT[:10]))
    assert (await uploads.show(upload)).offset == 10


async def test_a_second_writer_is_told_that_there_is_one(uploads, begin):
    upload = await begin()
    source = Stuck(CONTENT[:10])
    sending = asyncio.create_task(uploads.receive(upload, 0, None, source))
    await source.asked_again.wait()
    for work in (
        uploads.receive(upload, 0, None, Bytes(CONTENT)),
        uploads.commit(upload, DIGEST),
        uploads.cancel(upload, "me"),
    ):
        with pytest.raises(Busy, match="Somebody else is sending"):
            await work
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await uploads.receive(upload, 10, None, Bytes(CONTENT[10:]))


async def test_bytes_come_where_the_upload_goes_on_and_no_more_than_it_has(uploads, begin):
    upload = await begin(sent=100)
    for offset, count, sentence in (
        (99, None, "at byte 100, not 99"),
        (101, 1, "at byte 100, not 101"),
        (100, SIZE, "more than"),
    ):
        with pytest.raises(Refused, match=sentence):
            await uploads.receive(upload, offset, count, Bytes(b"x"))
    with pytest.raises(Refused, match="More bytes came"):
        await uploads.receive(upload, 100, None, Bytes(CONTENT))
    with pytest.raises(Refused, match="are missing"):
        await uploads.commit(upload, DIGEST)


async def test_a_restart_goes_on_where_it_was(uploads_of, begin, lying):
    """The hash is made again of what lies there; what has no row goes, and what has no file."""
    upload, lost = await begin(sent=HALF), await begin(sent=5)
    (folder,) = {path.parent for path in [(await uploads_of())._sessions.path(upload)]}
    (folder / "nobodys.part").write_bytes(b"x")
    (folder / f"{lost}.part").unlink()
    again = await uploads_of()
    assert lying() == ([upload], [])
    with pytest.raises(NotFound):
        await again.show(lost)
    assert (await again.show(upload)).offset == HALF
    await again.receive(upload, HALF, None, Bytes(CONTENT[HALF:]))
    assert (await (await uploads_of()).commit(upload, DIGEST)).created
    assert lying() == ([], [DIGEST])


async def test_other_bytes_than_were_sent_are_thrown_away(uploads, begin, lying, told):
    wrong = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    upload = await begin(wrong, sent=SIZE)
    with pytest.raises(Refused, match="are not those that were sent"):
        await uploads.commit(upload, DIGEST)
    assert (await uploads.show(upload)).offset == 0
    assert lying() == ([upload], [])
    assert await told() == ["upload.created"]
    await uploads.receive(upload, 0, SIZE, Bytes(CONTENT))
    assert (await uploads.commit(upload, DIGEST)).created


async def test_a_commit_must_name_the_digest_that_the_upload_began_with(uploads, begin):
    """A client that does not know what it sends has sent nothing wrong yet."""
    upload = await begin(sent=SIZE, sha256=DIGEST)
    with pytest.raises(Refused, match="was to have the digest"):
        await uploads.commit(upload, "0" * 64)
    assert (await uploads.commit(upload, DIGEST)).created


async def test_what_is_no_binary_stays_until_somebody_cancels(uploads, begin, lying):
    content = b"no binary at all\n" * 90
    upload = await begin(content, sent=len(content), name="text.apk")
    for _ in range(2):
        with pytest.raises(Refused, match=r"text\.apk"):
            await uploads.commit(upload, hashlib.sha256(content).hexdigest())
    assert lying() == ([upload], [])
    await uploads.cancel(upload, "me")
    assert lying() == ([], [])
    with pytest.raises(NotFound):
        await uploads.show(upload)


async def test_an_upload_that_is_refused_harms_no_version_of_the_same_bytes(
    uploads, begin, blobs, database
):
    """Both names may be of one file: begun anew, the upload gets another one."""
    made = await uploads.commit(await begin(sent=SIZE), DIGEST)
    other = await uploads.commit(
        await begin(ipa(), sent=len(ipa()), name="b.ipa"), hashlib.sha256(ipa()).hexdigest()
    )
    upload = await begin(sent=SIZE, profile=other.version.profile)
    with pytest.raises(Refused, match="The binary is for android"):
        await uploads.commit(upload, DIGEST)
    with pytest.raises(Refused, match="are not those that were sent"):
        await uploads.commit(upload, "0" * 64)
    await uploads.receive(upload, 0, None, Bytes(b"\0" * SIZE))
    assert blobs.path(made.version.sha256).read_bytes() == CONTENT


async def test_a_file_system_that_knows_one_name_only_gets_a_copy(
    uploads, begin, lying, monkeypatch
):
    def no_links(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(store, "_lend", no_links)
    assert (await uploads.commit(await begin(sent=SIZE), DIGEST)).created
    assert lying() == ([], [DIGEST])


async def test_the_same_key_goes_on_with_the_same_upload(uploads):
    """As long as it is open, and of the same file."""
    first, new = await uploads.create(wanted(key="k"), "me")
    again, newer = await uploads.create(wanted(key="k"), "me")
    assert (first.id, new, newer) == (again.id, True, False)
    with pytest.raises(Refused, match="Another upload has this key"):
        await uploads.create(wanted(key="k", name="b.apk"), "me")
    await uploads.receive(first.id, 0, None, Bytes(CONTENT))
    await uploads.commit(first.id, DIGEST)
    other, new = await uploads.create(wanted(key="k"), "me")
    assert (other.id != first.id, new, other.offset) == (True, True, 0)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"name": "../a.apk"}, WrongUsage),
        ({"name": ""}, WrongUsage),
        ({"name": "ä" * 128}, WrongUsage),
        ({"content": b""}, WrongUsage),
        ({"sha256": "A" * 64}, WrongUsage),
        ({"key": ""}, WrongUsage),
        ({"channel": "toaster"}, WrongUsage),
        ({"build_number": " 1"}, WrongUsage),
        ({"profile": "nobody/nothing"}, NotFound),
    ],
)
async def test_what_cannot_be_is_refused_before_a_byte_comes(uploads, lying, said, error):
    with pytest.raises(error):
        await uploads.create(wanted(**said), "me")
    assert lying() == ([], [])


async def test_only_so_many_are_open_at_once(uploads, begin, monkeypatch):
    monkeypatch.setattr(rules, "MAX_OPEN", 1)
    await begin()
    with pytest.raises(Unavailable, match="1 uploads are open"):
        await begin()


async def test_what_nobody_goes_on_with_expires_after_a_day(uploads_of, lying, told, database):
    """A day after the last byte; what is done is forgotten without a word."""
    clock = TurnedClock()
    uploads = await uploads_of(clock)
    open_, _ = await uploads.create(wanted(), "me")
    done, _ = await uploads.create(wanted(), "me")
    await uploads.receive(done.id, 0, None, Bytes(CONTENT))
    made = await uploads.commit(done.id, DIGEST)
    clock.go_by(timedelta(hours=23).total_seconds())
    await uploads.receive(open_.id, 0, None, Bytes(CONTENT[:9]))
    clock.go_by(timedelta(hours=23).total_seconds())
    await uploads.expire()
    with pytest.raises(NotFound):
        await uploads.show(done.id)
    assert lying() == ([open_.id], [DIGEST])
    clock.go_by(timedelta(hours=2).total_seconds())
    await uploads.expire()
    assert lying() == ([], [DIGEST])
    assert (await told())[-2:] == ["version.added", "upload.expired"]
    assert await database.read(lambda tx: versions.read_id(tx, made.version.id))


@pytest.mark.parametrize(("owner", "call"), [(parts, "sync_data"), (os, "pwrite")])
async def test_a_disk_that_fails_takes_back_what_is_not_safe(
    uploads, begin, monkeypatch, owner, call
):
    """Where a sync failed, only what was synced before is believed; and it can go on."""
    upload = await begin(sent=100)

    def fails(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch, pytest.raises(Unavailable, match="Input/output"):
        patch.setattr(owner, call, fails)
        await uploads.receive(upload, 100, None, Bytes(CONTENT[100:]))
    assert (await uploads.show(upload)).offset == 100
    await uploads.receive(upload, 100, None, Bytes(CONTENT[100:]))
    assert (await uploads.commit(upload, DIGEST)).created


async def test_a_disk_that_is_nearly_full_is_told_with_figures(uploads, begin, monkeypatch):
    """At the beginning, and while bytes come; what came until then stays."""
    monkeypatch.setattr(receiving, "_BATCH", 1000)
    monkeypatch.setattr(receiving, "_SYNC_STEP", 2000)
    upload = await begin()
    free = [SIZE + 500]
    full = type("Usage", (), {"total": 10_000, "free": property(lambda _: free[0])})()
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    assert await begin()
    free[0] -= 1
    with pytest.raises(Unavailable, match=r"more would leave less than the 0\.0 MB"):
        await begin()
    free[0] = 500
    with pytest.raises(Unavailable, match="disk of the home"):
        await uploads.receive(upload, 0, None, Bytes(CONTENT))
    assert 2000 <= (await uploads.show(upload)).offset < SIZE


async def test_progress_is_told_while_bytes_come(uploads, begin, board, monkeypatch):
    seen = []
    set_ingest = board.set_ingest
    monkeypatch.setattr(board, "set_ingest", lambda line: (seen.append(line), set_ingest(line)))
    upload = await begin(sent=SIZE)
    last = seen[-1]
    assert (last.source, last.file_name) == (f"upload:{upload}", "a.apk")
    assert (last.progress.done, last.progress.total) == (SIZE, SIZE)
    assert board.after(0) == []


async def test_a_commit_that_is_cancelled_can_be_asked_again(
    uploads, begin, lying, inspector, monkeypatch
):
    stuck = asyncio.Event()

    async def identify(*_):
        stuck.set()
        await asyncio.sleep(60)

    upload = await begin(sent=SIZE)
    with monkeypatch.context() as patch:
        patch.setattr(inspector, "identify", identify)
        committing = asyncio.create_task(uploads.commit(upload, DIGEST))
        await stuck.wait()
        assert (await uploads.show(upload)).state is UploadState.INGESTING
        committing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await committing
    assert lying() == ([upload], [])
    assert (await uploads.commit(upload, DIGEST)).created


async def test_only_a_few_hash_at_once(uploads, begin, monkeypatch):
    """The others wait with one full batch each."""
    inside, most = 0, 0
    append = parts.Part.append

    def counted(self, data):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        append(self, data)
        inside -= 1

    monkeypatch.setattr(parts.Part, "append", counted)
    ids = [await begin() for _ in range(12)]
    await asyncio.gather(*(uploads.receive(one, 0, None, Bytes(CONTENT)) for one in ids))
    assert 1 <= most <= receiving._HASHING
    shown = (await uploads.page(asked(UPLOADS))).items
    assert [one.id for one in shown] == ids[::-1]
    assert {one.offset for one in shown} == {SIZE}
    await wait_for(lambda: inside == 0)
