"""`shipway event`: what happened, and what happens now."""

import asyncio

import click
import msgspec
from shipway_client.client import Client
from shipway_client.errors import Failed, NoDaemon, Unavailable
from shipway_client.wire import Event
from shipway_client.wire.queries import EVENTS

from shipway_tui.commands.asking import ask
from shipway_tui.commands.listing import none_of, show_list
from shipway_tui.commands.numbers import WholeNumber
from shipway_tui.commands.options import json_option, list_options, query_options
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import when
from shipway_tui.commands.shape import Group


def _reason(event: Event) -> str:
    """Why it happened: the reason of what Shipway did, the message of who rejected a version."""
    return str(event.data.get("reason") or event.data.get("message") or "")


COLUMNS = (
    Column[Event]("SEQ", lambda event: str(event.seq), right=True),
    Column[Event]("AT", lambda event: when(event.at)),
    Column[Event]("KIND", lambda event: event.kind),
    Column[Event]("SUBJECT", lambda event: event.subject),
    Column[Event]("BY", lambda event: event.actor),
    Column[Event]("REASON", _reason),
)

_AGAIN_SECONDS = 1.0


@click.group(name="event", cls=Group)
def command() -> None:
    """Events: what happened, and what happens now.

    The audit log and the live feed are the same table.
    """


@command.command("list")
@click.option("--kind", metavar="NOUN.VERB", help="Only those of one kind.")
@query_options(EVENTS)
@list_options
def list_events(
    *, kind: str | None, query: str | None, sort: str | None, as_json: bool, limit: int | None
) -> None:
    """List what happened, newest first."""
    show_list(
        lambda client, before, count: client.history.events(
            kind=kind, query=query, sort=sort, before=before, limit=count
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=f"No event of kind {safe(kind)}."
        if kind
        else none_of(query, "Nothing has happened yet."),
    )


@command.command("follow")
@click.option(
    "--since", type=WholeNumber(min=0), metavar="SEQ", help="After this event; else from now on."
)
@click.option("--kind", metavar="NOUN.VERB", help="Only those of one kind.")
@json_option
def follow(*, since: int | None, kind: str | None, as_json: bool) -> None:
    """Print events as they happen, until ctrl+c; goes on when the daemon comes back."""
    ask(lambda client: _follow(client, since, kind, as_json))


async def _follow(client: Client, since: int | None, kind: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Print for ever; a daemon that was there once is waited for."""
    seen = since
    connected = False
    while True:
        try:
            async for line in client.history.feed(seen):
                connected = True
                if line.hello is not None and seen is None:
                    seen = line.hello
                if line.event is not None:
                    seen = line.event.seq
                    _print(line.event, kind, as_json)
        except (NoDaemon, Unavailable, Failed, ConnectionError):
            if not connected:
                raise
        await asyncio.sleep(_AGAIN_SECONDS)
        client.relocate()


def _print(event: Event, kind: str | None, as_json: bool) -> None:  # noqa: FBT001
    if kind is not None and event.kind != kind:
        return
    if as_json:
        print_object(event)
        return
    data = msgspec.json.encode(event.data).decode() if event.data else ""
    text = f"{event.seq}  {when(event.at)}  {event.kind}  {event.subject}  {event.actor}  {data}"
    click.echo(safe(text.rstrip()))
