"""In which environments versions are live, by their last read-back."""

from collections.abc import Collection

import msgspec

from shipway_client.client import Client
from shipway_client.wire import LiveVersion, Publication, Version


class LiveIn(msgspec.Struct, frozen=True):
    """An environment that holds a version: its publication of the app, and what is live of it."""

    publication: Publication
    live: list[LiveVersion]

    @property
    def environment(self) -> str:
        """The environment's name."""
        return self.publication.environment


async def live_in(client: Client, version: Version) -> list[LiveIn]:
    """Find every environment where a version is live, by name.

    Raises:
        ShipwayError: What the daemon says, for instance that the profile is gone.
    """
    return await live_among(client, version.profile, [version.address])


async def live_among(
    client: Client, profile: str, addresses: Collection[str] | None = None
) -> list[LiveIn]:
    """Find every environment where one of these versions of a profile is live, or any, by name.

    Raises:
        ShipwayError: What the daemon says, for instance that the profile is gone.
    """
    app = (await client.profiles.show(profile)).app
    found: list[LiveIn] = []
    after: str | None = None
    while True:
        page = await client.environments.publications(app=app, after=after)
        for publication in page.items:
            live = [one for one in publication.live if _meant(one, profile, addresses)]
            if live:
                found.append(LiveIn(publication, live))
        after = page.after
        if after is None:
            return sorted(found, key=lambda one: one.environment)


def _meant(live: LiveVersion, profile: str, addresses: Collection[str] | None) -> bool:
    address = live.version_address or ""
    return address in addresses if addresses is not None else address.startswith(f"{profile}@")
