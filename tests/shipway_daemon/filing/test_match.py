"""Which profile a binary belongs to, and which is made for it."""

import pytest
from shipway_client.errors import NotFound
from shipway_client.wire import CreateProfile, UnknownBinary
from shipway_daemon.catalog import owners, profiles
from shipway_daemon.events import history
from shipway_daemon.filing import profiles as filing
from shipway_daemon.filing.match import Unmatched, Wanted
from shipway_daemon.rules.names import default_owner
from shipway_plugins.words import Inspection, Platform
from support.versions import add, inspection

ME = default_owner()


def ios(identifier="com.example.app", name="Example", families=("phone", "tablet")):
    return Inspection(
        platform=Platform.IOS,
        format="ipa",
        identifier=identifier,
        name=name,
        version="1.0",
        build="1",
        device_families=list(families),
    )


def filed(*found):
    """File binaries in order; the answer is the address of each one's profile."""

    def work(tx):
        return [add(tx, one).profile for one in found]

    return work


async def test_a_profile_is_made_for_an_unknown_identifier(database):
    version = await database.write(add)
    profile = await database.read(lambda tx: profiles.read(tx, version.profile))
    assert profile.address == f"{ME}/Example"
    assert (profile.identifier, profile.channel) == ("com.example.app", "android-phone")
    assert (profile.app, profile.latest) == (f"{ME}/Example", 1)


async def test_the_next_version_goes_to_the_profile_of_its_identifier(database):
    """Whatever it calls itself by now."""
    one, two = await database.write(filed(inspection(), inspection(name="New name", build="2")))
    assert one == two


async def test_an_apk_and_an_ipa_of_one_name_are_one_app(database):
    """Two profiles, since a name is unique over all platforms."""
    addresses = await database.write(filed(inspection(), ios()))
    assert addresses == [f"{ME}/Example", f"{ME}/Example-ios"]
    (app,) = await database.read(lambda tx: owners.apps_page(tx, None, 9))
    assert (app.address, app.profiles) == (f"{ME}/Example", addresses)


async def test_two_identifiers_of_one_name_are_two_apps(database):
    """On one channel: as a paid and a free edition, or two strangers."""
    found = [inspection(f"com.{number}") for number in range(4)]
    addresses = await database.write(filed(*found))
    assert len(set(addresses)) == 4
    apps = await database.read(lambda tx: owners.apps_page(tx, None, 9))
    assert [app.profiles for app in apps] == [[address] for address in sorted(addresses)]


async def test_a_universal_binary_is_phone_and_tablet_when_asked_for(database):
    def work(tx):
        phone = add(tx, ios())
        tablet = add(tx, ios(), channel="ios-tablet")
        return phone, tablet

    phone, tablet = await database.write(work)
    assert (phone.channel, tablet.channel) == ("ios-phone", "ios-tablet")
    assert phone.profile != tablet.profile


async def test_a_named_profile_takes_the_binary_whatever_it_is(database):
    """It is flagged then; and a name that is not there is said to be not there."""

    def work(tx):
        filing.create(
            tx,
            CreateProfile(name="a", channel="android-phone", owner="o", identifier="com.a"),
            "me",
        )
        return add(tx, profile="o/a")

    version = await database.write(work)
    assert (version.profile, version.state) == ("o/a", "mismatched")
    with pytest.raises(NotFound, match="no profile o/b"):
        await database.write(lambda tx: add(tx, profile="o/b"))


async def test_the_oldest_of_two_profiles_of_an_identifier_is_taken(database):
    def work(tx):
        for name in ("z", "a"):
            wanted = CreateProfile(
                name=name, channel="android-phone", owner="o", identifier="com.a"
            )
            filing.create(tx, wanted, "me")
        return add(tx, inspection("com.a")).profile

    assert await database.write(work) == "o/z"


async def test_a_binary_without_an_identifier_goes_by_its_name(database):
    """The next of that name joins it, unless the profile is that of something known."""
    tool = Inspection(platform=Platform.CUSTOM, format="zip")

    def work(tx):
        first = add(tx, tool, file_name="tool.zip").profile
        second = add(tx, tool, file_name="tool.zip", salt="2").profile
        known = add(tx, inspection(name="known")).profile
        other = add(tx, tool, file_name="known.zip").profile
        return first, second, known, other

    first, second, known, other = await database.write(work)
    assert first == second == f"{ME}/tool"
    assert (known, other) == (f"{ME}/known", f"{ME}/known-custom")


async def test_an_unknown_binary_is_held_where_the_folder_says_so(database):
    """Nothing is made of it; a profile that is created later may be the one it waits for."""
    hold = Wanted(unknown=UnknownBinary.HOLD)
    with pytest.raises(Unmatched, match=r"No profile has the identifier com\.example\.app") as held:
        await database.write(lambda tx: add(tx, wanted=hold))
    assert "shipway unmatched list" in held.value.hint
    assert await database.read(history.last) == 0

    def made(tx):
        request = CreateProfile(name="a", channel="android-phone", identifier="com.example.app")
        filing.create(tx, request, "me")
        return add(tx, wanted=hold)

    version = await database.write(made)
    assert version.profile == f"{ME}/a"
