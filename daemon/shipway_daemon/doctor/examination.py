"""All checks, in the order in which one explains the next."""

from collections.abc import Callable, Iterator

import msgspec
from shipway_client.locations import Locations
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from shipway_daemon.catalog import offline
from shipway_daemon.doctor import blobs, database, folders, lock, plugins, space, tools
from shipway_daemon.doctor.blobs import Progress
from shipway_daemon.doctor.words import Checked, error, info


def examine(locations: Locations, *, scrub: bool, progress: Progress) -> Iterator[Checked]:
    """Yield what each check found, as it is done. Nothing is changed."""
    if not locations.home.is_dir():
        nothing = f"There is no home at {locations.home} yet."
        yield Checked(name="home", summary=nothing)
        yield tools.check()
        return
    runs = lock.daemon_runs(locations)
    yield lock.check(locations, runs=runs)
    with offline.opened(locations.database) as catalogue:
        told, readable = database.check(locations.database, catalogue, thorough=scrub)
        yield told
        if readable:
            yield from _catalogued(locations, catalogue, runs=runs, scrub=scrub, progress=progress)
        elif locations.database.exists():
            sentence = "Blobs, folders and plugins are not checked: the catalogue names them."
            untold = [info("not-checked", sentence)]
            yield Checked(name="the rest", summary="Not checked.", findings=untold)
    yield tools.check()
    yield _guarded(space.NAME, lambda: space.check(locations.home))


def _catalogued(
    locations: Locations, catalogue: Engine, *, runs: bool, scrub: bool, progress: Progress
) -> Iterator[Checked]:
    """The checks that ask the catalogue what there should be."""
    yield _guarded(
        blobs.NAME,
        lambda: blobs.check(locations, catalogue, runs=runs, scrub=scrub, progress=progress),
    )
    yield _guarded(folders.NAME, lambda: _asked(catalogue, folders.check))
    yield _guarded(plugins.NAME, lambda: _asked(catalogue, plugins.check))


def _asked(catalogue: Engine, check: Callable[[Connection], Checked]) -> Checked:
    with catalogue.connect() as tx:
        return check(tx)


def _guarded(name: str, check: Callable[[], Checked]) -> Checked:
    """Let a check that breaks on what is broken say so, and the others go on."""
    try:
        return check()
    except (OSError, DatabaseError, msgspec.MsgspecError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        broken = error(
            "check-broke",
            f"The check could not be made: {reason}.",
            "Mend what the other checks found, then look again.",
        )
        return Checked(name=name, summary="Not checked.", findings=[broken])
