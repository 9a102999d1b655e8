"""Search: finds what a person means, and takes whatever a person types."""

import pytest
from shipway_client.errors import WrongUsage
from shipway_client.wire import ChangeProfile, ChangeVersion
from shipway_daemon.catalog import profiles, versions
from shipway_daemon.filing import profiles as filing
from shipway_daemon.filing import versions as version_filing
from support.asking import profiles_asked, versions_asked
from support.versions import add, inspection

HOSTILE = [
    '"',
    "'",
    '"""',
    "*",
    "a*b",
    "^",
    "NEAR(a b, 5)",
    "a NEAR b",
    "AND",
    "OR OR OR",
    "NOT a",
    "name:x",
    "{name notes} : x",
    "-notes:x",
    "a + b",
    "(((((",
    ")",
    ";DROP TABLE versions;--",
    "🎉",
    "👩‍👩‍👧‍👦",
    "漢字かな",
    "مرحبا",
    "\0",
    "a\0b",
    "\n\t",
    "%",
    "\\",
    "x" * 10_000,
    "x " * 5_000,
    '"' * 10_000,
    "\u202e",
    "é" * 3_000,
]


async def test_no_words_break_a_search(database):
    """They find something or nothing, or are refused with a sentence."""
    await database.write(add)

    def look(tx, words):
        listed = versions.page(tx, None, versions_asked(words), None, 10)
        return listed, profiles.page(tx, profiles_asked(words), None, 10)

    for words in HOSTILE:
        try:
            found = await database.read(lambda tx, words=words: look(tx, words))
        except WrongUsage as error:
            assert error.message
            assert error.hint
        else:
            assert all(len(rows) <= 1 for rows in found), words


FINDS = {
    "identifier": "com.example.weather",
    "identifier prefix": "com.example.wea",
    "part of the identifier": "weather",
    "name": "Sunny",
    "name, in small letters": "sunny",
    "two words in any order": "days sunny",
    "file name": "app-release",
    "whole file name": "app-release-unsigned.apk",
    "notes": "umbrella",
    "version": "4.7",
    "build": "4711",
    "accents do not matter": "cafe",
    "wide characters": "天気",
    "words of two fields": "umbrella 4.7",
}


async def test_a_version_is_found(database):
    def look(tx):
        found = inspection("com.example.weather", "4.7", "4711", name="Sunny Days")
        notes = "New: umbrella, café, 天気予報."
        wanted = add(tx, found, file_name="app-release-unsigned.apk", notes=notes)
        add(tx, inspection("org.other", "1", "2", name="Other"), file_name="x.apk")
        for how, words in FINDS.items():
            seen = [row.address for row in versions.page(tx, None, versions_asked(words), None, 10)]
            assert seen == [wanted.address], how

    await database.write(look)


@pytest.mark.parametrize("words", ["example", "exam", "com.example", "Example com.example.app"])
async def test_a_profile_is_found_by_name_and_identifier(database, words):
    def look(tx):
        add(tx)
        add(tx, inspection("org.other", name="Different"))
        return [row.identifier for row in profiles.page(tx, profiles_asked(words), None, 10)]

    assert await database.write(look) == ["com.example.app"]


async def test_what_changes_is_found_by_its_new_words_only(database):
    def look(tx):
        version = add(tx, notes="before")
        version_filing.change(tx, version.profile, 1, ChangeVersion(notes="afterwards"), "me")
        filing.change(tx, version.profile, ChangeProfile(name="Renamed"), "me")
        return [
            [
                len(versions.page(tx, None, versions_asked(words), None, 9))
                for words in ("before", "afterwards")
            ],
            [
                len(profiles.page(tx, profiles_asked(words), None, 9))
                for words in ("example-", "renamed")
            ],
        ]

    assert (await database.write(look))[0] == [0, 1]


async def test_a_renamed_profile_is_found_by_its_new_name_only(database):
    def look(tx):
        version = add(tx, inspection("id", name="Oldname"))
        filing.change(tx, version.profile, ChangeProfile(name="Newname"), "me")
        return [
            len(profiles.page(tx, profiles_asked(words), None, 9))
            for words in ("Oldname", "Newname")
        ]

    assert await database.write(look) == [0, 1]


async def test_what_is_deleted_is_not_found(database):
    def look(tx):
        version = add(tx, notes="unique")
        version_filing.delete(tx, version.profile, 1, "me")
        integrity = tx.exec_driver_sql(
            "INSERT INTO versions_fts(versions_fts) VALUES ('integrity-check')"
        )
        assert integrity.rowcount <= 1
        return versions.page(tx, None, versions_asked("unique"), None, 9)

    assert await database.write(look) == []


async def test_a_search_of_one_profile_stays_in_it(database):
    def look(tx):
        one, _ = add(tx), add(tx, inspection("org.other"))
        profile = profiles.read(tx, one.profile)
        return [
            row.address for row in versions.page(tx, profile.id, versions_asked("1.0"), None, 9)
        ], one.address

    found, address = await database.write(look)
    assert found == [address]
