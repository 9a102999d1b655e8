"""What a publish review has to offer: apps, environments, and the versions of every channel."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from shipway_client.client import Client
from shipway_client.wire import App, Environment, Page, Profile, Selection, Version, VersionState
from shipway_plugins.words import ItemAction

T = TypeVar("T")

#: How many are asked for at once, and more than anybody chooses from in a list.
PAGE_ITEMS, MOST_ITEMS = 200, 5000


@dataclass(frozen=True)
class ChannelOffer:
    """One channel of the app: its profile, and the newest versions that can be published."""

    profile: Profile
    versions: list[Version]

    @property
    def channel(self) -> str:
        """The channel's name."""
        return self.profile.channel


KEEP, REMOVE = "keep", "remove"


def selection(channel: str, choice: str) -> Selection:
    """Turn a choice (`keep`, `remove` or a version's address) into what is asked of the daemon."""
    if choice == KEEP:
        return Selection(channel=channel, action=ItemAction.KEEP)
    if choice == REMOVE:
        return Selection(channel=channel, action=ItemAction.REMOVE)
    return Selection(channel=channel, action=ItemAction.PUBLISH, version=choice)


async def read_apps(client: Client) -> list[App]:
    """Read all apps, as many as a person can choose from."""
    return await _read_all(lambda after: client.profiles.apps(after=after, limit=PAGE_ITEMS))


async def read_environments(client: Client) -> list[Environment]:
    """Read all environments, as many as a person can choose from."""
    return await _read_all(lambda after: client.environments.list(after=after, limit=PAGE_ITEMS))


async def _read_all(read: Callable[[str | None], Awaitable[Page[T]]]) -> list[T]:
    found: list[T] = []
    after: str | None = None
    while len(found) < MOST_ITEMS:
        page = await read(after)
        found += page.items
        after = page.after
        if after is None:
            break
    return found


async def read_channels(client: Client, app: str) -> list[ChannelOffer]:
    """Read an app's channels, each with its newest versions.

    Raises:
        NotFound: There is no such app.
    """
    found = await client.profiles.app(app)
    profiles = [await client.profiles.show(address) for address in found.profiles]
    return [ChannelOffer(profile, await _ready(client, profile)) for profile in profiles]


async def _ready(client: Client, profile: Profile) -> list[Version]:
    page = await client.versions.list(profile=profile.address)
    ready = [version for version in page.items if version.state is VersionState.READY]
    if profile.candidate and all(version.number != profile.candidate for version in ready):
        ready.append(await client.versions.show(f"{profile.address}@{profile.candidate}"))
    return ready
