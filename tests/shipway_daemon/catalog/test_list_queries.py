"""Jobs, events, held binaries and uploads: SQL finds and orders what a plain choice does."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipway_client.wire import JobOutcome, JobState
from shipway_client.wire.queries import EVENTS, JOBS, UNMATCHED, UPLOADS
from shipway_daemon.catalog import unmatched, uploads, versions
from shipway_daemon.events import history
from shipway_daemon.jobs import rows, views
from shipway_daemon.jobs.tables import jobs
from shipway_daemon.queries.few import Few, by_address, told
from shipway_daemon.queries.orders import Key
from shipway_plugins.words import Inspection, Platform
from sqlalchemy import update
from support.asking import asked
from support.paging import walk

CHANCE = random.Random(11)
COUNT = 24


def one_of(*values):
    return CHANCE.choice(values)


def fill_jobs(tx):
    for number in range(COUNT):
        job = rows.submit(
            tx,
            rows.NewJob(
                kind=one_of("publish", "unpublish"),
                actor=one_of("ana", "bob"),
                tracking=f"track-{number}",
                request={},
                environment=one_of(None, "store", "mdm"),
                app=one_of(None, "ana/sunny", "bob/sunny", "ana/rain"),
            ),
            queue=False,
        )
        state = one_of(JobState.READY, JobState.WAITING, JobState.DONE, JobState.DONE)
        done = state is JobState.DONE
        values = {
            "state": str(state),
            "outcome": str(one_of(*JobOutcome)) if done else None,
            "reason": one_of("", "The Store is full.", "It broke."),
            "finished_at": one_of("2026-11-20", "2026-11-21") if done else None,
        }
        tx.execute(update(jobs).where(jobs.c.id == job).values(**values))


def fill_events(tx):
    for _ in range(COUNT):
        kind = one_of("job.finished", "job.started", "version.added")
        history.append(
            tx, kind, one_of("ana/sunny@1", "7"), one_of("ana", "bob"), why=one_of("A", "b")
        )


def fill_unmatched(tx):
    for number in range(COUNT):
        digest = f"{number:064x}"
        versions.insert_blob(tx, digest, 1)
        values = {
            "sha256": digest,
            "size": one_of(1, 2, 3),
            "file_name": one_of("a.apk", "B.apk"),
            "source": "add:/tmp/a.apk",
            "channel": one_of("android-phone", "ios-phone"),
            "identifier": one_of(None, "com.example.app", "org.other"),
            "inspection": Inspection(platform=Platform.ANDROID, format="apk"),
            "arrival": {},
        }
        unmatched.create(tx, values)


def fill_uploads(tx):
    for number in range(COUNT):
        values = {
            "id": f"up-{number}",
            "resume_key": None,
            "file_name": one_of("a.apk", "B.apk"),
            "size": one_of(1, 2, 3),
            "sha256": None,
            "arrival": {},
            "actor": one_of("ana", "bob"),
            "created_at": "2026-11-20",
            "expires_at": "2026-11-21",
        }
        uploads.create(tx, values)
        if one_of(True, False):
            uploads.finish(tx, f"up-{number}", None, "2026-11-21", created=False)


class Noun(msgspec.Struct):
    """A list: what it can be asked, how it is filled and read, the same by a plain choice."""

    table: object
    fill: object
    read: object
    cursor: object
    plain: Few
    parts: str


def of_a_job(name):
    return lambda job: told(getattr(job, name))


NOUNS = {
    "job": Noun(
        JOBS,
        fill_jobs,
        lambda tx, ask: views.page(tx, None, ask.after, ask.limit, (), ask.query, ask.order),
        lambda ask: views.SORTS.cursor(ask.order),
        Few(
            {
                "state": of_a_job("state"),
                "outcome": of_a_job("outcome"),
                "app": lambda job: by_address(job.app),
                "env": of_a_job("environment"),
                "kind": of_a_job("kind"),
                "actor": of_a_job("actor"),
            },
            lambda job: [
                text or "" for text in (job.app, job.environment, job.kind, job.actor, job.reason)
            ],
            {
                "created": Key(lambda job: job.id, int, unique=True),
                "app": Key(lambda job: job.app or "", str),
                "env": Key(lambda job: job.environment or "", str),
                "state": Key(lambda job: str(job.outcome or job.state), str),
                "finished": Key(lambda job: job.finished_at or "", str),
            },
            lambda job: job.id,
        ),
        (
            "state:ready state:done outcome:failed app:sunny app:ana/sunny app:s* env:store "
            "env:m* kind:publish actor:ana STORE full broke"
        ),
    ),
    "event": Noun(
        EVENTS,
        fill_events,
        lambda tx, ask: history.page(tx, None, ask.after, ask.limit, None, ask.query, ask.order),
        lambda ask: history.SORTS.cursor(ask.order),
        Few(
            {
                "kind": lambda event: [event.kind],
                "subject": lambda event: [event.subject],
                "actor": lambda event: [event.actor],
            },
            lambda event: [
                event.kind,
                event.subject,
                event.actor,
                msgspec.json.encode(event.data).decode(),
            ],
            {
                "created": Key(lambda event: event.seq, int, unique=True),
                "kind": Key(lambda event: event.kind, str),
            },
            lambda event: event.seq,
        ),
        ("kind:job.finished kind:job.* subject:7 subject:ana/* actor:bob finished JOB a why"),
    ),
    "held binary": Noun(
        UNMATCHED,
        fill_unmatched,
        lambda tx, ask: unmatched.page(tx, None, ask.after, ask.limit, ask.query, ask.order),
        lambda ask: unmatched.SORTS.cursor(ask.order),
        Few(
            {
                "channel": lambda held: [held.channel],
                "identifier": lambda held: told(held.identifier),
                "file": lambda held: [held.file_name],
                "folder": lambda held: told(held.folder_id),
            },
            lambda held: [held.file_name, held.source, held.identifier or ""],
            {
                "created": Key(lambda held: held.id, int, unique=True),
                "file": Key(lambda held: held.file_name, str),
                "identifier": Key(lambda held: held.identifier or "", str),
                "channel": Key(lambda held: held.channel, str),
                "size": Key(lambda held: held.size, int),
            },
            lambda held: held.id,
        ),
        (
            "channel:ios* channel:ios-phone identifier:com.* identifier:org.other file:a.apk "
            "folder:1 b.apk example /tmp"
        ),
    ),
    "upload": Noun(
        UPLOADS,
        fill_uploads,
        lambda tx, ask: uploads.page(tx, ask, ["up-0", "up-1"]),
        lambda ask: uploads.SORTS.cursor(ask.order),
        Few(
            {
                "state": lambda row: ["ingesting" if row.id in ("up-0", "up-1") else row.state],
                "actor": lambda row: [row.actor],
                "file": lambda row: [row.file_name],
            },
            lambda row: [row.file_name, row.actor],
            {
                "created": Key(lambda row: row.number, int, unique=True),
                "file": Key(lambda row: row.file_name, str),
                "size": Key(lambda row: row.size, int),
            },
            lambda row: row.number,
        ),
        "state:open state:done state:ingesting actor:ana file:B.apk file:a* b.apk ana",
    ),
}


@pytest.fixture(scope="module")
def filled(engine):
    """All four lists with two dozen rows each, in a transaction that is rolled back."""
    with engine.connect() as tx, tx.begin() as transaction:
        for noun in NOUNS.values():
            noun.fill(tx)
        yield tx
        transaction.rollback()


def test_every_field_is_tried():
    for noun in NOUNS.values():
        tried = noun.parts
        assert [f.name for f in noun.table.fields if f"{f.name}:" not in tried] == []


@settings(max_examples=80, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("name", NOUNS)
def test_sql_finds_and_orders_what_a_plain_choice_does(filled, name, data):
    noun = NOUNS[name]
    part = st.tuples(st.sampled_from(["", "-"]), st.sampled_from(noun.parts.split())).map("".join)
    text = " ".join(data.draw(st.lists(part, max_size=3)))
    sort = data.draw(st.sampled_from(["", "-"])) + data.draw(st.sampled_from(noun.table.sorts))
    limit = data.draw(st.integers(1, 9))
    everything = noun.read(filled, asked(noun.table, limit=99))

    class Page:
        def __init__(self, after, limit):
            ask = asked(noun.table, text, sort, after, limit + 1)
            found = noun.read(filled, ask)
            self.items = found[:limit]
            self.after = noun.cursor(ask)(self.items[-1]) if len(found) > limit else None

    wanted = noun.plain.page(everything, asked(noun.table, text, sort, limit=99))
    assert walk(Page, lambda item: item, lambda: None, limit) == wanted
