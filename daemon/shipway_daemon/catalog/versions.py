"""Queries about versions and the blobs that they name."""

from typing import Any

from shipway_client.errors import NotFound
from shipway_client.wire import Version, VersionState
from shipway_plugins.words import BuildFacts
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from shipway_daemon.catalog import version_ways
from shipway_daemon.catalog.tables import blobs, profiles, versions
from shipway_daemon.clock import now
from shipway_daemon.queries.orders import NEWEST_FIRST, Order
from shipway_daemon.queries.words import Query
from shipway_daemon.rules.natural import natural
from shipway_daemon.rules.versions import expiry

_NUMBERS = ("version", "build")


def _selection() -> Select[Any]:
    """A version with its profile, and whether it is the profile's current candidate."""
    other = versions.alias("other")
    newest_mark = (
        select(func.max(other.c.candidate_mark))
        .where(other.c.profile_id == versions.c.profile_id, other.c.candidate_mark.is_not(None))
        .scalar_subquery()
    )
    return select(
        versions,
        profiles.c.address.label("profile"),
        profiles.c.identifier.label("profile_identifier"),
        newest_mark.label("newest_mark"),
    ).join(profiles, profiles.c.id == versions.c.profile_id)


def read(tx: Connection, profile: str, number: int) -> Version:
    """Read one version.

    Raises:
        NotFound: There is none of that address.
    """
    row = tx.execute(
        _selection().where(profiles.c.address == profile, versions.c.number == number)
    ).first()
    if row is None:
        raise NotFound(
            f"There is no version {profile}@{number}.", f"See `shipway version list {profile}`."
        )
    return _version(row)


def read_id(tx: Connection, version_id: int) -> Version:
    """Read the version of a row id that is known to exist."""
    return _version(tx.execute(_selection().where(versions.c.id == version_id)).one())


def before(tx: Connection, profile: str, number: int) -> Version:
    """Read the version that came before one in its profile.

    Raises:
        NotFound: There is none of that address, or none before it.
    """
    version = read(tx, profile, number)
    this = select(versions.c.profile_id).where(versions.c.id == version.id).scalar_subquery()
    found = _first(
        tx, _selection().where(versions.c.profile_id == this, versions.c.id < version.id)
    )
    if found is None:
        raise NotFound(f"No version came before {version.address}.", "Name the other one.")
    return found


def page(
    tx: Connection,
    profile_id: int | None,
    query: Query | None,
    after: str | None,
    limit: int,
    order: Order = NEWEST_FIRST,
) -> list[Version]:
    """Read versions of one profile or of all, newest first unless asked otherwise.

    Raises:
        WrongUsage: `after` is no cursor of this order.
    """
    ids = version_ways.find(tx, profile_id, query or Query(), after, limit, order)
    rows = {row.id: row for row in tx.execute(_selection().where(versions.c.id.in_(ids)))}
    return [_version(rows[version_id]) for version_id in ids]


def with_digest(tx: Connection, profile_id: int, sha256: str) -> Version | None:
    """Find the profile's newest version of these bytes that was not rejected."""
    return _first(
        tx,
        _selection().where(
            versions.c.sha256 == sha256,
            versions.c.profile_id == profile_id,
            versions.c.rejected.is_(None),
        ),
    )


def with_build(tx: Connection, profile_id: int, version: str, build: str) -> Version | None:
    """Find the profile's newest version of this version and build that was not rejected."""
    return _first(
        tx,
        _selection().where(
            versions.c.profile_id == profile_id,
            versions.c.version == version,
            versions.c.build == build,
            versions.c.rejected.is_(None),
        ),
    )


def with_number(tx: Connection, profile_id: int, number: int) -> Version | None:
    """Find the profile's version of this number."""
    return _first(
        tx,
        _selection().where(versions.c.profile_id == profile_id, versions.c.number == number),
    )


def with_marketing(tx: Connection, profile_id: int, version: str) -> list[Version]:
    """Find at most two versions of a profile that call themselves `version`, newest first."""
    rows = tx.execute(
        _selection()
        .where(versions.c.profile_id == profile_id, versions.c.version == version)
        .order_by(versions.c.id.desc())
        .limit(2)
    )
    return [_version(row) for row in rows]


def of_app_with_digest(tx: Connection, app_id: int, channel: str, sha256: str) -> str | None:
    """Find the address of an app's newest version of these bytes on a channel."""
    found = _first(
        tx,
        _selection().where(
            versions.c.sha256 == sha256,
            profiles.c.app_id == app_id,
            profiles.c.channel == channel,
        ),
    )
    return found.address if found else None


def insert_blob(tx: Connection, sha256: str, size: int) -> None:
    """Record a blob that lies in the store, where it is not recorded yet."""
    if tx.execute(select(blobs.c.sha256).where(blobs.c.sha256 == sha256)).first() is None:
        tx.execute(insert(blobs).values(sha256=sha256, size=size, created_at=now()))


def create(tx: Connection, values: dict[str, Any]) -> Version:
    """Insert a version and read it back."""
    told = {**values, **_ordered(values)}
    insertion = insert(versions).values(created_at=now(), **told).returning(versions.c.id)
    return read_id(tx, tx.execute(insertion).scalar_one())


def change(tx: Connection, version_id: int, **values: Any) -> Version:
    """Change columns of a version and read it back."""
    told = {**values, **_ordered(values)}
    tx.execute(update(versions).where(versions.c.id == version_id).values(**told))
    return read_id(tx, version_id)


def mark_candidate(tx: Connection, version_id: int) -> Version:
    """Give a version the newest mark of its profile, which makes it the current candidate."""
    this = select(versions.c.profile_id).where(versions.c.id == version_id).scalar_subquery()
    newest = tx.execute(
        select(func.coalesce(func.max(versions.c.candidate_mark), 0)).where(
            versions.c.profile_id == this, versions.c.candidate_mark.is_not(None)
        )
    ).scalar_one()
    return change(tx, version_id, candidate_mark=int(newest) + 1)


def drop(tx: Connection, version_id: int) -> None:
    """Delete a version's row; its blob stays until it is collected."""
    tx.execute(delete(versions).where(versions.c.id == version_id))


def digests(tx: Connection, profile_id: int) -> list[str]:
    """List the digests that the versions of a profile name."""
    query = select(versions.c.sha256).where(versions.c.profile_id == profile_id).distinct()
    return list(tx.execute(query).scalars())


def drop_all(tx: Connection, profile_id: int) -> int:
    """Delete every version of a profile; returns how many there were."""
    return tx.execute(delete(versions).where(versions.c.profile_id == profile_id)).rowcount


def _ordered(values: dict[str, Any]) -> dict[str, str]:
    """What the numbers among some values are sorted by."""
    return {f"{name}_order": natural(values[name]) for name in _NUMBERS if name in values}


def _first(tx: Connection, query: Select[Any]) -> Version | None:
    row = tx.execute(query.order_by(versions.c.id.desc()).limit(1)).first()
    return _version(row) if row else None


def _version(row: Row[Any]) -> Version:
    expires = expiry(row.inspection)
    state = VersionState(row.state)
    if state is not VersionState.REJECTED and expires and expires < now():
        state = VersionState.EXPIRED
    return Version(
        id=row.id,
        address=f"{row.profile}@{row.number}",
        number=row.number,
        profile=row.profile,
        channel=row.channel,
        version=row.version,
        build=row.build,
        identifier=row.identifier,
        name=row.name,
        platform=row.platform,
        format=row.format,
        file_name=row.file_name,
        sha256=row.sha256,
        size=row.size,
        state=state,
        candidate=row.candidate_mark is not None,
        current=row.candidate_mark is not None and row.candidate_mark == row.newest_mark,
        findings=row.findings,
        notes=row.notes,
        min_os=row.inspection.min_os or None,
        target_os=row.inspection.target_os or None,
        rejected=row.rejected,
        created_at=row.created_at,
        inspection=row.inspection,
        facts=_facts(row),
    )


def fact_columns(facts: BuildFacts) -> dict[str, str | None]:
    """The columns that hold build facts."""
    return {
        "branch": facts.branch,
        "commit_hash": facts.commit,
        "commit_message": facts.message,
        "run_url": facts.run_url,
        "variant": facts.variant,
    }


def _facts(row: Row[Any]) -> BuildFacts:
    return BuildFacts(
        branch=row.branch,
        commit=row.commit_hash,
        message=row.commit_message,
        run_url=row.run_url,
        variant=row.variant,
    )
