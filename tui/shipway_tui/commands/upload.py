"""`shipway upload`: what is being uploaded, and what is left of uploads that broke off."""

import click
from shipway_client.wire import Upload
from shipway_client.wire.queries import UPLOADS

from shipway_tui.commands.asking import ask
from shipway_tui.commands.gone import say_gone
from shipway_tui.commands.listing import none_of, show_list
from shipway_tui.commands.names import UPLOAD
from shipway_tui.commands.options import json_option, list_options, query_options
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import or_dash, size, when
from shipway_tui.commands.shape import Group

COLUMNS = (
    Column[Upload]("ID", lambda upload: upload.id),
    Column[Upload]("FILE", lambda upload: upload.file_name),
    Column[Upload]("HERE", lambda upload: size(upload.offset), right=True),
    Column[Upload]("SIZE", lambda upload: size(upload.size), right=True),
    Column[Upload]("STATE", lambda upload: upload.state, word=lambda upload: upload.state),
    Column[Upload]("VERSION", lambda upload: or_dash(_version(upload))),
    Column[Upload]("FORGOTTEN", lambda upload: when(upload.expires_at)),
)


def _version(upload: Upload) -> str | None:
    return upload.result.version.address if upload.result is not None else None


@click.group(name="upload", cls=Group)
def command() -> None:
    """Uploads of files that the daemon cannot read itself.

    `shipway add` makes them. One that broke off goes on when the same command is given again.
    """


@command.command("list")
@query_options(UPLOADS)
@list_options
def list_uploads(*, query: str | None, sort: str | None, as_json: bool, limit: int | None) -> None:
    """List the uploads under way, and for a day those that are done."""
    show_list(
        lambda client, after, count: client.uploads.list(
            query=query, sort=sort, after=after, limit=count
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=none_of(
            query,
            "There are no uploads. `shipway add` makes one where the daemon cannot read a file.",
        ),
    )


@command.command("cancel")
@click.argument("upload", type=UPLOAD, metavar="ID")
@json_option
def cancel(upload: str, *, as_json: bool) -> None:
    """Forget an upload and the bytes that came of it; a version that it became stays."""
    ask(lambda client: client.uploads.cancel(upload))
    say_gone(upload, f"Cancelled the upload {safe(upload)}.", as_json=as_json)
