"""Lists that are chosen from in memory: environments and folders, as they are at the moment."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipway_client.errors import WrongUsage
from shipway_client.wire import Environment, Folder, FolderState, UnknownBinary
from shipway_client.wire.queries import ENVIRONMENTS, FOLDERS
from shipway_daemon.publish import environment_queries
from shipway_daemon.watch import folder_queries
from shipway_plugins.words import EnvironmentStatus
from support.asking import asked
from support.paging import walk

AT = "2026-11-20T10:00:00.000Z"

ENVIRONMENT = Environment(
    id=1, name="store", adapter="enterprise_store", title="Enterprise store", settings={},
    status=EnvironmentStatus.AVAILABLE, reason="It answers.", read_at=AT, job=None,
    capabilities=None, created_at=AT, plugin="enterprise_store",
)  # fmt: skip

FOLDER = Folder(
    id=1, path="/srv/a/build", glob=None, channel="android-phone", profile="ana/sunny",
    unknown=UnknownBinary.CREATE, quiet=2.0, candidate=True, state=FolderState.WATCHING,
    reason="", last_scan_at=AT, ingested=3, waiting=0, refused=0, unmatched=0,
)  # fmt: skip


def changed(item, **fields):
    return msgspec.structs.replace(item, **fields)


SHELVES = {
    "environment": [
        ENVIRONMENT,
        changed(ENVIRONMENT, id=2, name="mdm", status=EnvironmentStatus.BUSY, read_at=None),
        changed(ENVIRONMENT, id=3, name="a", adapter="http", plugin=None, title="Server"),
    ],
    "folder": [
        FOLDER,
        changed(FOLDER, id=2, path="/srv/b", state=FolderState.MISSING, profile=None, ingested=0),
        changed(FOLDER, id=3, path="/srv/c", candidate=False, reason="It is not there."),
    ],
}
LISTS = {
    "environment": (ENVIRONMENTS, environment_queries.ASKED),
    "folder": (FOLDERS, folder_queries.ASKED),
}
FOUND = [
    ("environment", "", [3, 2, 1]),
    ("environment", "status:busy", [2]),
    ("environment", "-status:busy", [3, 1]),
    ("environment", "adapter:enterprise*", [2, 1]),
    ("environment", "plugin:enterprise_store store", [2, 1]),
    ("environment", "-plugin:enterprise_store", [3]),
    ("environment", "ANSWERS -server", [2, 1]),
    ("folder", "state:missing", [2]),
    ("folder", "profile:sunny", [1, 3]),
    ("folder", "profile:ana/sunny candidate:yes", [1]),
    ("folder", "-profile:sunny", [2]),
    ("folder", "channel:android* build", [1]),
]


@pytest.mark.parametrize(("noun", "text", "ids"), FOUND)
def test_what_is_shown_is_what_is_chosen_by(noun, text, ids):
    table, few = LISTS[noun]
    assert [item.id for item in few.page(SHELVES[noun], asked(table, text))] == ids


@settings(max_examples=60, deadline=None)
@given(
    noun=st.sampled_from(sorted(LISTS)),
    count=st.integers(0, 12),
    limit=st.integers(1, 5),
    descending=st.booleans(),
    data=st.data(),
)
def test_every_item_comes_once_in_its_order(noun, count, limit, descending, data):
    table, few = LISTS[noun]
    key = data.draw(st.sampled_from(table.sorts))
    sort = f"-{key}" if descending else key
    unique = "name" if noun == "environment" else "path"
    items = [
        changed(SHELVES[noun][number % 3], id=number, **{unique: f"it-{number}"})
        for number in range(count)
    ]

    class Page:
        def __init__(self, after, limit):
            ask = asked(table, sort=sort, after=after, limit=limit)
            found = few.page(items, ask)
            self.items = found[:limit]
            self.after = few.cursor(ask)(self.items[-1]) if len(found) > limit else None

    seen = walk(Page, lambda item: item.id, lambda: None, limit)
    assert sorted(seen) == list(range(count))
    assert seen == [item.id for item in few.page(items, asked(table, sort=sort))]


@pytest.mark.parametrize("cursor", ["", "[]", "x", '["a", "b"]', "[[1], 1]", "[1, 1]"])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(WrongUsage, match="no cursor"):
        environment_queries.ASKED.page([ENVIRONMENT], asked(ENVIRONMENTS, "", "status", cursor))
