"""Options and argument types that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add `--json`, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def list_options(command: Command) -> Command:
    """Add `--json` and `--limit`."""
    limit = click.option(
        "--limit", type=click.IntRange(min=1), metavar="N", help="Print N items at most."
    )
    return json_option(limit(command))


class ProfileAddress(click.ParamType[str]):
    """An address `owner/name`."""

    name = "owner/name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no address."""
        owner, slash, name = str(value).partition("/")
        if not (owner and slash and name) or "/" in name or "@" in name:
            self.fail(f"{value!r} is no address of a profile: write owner/name.", param, ctx)
        return str(value)


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


profile_argument = click.argument("address", type=ProfileAddress(), metavar="OWNER/NAME")
version_argument = click.argument("address", type=VersionAddress(), metavar="OWNER/NAME@N")
