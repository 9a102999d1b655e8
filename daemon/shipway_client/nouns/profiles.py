"""Calls about publish profiles."""

from shipway_client.api import Api, address_path
from shipway_client.wire import App, ChangeProfile, CreateProfile, Page, Profile


class Profiles:
    """What can be asked about profiles."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(
        self,
        *,
        query: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Profile]:
        """Read one page of profiles, by address; see `wire.queries.PROFILES`."""
        return await self._api.call(
            "GET", "/v1/profiles", Page[Profile], q=query, sort=sort, after=after, limit=limit
        )

    async def show(self, address: str) -> Profile:
        """Read one profile."""
        return await self._api.call("GET", f"/v1/profiles/{address_path(address)}", Profile)

    async def create(self, request: CreateProfile) -> Profile:
        """Make a profile."""
        return await self._api.call("POST", "/v1/profiles", Profile, request)

    async def change(self, address: str, request: ChangeProfile) -> Profile:
        """Rename a profile, or change its settings."""
        return await self._api.call(
            "PATCH", f"/v1/profiles/{address_path(address)}", Profile, request
        )

    async def delete(self, address: str, confirm: str | None) -> None:
        """Delete a profile with its versions; stores are not touched.

        `confirm` repeats the address where the profile has versions.
        """
        await self._api.call(
            "DELETE", f"/v1/profiles/{address_path(address)}", type(None), confirm=confirm
        )

    async def app(self, address: str) -> App:
        """Read one app with its profiles."""
        return await self._api.call("GET", f"/v1/apps/{address_path(address)}", App)

    async def apps(self, *, after: str | None = None, limit: int = 50) -> Page[App]:
        """Read one page of apps, each with its profiles."""
        return await self._api.call("GET", "/v1/apps", Page[App], after=after, limit=limit)
