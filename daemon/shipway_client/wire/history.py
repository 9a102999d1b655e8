"""Health, plugins, events and the feed."""

from typing import Any

import msgspec
from shipway_plugins.words import PluginRecord, Progress

from shipway_client.wire.base import Wire


class Health(Wire, frozen=True, kw_only=True):
    """That the daemon lives, which one it is, and where its home is."""

    version: str
    pid: int
    epoch: int
    home: str
    started_at: str
    seq: int


class Plugin(PluginRecord, frozen=True, kw_only=True):
    """A plugin's record, when it was probed, and the environments that stand on its adapters.

    `warning` says what does not work as long as it is disabled.
    """

    probed_at: str
    environments: list[str] = msgspec.field(default_factory=list)
    warning: str = ""


class Event(Wire, frozen=True, kw_only=True):
    """One line of history; the audit log and the live feed are the same table."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    data: dict[str, Any]


class JobProgress(Wire, frozen=True, kw_only=True):
    """The last progress of a running job."""

    job: int
    progress: Progress


class IngestProgress(Wire, frozen=True, kw_only=True):
    """How far a file on its way in is; at the end `done` is `total`, or the file was not taken."""

    file_name: str
    source: str
    progress: Progress


class FeedLine(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the feed: exactly one of the fields is set.

    `hello` comes first and is the event number that the feed starts after. `progress` and `ingest`
    are never stored and are sent at most four times a second. `alive` is sent every 15 seconds.
    """

    hello: int | None = None
    event: Event | None = None
    progress: JobProgress | None = None
    ingest: IngestProgress | None = None
    alive: int | None = None
