"""What can be done to a version, and what cannot."""

import asyncio

import pytest
from shipway_client.errors import NotFound, Refused, WrongUsage
from shipway_client.wire import (
    ChangeProfile,
    ChangeVersion,
    CreateProfile,
    Duplicates,
    VersionState,
)
from shipway_daemon.catalog import profiles, versions
from shipway_daemon.catalog.tables import blobs as blob_rows
from shipway_daemon.events import history
from shipway_daemon.filing import profiles as profile_filing
from shipway_daemon.filing import versions as filing
from shipway_daemon.filing.collecting import collect
from shipway_plugins.words import Signing, SigningState
from sqlalchemy import select
from support.versions import add, inspection

PAST, FUTURE = "2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"


def signed(expires, **more):
    return inspection(signing=Signing(state=SigningState.VALID, expires=expires), **more)


@pytest.fixture
async def profile(database):
    """A profile with three ready versions."""

    def three(tx):
        made = [add(tx, inspection(build=str(number))) for number in (1, 2, 3)]
        return made[0].profile

    return await database.write(three)


@pytest.fixture
def act(database):
    """Do something to a version as a person would."""

    def do(action, profile, number, *more):
        return database.write(lambda tx: action(tx, profile, number, *more, "me"))

    return do


@pytest.fixture
def current(database, profile):
    """Read which version is the profile's current candidate."""

    async def read():
        found = await database.read(lambda tx: versions.page(tx, None, None, None, 50))
        marked = [version.number for version in found if version.current]
        told = (await database.read(lambda tx: profiles.read(tx, profile))).candidate
        assert marked == ([told] if told is not None else [])
        return told

    return read


async def test_the_newest_mark_is_the_current_candidate(act, profile, current):
    """Taking it away makes the mark before it current again."""
    assert await current() is None
    for number in (2, 3, 1):
        marked = await act(filing.mark_candidate, profile, number)
        assert (marked.candidate, marked.current) == (True, True)
        assert await current() == number
    for number, before in ((1, 3), (2, 3), (3, None)):
        unmarked = await act(filing.unmark_candidate, profile, number)
        assert (unmarked.candidate, unmarked.current) == (False, False)
        assert await current() == before


async def test_an_earlier_candidate_becomes_current_by_marking_it_again(act, profile, current):
    for number in (1, 2, 1):
        await act(filing.mark_candidate, profile, number)
    assert await current() == 1


async def test_marking_twice_tells_it_once(database, act, profile):
    for _ in range(2):
        await act(filing.mark_candidate, profile, 2)
    for _ in range(2):
        await act(filing.unmark_candidate, profile, 2)
    kinds = [
        event.kind for event in await database.read(lambda tx: history.page(tx, None, None, 3))
    ]
    assert kinds[:2] == ["version.candidate-unmarked", "version.candidate-marked"]
    assert kinds[2] == "version.added"


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (inspection(version=None, build="9"), VersionState.INCOMPLETE),
        (inspection("com.other", build="9"), VersionState.MISMATCHED),
        (signed(PAST, build="9"), VersionState.EXPIRED),
    ],
)
async def test_only_a_ready_version_is_marked(database, act, profile, found, state):
    version = await database.write(lambda tx: add(tx, found, profile=profile))
    assert version.state is state
    with pytest.raises(Refused, match=f"{version.address} cannot be a candidate"):
        await act(filing.mark_candidate, profile, version.number)


async def test_a_signature_expires_while_it_lies_here(database, act, monkeypatch):
    """Nobody has to look at the version for that."""
    version = await database.write(lambda tx: add(tx, signed("2030-01-01T00:00:00Z")))
    assert version.state is VersionState.READY
    for module in ("catalog.versions", "filing.versions"):
        monkeypatch.setattr(f"shipway_daemon.{module}.now", lambda: "2030-01-01T00:00:01.000Z")
    seen = await database.read(lambda tx: versions.read(tx, version.profile, 1))
    assert seen.state is VersionState.EXPIRED
    with pytest.raises(Refused, match="its signature has expired"):
        await act(filing.mark_candidate, version.profile, 1)


async def test_a_rejection_is_final(act, profile, current):
    """The version loses its mark, is shown with the message, and is never a candidate again."""
    await act(filing.mark_candidate, profile, 1)
    await act(filing.mark_candidate, profile, 2)
    rejected = await act(filing.reject, profile, 2, " It crashes. ")
    assert (rejected.state, rejected.rejected) == (VersionState.REJECTED, "It crashes.")
    assert (rejected.candidate, await current()) == (False, 1)
    with pytest.raises(Refused, match="it was rejected"):
        await act(filing.mark_candidate, profile, 2)
    with pytest.raises(Refused, match=r"rejected already: It crashes\."):
        await act(filing.reject, profile, 2, "Again")
    with pytest.raises(WrongUsage, match="needs a message"):
        await act(filing.reject, profile, 1, "  ")


async def test_a_rejected_version_stays_rejected_when_it_is_changed(database, act):
    version = await database.write(lambda tx: add(tx, inspection(build=None)))
    await act(filing.reject, version.profile, 1, "No")
    changed = await act(filing.change, version.profile, 1, ChangeVersion(build="5", notes="Why"))
    assert (changed.state, changed.notes) == (VersionState.REJECTED, "Why")


async def test_notes_are_always_editable(act, profile):
    """Of every version, candidate or not; up to 25,000 characters."""
    await act(filing.reject, profile, 2, "No")
    for number in (1, 2):
        notes = "漢" * 25_000
        assert (
            await act(filing.change, profile, number, ChangeVersion(notes=notes))
        ).notes == notes
        assert (await act(filing.change, profile, number, ChangeVersion(notes=""))).notes == ""
    with pytest.raises(WrongUsage, match="25,001"):
        await act(filing.change, profile, 1, ChangeVersion(notes="x" * 25_001))


async def test_what_was_read_is_immutable(act, profile):
    """What is there may be said again; nothing is changed in part."""
    for change in (ChangeVersion(version="2.0", notes="x"), ChangeVersion(build="99")):
        with pytest.raises(Refused, match="cannot be changed"):
            await act(filing.change, profile, 1, change)
    same = await act(filing.change, profile, 1, ChangeVersion(version="1.0", build="1"))
    assert (same.version, same.build, same.notes) == ("1.0", "1", "")


async def test_what_could_not_be_read_is_given_once(database, act):
    """With it, the version is ready, and says no more that something is missing."""
    version = await database.write(lambda tx: add(tx, inspection(version=None, build=None)))
    assert version.state is VersionState.INCOMPLETE
    assert [finding.rule for finding in version.findings] == ["incomplete"]
    half = await act(filing.change, version.profile, 1, ChangeVersion(version="3.1"))
    assert (half.state, half.version) == (VersionState.INCOMPLETE, "3.1")
    (missing,) = half.findings
    assert missing.sentence == "The build number could not be read."
    whole = await act(filing.change, version.profile, 1, ChangeVersion(build="31"))
    assert (whole.state, whole.build) == (VersionState.READY, "31")
    assert whole.findings == []
    with pytest.raises(Refused, match="is 31 and cannot be changed"):
        await act(filing.change, version.profile, 1, ChangeVersion(build="32"))
    assert (await act(filing.mark_candidate, version.profile, 1)).current


@pytest.mark.parametrize("text", ["", " ", " 1", "1\n", "1\n2", "\x1b[31m7", "x" * 101])
async def test_what_is_no_number_is_refused(database, act, text):
    version = await database.write(lambda tx: add(tx, inspection(build=None)))
    with pytest.raises(WrongUsage, match="is no build number"):
        await act(filing.change, version.profile, 1, ChangeVersion(build=text))


async def test_a_given_number_that_another_version_has_is_a_duplicate(database, act, profile):
    """Noticed, or refused where the profile says so: the way a number came does not matter."""
    found = inspection(version="1.0", build=None)
    late = await database.write(lambda tx: add(tx, found))
    noticed = await act(filing.change, profile, late.number, ChangeVersion(build="2"))
    assert [finding.rule for finding in noticed.findings] == ["duplicate-build"]
    assert noticed.state is VersionState.READY

    later = await database.write(lambda tx: add(tx, found, salt="other"))
    refuse = ChangeProfile(duplicates=Duplicates.REFUSE)
    await database.write(lambda tx: profile_filing.change(tx, profile, refuse, "me"))
    with pytest.raises(Refused, match=r"has version 1\.0 and build 2 already"):
        await act(filing.change, profile, later.number, ChangeVersion(build="2"))
    free = await act(filing.change, profile, later.number, ChangeVersion(build="20"))
    assert free.state is VersionState.READY


async def test_a_candidate_is_not_deleted(act, profile):
    await act(filing.mark_candidate, profile, 2)
    with pytest.raises(Refused, match="is a candidate and cannot be deleted"):
        await act(filing.delete, profile, 2)
    await act(filing.unmark_candidate, profile, 2)
    await act(filing.delete, profile, 2)
    with pytest.raises(NotFound, match=f"There is no version {profile}@2"):
        await act(filing.delete, profile, 2)


async def test_a_number_is_never_given_again(database, act, profile):
    """Not even that of the newest version when it was deleted."""
    for number in (2, 3):
        await act(filing.delete, profile, number)
    again = await database.write(lambda tx: add(tx, inspection(build="3")))
    assert again.number == 4


async def test_the_bytes_go_when_nothing_names_them(database, blobs, act):
    """Two profiles may hold the same bytes."""

    one = await database.write(add)

    def second(tx):
        request = CreateProfile(name="second", channel="android-phone", owner="o")
        profile_filing.create(tx, request, "me")
        return add(tx, profile="o/second")

    two = await database.write(second)
    assert one.sha256 == two.sha256
    path = blobs.path(one.sha256)
    path.write_bytes(b"the bytes")

    await collect(database, blobs, [await act(filing.delete, one.profile, 1)])
    assert path.exists()
    await collect(database, blobs, [await act(filing.delete, two.profile, 1)])
    assert not path.exists()
    assert (await database.read(lambda tx: tx.execute(select(blob_rows)).all())) == []


async def test_a_deletion_that_fails_keeps_the_bytes(database, blobs, profile):
    """They are unlinked by a transaction that begins when the deletion is committed."""
    version = await database.read(lambda tx: versions.read(tx, profile, 1))
    blobs.path(version.sha256).write_bytes(b"the bytes")

    def fails(tx):
        filing.delete(tx, profile, 1, "me")
        raise RuntimeError("the disk broke at the commit")

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert (await database.read(lambda tx: versions.read(tx, profile, 1))) == version
    assert blobs.path(version.sha256).exists()


async def test_bytes_that_are_on_their_way_in_again_are_not_collected(database, blobs):
    """Whoever puts them into the store holds their digest until a version names them."""
    version = await database.write(add)
    path = blobs.path(version.sha256)
    path.write_bytes(b"the bytes")
    async with blobs.hold(version.sha256):
        digest = await database.write(lambda tx: filing.delete(tx, version.profile, 1, "me"))
        collecting = asyncio.create_task(collect(database, blobs, [digest]))
        await asyncio.sleep(0.05)
        assert path.exists()
        await database.write(add)
    await collecting
    assert path.exists()
