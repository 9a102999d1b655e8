"""The types that travel over the socket: what the daemon answers and what it is asked.

Addresses: a profile is `owner/name`, a version `owner/name@N`. Lists come in keyset pages; every
page carries the event number of the transaction that read it, so that a client that follows the
feed from there misses nothing.
"""

from shipway_client.wire.base import VERSION_HEADER, ErrorAnswer, ErrorBody, Page, Request, Wire
from shipway_client.wire.catalog import (
    AddFile,
    App,
    ChangeProfile,
    ChangeVersion,
    CreateProfile,
    Duplicates,
    Ingested,
    Mismatch,
    Profile,
    ProfileSettings,
    RejectVersion,
    Version,
    VersionState,
)
from shipway_client.wire.environments import (
    AddEnvironment,
    Attempt,
    ChangeEnvironment,
    Environment,
    JobOutcome,
    LiveVersion,
    Publication,
    PublishStatus,
)
from shipway_client.wire.folders import AddFolder, Folder, FolderState, UnknownBinary
from shipway_client.wire.history import Event, FeedLine, Health, IngestProgress, JobProgress, Plugin
from shipway_client.wire.jobs import (
    Job,
    JobState,
    LogLine,
    Preview,
    PublishRequest,
    RetryRequest,
    Selection,
    UnpublishRequest,
)

__all__ = [
    "VERSION_HEADER",
    "AddEnvironment",
    "AddFile",
    "AddFolder",
    "App",
    "Attempt",
    "ChangeEnvironment",
    "ChangeProfile",
    "ChangeVersion",
    "CreateProfile",
    "Duplicates",
    "Environment",
    "ErrorAnswer",
    "ErrorBody",
    "Event",
    "FeedLine",
    "Folder",
    "FolderState",
    "Health",
    "IngestProgress",
    "Ingested",
    "Job",
    "JobOutcome",
    "JobProgress",
    "JobState",
    "LiveVersion",
    "LogLine",
    "Mismatch",
    "Page",
    "Plugin",
    "Preview",
    "Profile",
    "ProfileSettings",
    "Publication",
    "PublishRequest",
    "PublishStatus",
    "RejectVersion",
    "Request",
    "RetryRequest",
    "Selection",
    "UnknownBinary",
    "UnpublishRequest",
    "Version",
    "VersionState",
    "Wire",
]
