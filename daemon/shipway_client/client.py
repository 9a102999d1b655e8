"""The client: everything that a program can ask a daemon, by noun."""

from shipway_client.address import find_address
from shipway_client.api import Api
from shipway_client.locations import Locations, locate
from shipway_client.nouns.environments import Environments
from shipway_client.nouns.folders import Folders
from shipway_client.nouns.history import History
from shipway_client.nouns.jobs import Jobs
from shipway_client.nouns.plugins import Plugins
from shipway_client.nouns.profiles import Profiles
from shipway_client.nouns.pruning import Pruning
from shipway_client.nouns.unmatched import Unmatched
from shipway_client.nouns.uploads import Uploads
from shipway_client.nouns.versions import Versions


class Client:
    """One daemon, by noun. Holds no connection, so it needs no closing and survives restarts."""

    def __init__(self, locations: Locations | None = None) -> None:
        self.locations = locations or locate()
        self.api = Api(find_address(self.locations))
        self.profiles = Profiles(self.api)
        self.versions = Versions(self.api)
        self.uploads = Uploads(self.api)
        self.environments = Environments(self.api)
        self.jobs = Jobs(self.api)
        self.folders = Folders(self.api)
        self.unmatched = Unmatched(self.api)
        self.pruning = Pruning(self.api)
        self.plugins = Plugins(self.api)
        self.history = History(self.api)

    def relocate(self) -> None:
        """Look again where the daemon is: a new one may listen elsewhere."""
        self.api.address = find_address(self.locations)
