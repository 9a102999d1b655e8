"""What environments hold, by read-back, joined with what the catalogue knows of it."""

from shipway_client.wire import LiveVersion, Publication, PublishStatus
from shipway_plugins.words import LiveEntry, LiveState
from sqlalchemy import Connection

from shipway_daemon.catalog import environments, owners, versions
from shipway_daemon.catalog.environments import EnvironmentRow, PublicationRow
from shipway_daemon.events import history
from shipway_daemon.jobs import views


def publication(tx: Connection, row: PublicationRow) -> Publication:
    """Read one publication: what is live, and beside it the last attempt."""
    return Publication(
        environment=row.environment,
        app=row.app,
        status=PublishStatus.PUBLISHED if row.live else PublishStatus.NOT_PUBLISHED,
        live=[_live(tx, row.app, entry) for entry in row.live],
        read_at=row.read_at,
        last_attempt=views.last_attempt(tx, row.environment_id, row.app),
    )


def current(tx: Connection, environment: EnvironmentRow, app: str) -> Publication:
    """Read the publication of an app in an environment, also where there never was one."""
    row = environments.publication(tx, environment.id, app)
    if row is not None:
        return publication(tx, row)
    return Publication(
        environment=environment.name,
        app=app,
        status=PublishStatus.NOT_PUBLISHED,
        live=[],
        read_at=None,
        last_attempt=views.last_attempt(tx, environment.id, app),
    )


def store_live(tx: Connection, environment_id: int, environment: str, live: LiveState) -> None:
    """Store what a read-back found, and tell of it where that is news."""
    before = environments.publication(tx, environment_id, live.app)
    environments.set_live(tx, environment_id, live.app, live.entries)
    if before is None or before.live != live.entries:
        history.append(
            tx,
            "publication.changed",
            f"{environment} {live.app}",
            environment=environment,
            app=live.app,
            channels=[entry.channel for entry in live.entries],
            digests=[entry.digest for entry in live.entries],
        )


def _live(tx: Connection, app: str, entry: LiveEntry) -> LiveVersion:
    owner = owners.find_app(tx, app)
    address = None
    if owner is not None:
        address = versions.of_app_with_digest(tx, owner.id, entry.channel, entry.digest)
    return LiveVersion(
        channel=entry.channel,
        copy=entry.copy,
        state=entry.state,
        digest=entry.digest,
        version=entry.version,
        build=entry.build,
        version_address=address,
        targets=entry.targets,
    )
