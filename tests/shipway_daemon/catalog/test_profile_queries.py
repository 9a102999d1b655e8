"""What profiles are asked: the same as a plain choice says, in every order, page by page."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipway_client.wire.queries import PROFILES
from shipway_daemon.catalog import owners, pages, profiles
from shipway_daemon.catalog.profile_queries import SORTS
from shipway_daemon.queries.orders import parse_sort
from shipway_daemon.queries.words import parse
from support.paging import walk
from support.version_shelf import Told, has_words, shelve

PLATFORM = {
    "android": lambda channel: channel.startswith("android"),
    "ios": lambda channel: channel.startswith("ios") and not channel.startswith("ios-simulator"),
    "ios-simulator": lambda channel: channel.startswith("ios-simulator"),
}
ASKED = {
    **{f"platform:{name}": lambda p, fits=fits: fits(p.channel) for name, fits in PLATFORM.items()},
    "channel:android-phone": lambda p: p.channel == "android-phone",
    "channel:ios*": lambda p: p.channel.startswith("ios"),
    "app:sunny-3": lambda p: p.app == "ana/sunny-3",
    "app:ana/s*": lambda p: p.app.startswith("ana/s"),
    "owner:ana": lambda p: p.owner == "ana",
    "identifier:org.other": lambda p: p.identifier == "org.other",
    "candidate:yes": lambda p: p.candidate is not None,
    "candidate:no": lambda p: p.candidate is None,
    "sunny": lambda p: has_words(p.address, "sunny") or has_words(p.identifier, "sunny"),
    "org": lambda p: has_words(p.address, "org") or has_words(p.identifier, "org"),
}
KEYS = {
    "name": lambda p: p.address,
    "created": lambda p: p.id,
    "latest": lambda p: (p.latest_at or "", p.id),
    "app": lambda p: (p.app, p.id),
    "channel": lambda p: (p.channel, p.id),
    "identifier": lambda p: (p.identifier or "", p.id),
}


@pytest.fixture(scope="module")
def shelf(engine):
    """Twenty profiles of every kind, some with versions, in a transaction that is rolled back."""
    chance = random.Random(5)
    with engine.connect() as tx, tx.begin() as transaction:
        for number in range(20):
            owner = chance.choice(["ana", "bob"])
            name = f"{chance.choice(['sunny', 'rain'])}-{number}"
            values = {
                "name": name,
                "address": f"{owner}/{name}",
                "channel": chance.choice(["android-phone", "ios", "ios-phone", "ios-simulator-x"]),
                "identifier": chance.choice([None, "com.example.app", "org.other"]),
            }
            app = owners.ensure_app(tx, owner, name)
            profiles.create(tx, owners.ensure_owner(tx, owner), app.id, values)
        for number in range(6):
            told = Told(identifier="com.example.app", marked=number % 2 == 0)
            shelve(tx, told, str(number))
        yield tx
        transaction.rollback()


@settings(max_examples=80, deadline=None)
@given(
    parts=st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(ASKED))), max_size=3),
    key=st.sampled_from(PROFILES.sorts),
    descending=st.booleans(),
    limit=st.integers(1, 9),
)
def test_profiles_are_found_and_ordered_as_a_plain_choice_does(
    shelf, parts, key, descending, limit
):
    query = parse(" ".join(("-" if minus else "") + part for minus, part in parts), PROFILES)
    order = parse_sort(f"-{key}" if descending else key, PROFILES)

    def read(after, limit):
        rows = profiles.page(shelf, query, after, limit + 1, order)
        return pages.page(shelf, rows, limit, SORTS.cursor(order))

    everything = profiles.page(shelf, None, None, 99)
    wanted = [p for p in everything if all(ASKED[part](p) is not minus for minus, part in parts)]
    assert walk(read, lambda p: p, lambda: None, limit) == sorted(
        wanted, key=KEYS[key], reverse=descending
    )
