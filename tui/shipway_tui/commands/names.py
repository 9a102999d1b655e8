"""Names that the daemon knows: completed while they are typed, and corrected where they are wrong.

Both ask the daemon for a moment only, start none, and are silent when it is away.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, runtime_checkable

import click
import msgspec
from click.shell_completion import CompletionItem
from shipway_client.client import Client
from shipway_client.errors import NotFound, ShipwayError
from shipway_client.wire import JobState

from shipway_tui.commands.numbers import WholeNumber

#: How long a person who pressed tab waits at most.
ASK_SECONDS = 0.8
#: How many names are read.
MOST = 200
#: How alike two names must be for one to be meant by the other.
_ALIKE = 0.7

#: A name, and what is said beside it where the shell can.
Name = tuple[str, str]
#: Reads names; is given the client and what was typed so far.
Finder = Callable[[Client, str], Awaitable[list[Name]]]


def known(find: Finder, typed: str) -> list[Name]:
    """Ask the daemon for names; none where it is away, busy, or of another mind."""
    try:
        return asyncio.run(_within(find, typed))
    except (ShipwayError, OSError, TimeoutError, msgspec.MsgspecError):
        return []


async def _within(find: Finder, typed: str) -> list[Name]:
    async with asyncio.timeout(ASK_SECONDS):
        return await find(Client(), typed)


def completed(names: list[Name], typed: str) -> list[CompletionItem[str]]:
    """Those that begin with what was typed."""
    return [CompletionItem(name, help=about) for name, about in names if name.startswith(typed)]


@runtime_checkable
class Findable(Protocol):
    """A type of parameters whose values the daemon knows."""

    def find(self, client: Client, typed: str) -> Awaitable[list[Name]]:
        """Read names."""


class Known(click.ParamType[str]):
    """A name that the daemon knows; whether it does is seen when it is asked."""

    def __init__(self, name: str, finder: Finder) -> None:
        self.name = name
        self._finder = finder

    def find(self, client: Client, typed: str) -> Awaitable[list[Name]]:
        """Read names."""
        return self._finder(client, typed)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Complete it."""
        del ctx, param
        return completed(known(self.find, incomplete), incomplete)


class KnownNumber(WholeNumber):
    """The number of something that the daemon knows."""

    def __init__(self, finder: Finder) -> None:
        super().__init__(min=1)
        self._finder = finder

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Complete it."""
        del ctx, param
        return completed(known(self._finder, incomplete), incomplete)


def meant(error: NotFound, context: click.Context) -> NotFound:
    """Add to an error which name was meant, where one that the daemon knows is spelt alike."""
    from difflib import get_close_matches

    for param in context.command.params:
        value = context.params.get(param.name or "")
        if not (isinstance(value, str) and isinstance(param.type, Findable)):
            continue
        wrong = value.partition("@")[0]
        if wrong not in error.message:
            continue
        names = [name.rstrip("@") for name, _ in known(param.type.find, "")]
        alike = get_close_matches(wrong, names, cutoff=_ALIKE)
        if alike and wrong not in names:
            hint = f"Did you mean {' or '.join(alike)}? {error.hint}".strip()
            return NotFound(error.message, hint, fields=error.fields)
    return error


# --------------------------------------------------------------------------- what there is


async def profiles(client: Client, typed: str) -> list[Name]:
    """Profiles, each with its identifier."""
    page = await client.profiles.list(query=_words(typed), limit=MOST)
    return [(one.address, one.identifier or "") for one in page.items]


async def versions(client: Client, typed: str) -> list[Name]:
    """Versions of the profile that was typed, the newest first; before its `@`, the profiles."""
    profile, at, _ = typed.partition("@")
    if not at:
        return [(f"{name}@", about) for name, about in await profiles(client, typed)]
    page = await client.versions.list(profile=profile, limit=MOST)
    return [
        (one.address, f"{one.version or '-'} ({one.build or '-'}), {one.state}")
        for one in page.items
    ]


async def apps(client: Client, typed: str) -> list[Name]:
    """Apps, each with its profiles."""
    del typed
    page = await client.profiles.apps(limit=MOST)
    return [(one.address, ", ".join(one.profiles)) for one in page.items]


async def environments(client: Client, typed: str) -> list[Name]:
    """Environments, each with its status."""
    del typed
    page = await client.environments.list(limit=MOST)
    return [(one.name, f"{one.status}, {one.title}") for one in page.items]


async def jobs(client: Client, typed: str) -> list[Name]:
    """Jobs, the newest first."""
    del typed
    page = await client.jobs.list(limit=MOST)
    return [
        (str(one.id), f"{one.kind} {one.app or ''} {one.outcome or one.state}")
        for one in page.items
    ]


async def open_jobs(client: Client, typed: str) -> list[Name]:
    """Jobs that have not ended."""
    del typed
    states = [state for state in JobState if state is not JobState.DONE]
    page = await client.jobs.list(state=states, limit=MOST)
    return [(str(one.id), f"{one.kind} {one.app or ''} {one.state}") for one in page.items]


async def plugins(client: Client, typed: str) -> list[Name]:
    """Plugins, each with its state."""
    del typed
    return [(one.name, str(one.state)) for one in (await client.plugins.list()).items]


async def adapters(client: Client, typed: str) -> list[Name]:
    """Kinds of adapters of all plugins."""
    del typed
    return [
        (adapter.kind, adapter.title)
        for plugin in (await client.plugins.list()).items
        for adapter in plugin.adapters
    ]


async def folders(client: Client, typed: str) -> list[Name]:
    """Watched folders, by their numbers."""
    del typed
    page = await client.folders.list(limit=MOST)
    return [(str(one.id), one.path) for one in page.items]


async def held(client: Client, typed: str) -> list[Name]:
    """Binaries that are held."""
    del typed
    page = await client.unmatched.list(limit=MOST)
    return [(str(one.id), one.file_name) for one in page.items]


async def uploads(client: Client, typed: str) -> list[Name]:
    """Uploads under way."""
    del typed
    page = await client.uploads.list(limit=MOST)
    return [(one.id, one.file_name) for one in page.items]


def _words(typed: str) -> str | None:
    """What was typed, as a word to be searched for: else a name beyond the first page is missed."""
    word = typed.rpartition("/")[2]
    return f'"{word}"' if word.isalnum() else None


#: The type of each argument or option that names one thing.
ENVIRONMENT: Known = Known("environment", environments)
APP: Known = Known("app", apps)
PLUGIN: Known = Known("plugin", plugins)
ADAPTER: Known = Known("adapter", adapters)
UPLOAD: Known = Known("upload", uploads)
JOB: Any = KnownNumber(jobs)
OPEN_JOB: Any = KnownNumber(open_jobs)
FOLDER: Any = KnownNumber(folders)
HELD: Any = KnownNumber(held)
