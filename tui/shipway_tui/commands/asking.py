"""How a command asks the daemon: one client, one event loop, one question."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
import msgspec
from shipway_client.client import Client
from shipway_client.errors import Failed, NoDaemon
from shipway_client.version import VERSION

from shipway_tui.commands.quiet import is_quiet

T = TypeVar("T")

#: Set in the context of a command that has said it.
_NOTICED = "shipway.noticed"

Question = Callable[[Client], Awaitable[T]]


def ask(question: Question[T]) -> T:
    """Ask this user's daemon something and return its answer.

    Raises:
        ShipwayError: What the daemon said was wrong, or that none answers.
    """
    return asyncio.run(_answer(Client(), question))


async def _answer(client: Client, question: Question[T]) -> T:
    try:
        answer = await question(client)
    except ConnectionError as error:
        raise NoDaemon(
            "The daemon went away.", "Look with `shipway daemon status`, then ask again."
        ) from error
    except msgspec.DecodeError as error:
        raise Failed(
            f"The daemon's answer cannot be read: {error}.", _version_hint(client)
        ) from error
    _notice_versions(client)
    return answer


def _notice_versions(client: Client) -> None:
    """Say once that the daemon is of another version; not to programs, nor to who wants quiet."""
    context = click.get_current_context(silent=True)
    if context is None or is_quiet() or context.params.get("as_json"):
        return
    if (hint := _version_hint(client)) and not context.meta.get(_NOTICED):
        context.meta[_NOTICED] = True
        click.echo(hint, err=True)


def _version_hint(client: Client) -> str:
    if client.api.daemon_version in (None, VERSION):
        return ""
    return (
        f"The daemon is version {client.api.daemon_version}, this is {VERSION}: "
        "`shipway daemon restart` brings them together."
    )
