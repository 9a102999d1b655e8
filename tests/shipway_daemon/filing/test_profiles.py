"""What can be done to profiles, and what cannot."""

import pytest
from shipway_client.errors import NotFound, Refused, WrongUsage
from shipway_client.wire import ChangeProfile, CreateProfile, Duplicates, Mismatch
from shipway_daemon.catalog import owners, profiles, versions
from shipway_daemon.events import history
from shipway_daemon.filing import profiles as filing
from shipway_daemon.rules.names import default_owner
from shipway_plugins.words import Severity
from support.versions import add, inspection


def wanted(name="app", channel="android-phone", **more):
    return CreateProfile(name=name, channel=channel, owner="owner", **more)


def create(request, actor="me"):
    return lambda tx: filing.create(tx, request, actor)


async def test_a_profile_is_made_with_its_app_and_an_event(database):
    made = await database.write(create(wanted(identifier="com.a")))
    assert (made.address, made.owner, made.name) == ("owner/app", "owner", "app")
    assert (made.app, made.channel, made.identifier) == ("owner/app", "android-phone", "com.a")
    assert (made.candidate, made.latest) == (None, None)
    (event,) = await database.read(lambda tx: history.since(tx, 0, 9))
    assert (event.kind, event.subject, event.actor) == ("profile.created", "owner/app", "me")


async def test_without_an_owner_it_is_the_default_owners(database):
    made = await database.write(create(CreateProfile(name="app", channel="custom")))
    assert made.owner == default_owner()


async def test_profiles_of_one_app_are_shown_together(database):
    def both(tx):
        filing.create(tx, wanted("one", app="product"), "me")
        filing.create(tx, wanted("two", "ios-phone", app="owner/product"), "me")
        return owners.apps_page(tx, None, 9)

    (app,) = await database.write(both)
    assert (app.address, app.profiles) == ("owner/product", ["owner/one", "owner/two"])


async def test_a_name_is_unique_over_all_platforms(database):
    """Also for a rename; and another owner has names of its own."""
    await database.write(create(wanted()))
    await database.write(create(wanted("other")))
    with pytest.raises(Refused, match="There is a profile owner/app already") as refused:
        await database.write(create(wanted(channel="ios-phone")))
    assert "over all platforms" in refused.value.hint
    with pytest.raises(Refused, match="owner/app already"):
        await database.write(
            lambda tx: filing.change(tx, "owner/other", ChangeProfile(name="app"), "me")
        )
    await database.write(create(CreateProfile(name="app", channel="custom", owner="somebody")))


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (wanted("a/b"), "name of a profile"),
        (wanted(channel="Phone"), "no channel"),
        (wanted(app="owner/"), "name of an app"),
        (wanted(identifier=""), "no identifier"),
        (wanted(identifier="com a"), "no identifier"),
        (wanted(identifier="com.a\n"), "no identifier"),
        (wanted(identifier="x" * 256), "no identifier"),
        (CreateProfile(name="a", channel="custom", owner="a/b"), "name of an owner"),
    ],
)
async def test_what_makes_no_sense_makes_no_profile(database, request_, sentence):
    with pytest.raises(WrongUsage, match=sentence):
        await database.write(create(request_))
    assert await database.read(history.last) == 0


async def test_a_rename_keeps_everything(database):
    """Its id, its versions and their numbers, its identifier, its settings."""

    def work(tx):
        version = add(tx)
        before = profiles.read(tx, version.profile)
        after = filing.change(tx, version.profile, ChangeProfile(name="Better"), "me")
        moved = versions.read(tx, after.address, 1)
        return before, after, moved

    before, after, moved = await database.write(work)
    assert after.address == f"{before.owner}/Better"
    assert (after.id, after.identifier, after.app) == (before.id, before.identifier, before.app)
    assert moved.address == f"{after.address}@1"
    last = (await database.read(lambda tx: history.page(tx, None, None, 1)))[0]
    assert (last.kind, last.subject) == ("profile.renamed", before.address)
    assert last.data == {"address": after.address}
    with pytest.raises(NotFound):
        await database.read(lambda tx: profiles.read(tx, before.address))


async def test_settings_change_one_by_one(database):
    """What is not named stays; what is refused changes nothing."""
    await database.write(create(wanted()))

    def change(**what):
        return database.write(
            lambda tx: filing.change(tx, "owner/app", ChangeProfile(**what), "me")
        )

    await change(duplicates=Duplicates.REFUSE)
    await change(mismatch=Mismatch.REFUSE)
    changed = await change(require_newer_build=Severity.ERROR)
    assert changed.settings.duplicates is Duplicates.REFUSE
    assert changed.settings.mismatch is Mismatch.REFUSE
    assert changed.settings.require_newer_build is Severity.ERROR
    assert (await change(require_newer_build=None)).settings.require_newer_build is None
    changed = await change(require_newer_build=Severity.ERROR)
    seq = await database.read(history.last)
    assert await change() == changed
    assert await change(name="app") == changed
    assert await database.read(history.last) == seq


async def test_an_identifier_is_adopted_once_and_never_changes(database):
    """From the first binary that has one."""

    def work(tx):
        filing.create(tx, wanted(), "me")
        add(tx, inspection(None, build="1"), profile="owner/app")
        none = profiles.read(tx, "owner/app").identifier
        add(tx, inspection("com.first", build="2"), profile="owner/app")
        first = profiles.read(tx, "owner/app").identifier
        other = add(tx, inspection("com.second", build="3"), profile="owner/app")
        return none, first, profiles.read(tx, "owner/app").identifier, other

    none, first, still, other = await database.write(work)
    assert (none, first, still) == (None, "com.first", "com.first")
    assert other.state == "mismatched"


async def test_a_refused_binary_gives_no_identifier(database):
    def work(tx):
        filing.create(tx, wanted(channel="ios-phone"), "me")
        add(tx, profile="owner/app")

    with pytest.raises(Refused, match="The binary is for android"):
        await database.write(work)


async def test_a_profile_with_versions_is_deleted_on_confirmation_only(database, blobs):
    """Its versions go with it, and their bytes."""
    version = await database.write(add)
    blobs.path(version.sha256).write_bytes(b"the bytes")

    def delete(confirm):
        return database.write(lambda tx: filing.delete(tx, version.profile, confirm, "me"))

    for confirm in (None, "", "yes", version.address, version.profile.upper()):
        with pytest.raises(WrongUsage, match="has versions, which would be deleted") as refused:
            await delete(confirm)
        assert version.profile in refused.value.hint
    released = await delete(version.profile)

    assert released == [version.sha256]
    with pytest.raises(NotFound):
        await database.read(lambda tx: profiles.read(tx, version.profile))
    last = (await database.read(lambda tx: history.page(tx, None, None, 1)))[0]
    assert (last.kind, last.data) == ("profile.deleted", {"versions": 1})


async def test_an_empty_profile_is_deleted_without_asking(database):
    await database.write(create(wanted()))
    assert await database.write(lambda tx: filing.delete(tx, "owner/app", None, "me")) == []
    with pytest.raises(NotFound):
        await database.write(lambda tx: filing.delete(tx, "owner/app", None, "me"))


async def test_a_profile_made_anew_under_a_deleted_ones_name_is_another(database):
    def work(tx):
        first = filing.create(tx, wanted(), "me")
        filing.delete(tx, "owner/app", None, "me")
        return first.id, filing.create(tx, wanted(), "me").id

    first, second = await database.write(work)
    assert second > first
