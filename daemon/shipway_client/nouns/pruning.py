"""The call that deletes what retention lets go."""

from shipway_client.api import Api
from shipway_client.wire import PruneReport, PruneRequest

#: Thousands of versions, each with a file to be removed, take their time.
PRUNE_SECONDS = 3600.0


class Pruning:
    """What can be asked about retention."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def prune(self, *, dry_run: bool = False) -> PruneReport:
        """Delete now what the rules let go; a dry run only tells what that would be."""
        return await self._api.call(
            "POST",
            "/v1/prune",
            PruneReport,
            PruneRequest(dry_run=dry_run),
            seconds=PRUNE_SECONDS,
        )
