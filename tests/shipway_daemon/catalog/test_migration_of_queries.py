"""Versions of the release before are sorted and found as new ones are."""

import sqlite3
from contextlib import closing

import pytest
from shipway_client.wire.queries import VERSIONS
from shipway_daemon.catalog import schema, versions
from shipway_daemon.database.engine import Database
from shipway_daemon.queries.orders import parse_sort
from shipway_daemon.rules.natural import natural
from support.asking import versions_asked

NUMBERS = ["1.10", "1.9", None, "1.9-Beta", "007", "٣", "Ünder 2"]
INSPECTION = '{"platform":"ios","format":"ipa","signing":{"state":"valid","expires":%s}}'
EXPIRES = ['"2001-01-01T00:00:00Z"', '"2999-01-01T00:00:00Z"', "null", '""']
VERSION = """INSERT INTO versions (id, profile_id, number, sha256, size, file_name, source, channel,
    platform, format, version, build, state, notes, findings, inspection, created_at)
    VALUES (?, 1, ?, 'ab', 1, 'a.ipa', 'add', 'ios-phone', 'ios', 'ipa', ?, ?, 'ready', '', '[]',
    ?, '2026-11-01')"""


@pytest.fixture
def old(locations, monkeypatch):
    """A database at 0004 with a version for each of some numbers."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "HEAD", "0004")
        schema.upgrade(locations.database, locations.backups)
    with closing(sqlite3.connect(locations.database)) as connection, connection:
        connection.execute("INSERT INTO owners VALUES (1, 'ana')")
        connection.execute("INSERT INTO apps VALUES (1, 1, 'sunny', 'ana/sunny')")
        connection.execute(
            "INSERT INTO profiles VALUES (1, 1, 1, 'sunny', 'ana/sunny', 'ios-phone', NULL, '{}',"
            " 9, '2026-11-01')"
        )
        connection.execute("INSERT INTO blobs VALUES ('ab', 1, '2026-11-01')")
        for number, told in enumerate(NUMBERS, start=1):
            inspection = INSPECTION % EXPIRES[number % len(EXPIRES)]
            connection.execute(VERSION, (number, number, told, told, inspection))
    return locations


async def test_they_have_their_order_and_their_end(old) -> None:
    schema.upgrade(old.database, old.backups)
    database = Database(old.database)
    try:
        for sort in ("version", "build"):
            order = parse_sort(sort, VERSIONS)
            found = await database.read(
                lambda tx, order=order: versions.page(tx, None, None, None, 9, order)
            )
            assert [version.version for version in found] == sorted(NUMBERS, key=natural)
        expired = versions_asked("state:expired")
        found = await database.read(lambda tx: versions.page(tx, None, expired, None, 9))
        assert [version.number for version in found] == [4]
    finally:
        await database.close()
