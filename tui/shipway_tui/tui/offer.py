"""What a publish review has to offer: apps, environments, and the versions of every channel."""

from dataclasses import dataclass

from shipway_client.client import Client
from shipway_client.wire import App, Environment, Profile, Selection, Version, VersionState
from shipway_plugins.words import ItemAction


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
    """Read the first page of apps."""
    return (await client.profiles.apps()).items


async def read_environments(client: Client) -> list[Environment]:
    """Read the first page of environments."""
    return (await client.environments.list()).items


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
