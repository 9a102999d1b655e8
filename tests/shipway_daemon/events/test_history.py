"""History: an event is there with its change, or neither is."""

import pytest
from shipway_client.errors import Gone
from shipway_daemon.events import history
from shipway_daemon.events.tables import events
from sqlalchemy import delete
from support.versions import add


async def test_an_event_is_appended_with_its_change_or_not_at_all(database):
    def fails(tx):
        add(tx)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert await database.read(history.last) == 0

    await database.write(add)
    told = await database.read(lambda tx: history.since(tx, 0, 10))
    assert [event.kind for event in told] == ["profile.created", "version.added"]
    assert {event.actor for event in told} == {"somebody"}


async def test_an_event_comes_back_as_it_was(database):
    data = {"name": "漢字 🎉 \n", "size": 2**53, "none": None, "list": [1.5, {"deep": True}]}
    seq = await database.write(lambda tx: history.append(tx, "a.kind", "owner/ä", "me", **data))
    (event,) = await database.read(lambda tx: history.page(tx, None, None, 5))
    assert (event.seq, event.kind, event.subject, event.actor) == (seq, "a.kind", "owner/ä", "me")
    assert event.data == data
    assert event.at.endswith("Z")


async def test_numbers_grow_and_are_never_given_again(database):
    def trim(tx):
        tx.execute(delete(events))

    first = await database.write(lambda tx: history.append(tx, "a.kind", "x"))
    await database.write(trim)
    assert await database.write(lambda tx: history.append(tx, "a.kind", "x")) > first


async def test_who_follows_from_a_trimmed_number_is_told_to_read_afresh(database):
    """From the last trimmed number on, nothing was missed."""
    for _ in range(10):
        await database.write(lambda tx: history.append(tx, "a.kind", "x"))
    await database.write(lambda tx: tx.execute(delete(events).where(events.c.seq <= 5)))

    def since(seq):
        return database.read(lambda tx: history.since(tx, seq, 100))

    with pytest.raises(Gone, match="before 6"):
        await since(4)
    assert [event.seq for event in await since(5)] == [6, 7, 8, 9, 10]
    assert await since(10) == []


async def test_a_page_of_one_kind(database):
    def some(tx):
        for number in range(6):
            history.append(tx, "even.kind" if number % 2 == 0 else "odd.kind", str(number))

    await database.write(some)
    found = await database.read(lambda tx: history.page(tx, "odd.kind", None, 2))
    assert [event.subject for event in found] == ["5", "3"]


async def test_the_history_of_one_subject_leaves_out_the_others(database):
    """Newest first, and nothing of what begins with its name."""
    for subject in ("owner/app@1", "owner/app@10", "owner/app@1"):
        await database.write(lambda tx, told=subject: history.append(tx, "a.kind", told))
    found = await database.read(lambda tx: history.page(tx, None, None, 5, "owner/app@1"))
    assert [(event.seq, event.subject) for event in found] == [
        (3, "owner/app@1"),
        (1, "owner/app@1"),
    ]
