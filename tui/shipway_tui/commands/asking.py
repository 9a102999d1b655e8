"""How a command asks the daemon: one client, one event loop, one question."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
import msgspec
from shipway_client.client import Client
from shipway_client.errors import Failed, NoDaemon
from shipway_client.version import VERSION

T = TypeVar("T")

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
    if sys.stderr.isatty() and (hint := _version_hint(client)):
        click.echo(hint, err=True)
    return answer


def _version_hint(client: Client) -> str:
    if client.api.daemon_version in (None, VERSION):
        return ""
    return (
        f"The daemon is version {client.api.daemon_version}, this is {VERSION}: "
        "stop it with `shipway daemon stop`, and start it again."
    )
