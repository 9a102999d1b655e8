"""Options and argument types that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from shipway_client.wire.queries import Queryable

from shipway_tui.commands import names
from shipway_tui.commands.asked_queries import QueryText, SortKey
from shipway_tui.commands.names import Known
from shipway_tui.commands.numbers import WholeNumber

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add `--json`, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def list_options(command: Command) -> Command:
    """Add `--json` and `--limit`."""
    limit = click.option(
        "--limit", type=WholeNumber(min=1), metavar="N", help="Print N items at most."
    )
    return json_option(limit(command))


def query_options(table: Queryable) -> Callable[[Command], Command]:
    """Add `--query` and `--sort`, whose help says what this list can be asked."""
    fields = ", ".join(field.name for field in table.fields)
    query = click.option(
        "--query",
        type=QueryText(table),
        metavar="QUERY",
        help=f"Only those with these words, or with field:value. Fields: {fields}.",
    )
    sort = click.option(
        "--sort",
        type=SortKey(table),
        metavar="KEY",
        help=f"By {', '.join(table.sorts)}; -KEY is the other way round. Default: {table.order}.",
    )
    return lambda command: query(sort(command))


class ProfileAddress(Known):
    """An address `owner/name`."""

    def __init__(self) -> None:
        super().__init__("owner/name", names.profiles)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no address."""
        owner, slash, name = str(value).partition("/")
        if not (owner and slash and name) or "/" in name or "@" in name:
            self.fail(f"{value!r} is no address of a profile: write owner/name.", param, ctx)
        return str(value)


class VersionAddress(Known):
    """An address `owner/name@N`; the profile is completed first, then its versions."""

    def __init__(self) -> None:
        super().__init__("owner/name@N", names.versions)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no address."""
        profile, _, number = str(value).partition("@")
        if not number.isdecimal():
            self.fail(f"{value!r} is no address of a version: write owner/name@N.", param, ctx)
        ProfileAddress().convert(profile, param, ctx)
        return str(value)


profile_argument = click.argument("address", type=ProfileAddress(), metavar="OWNER/NAME")
version_argument = click.argument("address", type=VersionAddress(), metavar="OWNER/NAME@N")
