"""Options and argument types that several commands share."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem
from shipway_client.client import Client
from shipway_client.wire.queries import Queryable

from shipway_tui.commands import names
from shipway_tui.commands.asked_queries import QueryText, SortKey
from shipway_tui.commands.names import Name
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


class ProfileAddress(click.ParamType[str]):
    """An address `owner/name`."""

    name = "owner/name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no address."""
        owner, slash, name = str(value).partition("/")
        if not (owner and slash and name) or "/" in name or "@" in name:
            self.fail(f"{value!r} is no address of a profile: write owner/name.", param, ctx)
        return str(value)

    def find(self, client: Client, typed: str) -> Awaitable[list[Name]]:
        """Read addresses of profiles."""
        return names.profiles(client, typed)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Complete it."""
        del ctx, param
        return names.completed(names.known(self.find, incomplete), incomplete)


class VersionAddress(click.ParamType[str]):
    """An address `owner/name@N`."""

    name = "owner/name@N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no address."""
        profile, _, number = str(value).partition("@")
        if not number.isdecimal():
            self.fail(f"{value!r} is no address of a version: write owner/name@N.", param, ctx)
        ProfileAddress().convert(profile, param, ctx)
        return str(value)

    def find(self, client: Client, typed: str) -> Awaitable[list[Name]]:
        """Read addresses of versions."""
        return names.versions(client, typed)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Complete it: the profile first, then its versions."""
        del ctx, param
        return names.completed(names.known(self.find, incomplete), incomplete)


profile_argument = click.argument("address", type=ProfileAddress(), metavar="OWNER/NAME")
version_argument = click.argument("address", type=VersionAddress(), metavar="OWNER/NAME@N")
