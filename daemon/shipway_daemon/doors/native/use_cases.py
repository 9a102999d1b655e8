"""What the native door may call: the rooms behind it, in one list."""

import asyncio
from dataclasses import dataclass

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.database.engine import Database
from shipway_daemon.events.feed import Feed, ProgressBoard
from shipway_daemon.filing.pruning import Pruning
from shipway_daemon.intake.service import Intake
from shipway_daemon.intake.uploads import Uploads
from shipway_daemon.jobs.engine import Engine
from shipway_daemon.measures import LoopLag
from shipway_daemon.plugins.service import Plugins
from shipway_daemon.publish.admission import Admission
from shipway_daemon.publish.environments import Environments
from shipway_daemon.watch.service import Watcher


@dataclass(frozen=True)
class Identity:
    """Who this daemon is."""

    version: str
    pid: int
    epoch: int
    home: str
    started_at: str


@dataclass(frozen=True)
class UseCases:
    """The rooms that the handlers call, and the event that ends the daemon."""

    identity: Identity
    database: Database
    blobs: BlobStore
    intake: Intake
    uploads: Uploads
    watcher: Watcher
    environments: Environments
    pruning: Pruning
    plugins: Plugins
    admission: Admission
    engine: Engine
    feed: Feed
    progress: ProgressBoard
    lag: LoopLag
    stop: asyncio.Event
