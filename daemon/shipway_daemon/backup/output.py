"""How `shipwayd backup`, `restore` and `migrate` print what they did."""

import sys
import time
from pathlib import Path

import click
import msgspec
from shipway_client.locations import Locations

from shipway_daemon import locations as folders
from shipway_daemon.backup import switching
from shipway_daemon.backup.making import make
from shipway_daemon.backup.restoring import restore
from shipway_daemon.backup.words import BackupReport, counted, sized
from shipway_daemon.catalog import schema
from shipway_daemon.home_lock import HomeLock

_ERASE_LINE = "\r\x1b[K"
_SHOWN_SECONDS = 0.1
#: How many lost digests are printed.
_MOST = 5


class _Progress:
    """One line on the terminal that says how far it is, or with `as_json` a line for a program."""

    def __init__(self, verb: str, *, wanted: bool, as_json: bool = False) -> None:
        self._verb = verb
        self._as_json = as_json
        self._shown = as_json or (wanted and sys.stderr.isatty())
        self._due = 0.0

    def show(self, done: int, total: int) -> None:
        """Rewrite the line, at most ten times a second."""
        if not self._shown or (moment := time.monotonic()) < self._due or not total:
            return
        self._due = moment + _SHOWN_SECONDS
        if self._as_json:
            click.echo(msgspec.json.encode({"done": done, "total": total}), err=True)
            return
        text = f"{_ERASE_LINE}… {self._verb}  {done * 100 // total} % of {sized(total)}"
        click.echo(text, nl=False, err=True, color=True)

    def close(self) -> None:
        """Leave the terminal tidy."""
        if self._shown and not self._as_json:
            click.echo(_ERASE_LINE, nl=False, err=True, color=True)


def back_up(
    locations: Locations, target: Path, *, as_json: bool, quiet: bool, tell: bool = False
) -> int:
    """Make a backup and say what it came to; returns 1 where bytes were lost before it.

    With `tell` a program is told how far it is: JSON lines on standard error.
    """
    progress = _Progress("backup", wanted=not (as_json or quiet), as_json=tell)
    try:
        report = make(locations, target, progress.show)
    finally:
        progress.close()
    if as_json:
        click.echo(msgspec.json.encode(report))
    elif quiet:
        click.echo(report.backup)
    else:
        click.echo("\n".join(_told(report)))
    return 1 if report.manifest.lost else 0


def _told(report: BackupReport) -> list[str]:
    manifest = report.manifest
    holds = (
        f"{counted(manifest.profiles, 'profile')}, {counted(manifest.versions, 'version')}, "
        f"{counted(manifest.blobs, 'blob')} and {counted(manifest.files, 'file')} of "
        f"{sized(manifest.size)}; {sized(report.copied_size)} were new."
    )
    lines = [f"Backed up to {report.backup}.", holds]
    lines += [
        f"error: The bytes of {sha256[:12]} are missing or damaged in the home."
        for sha256 in manifest.lost[:_MOST]
    ]
    if manifest.lost:
        lines.append(f"{len(manifest.lost):,} in all; see `shipway doctor --scrub`.")
    return lines


def restore_home(
    locations: Locations, source: Path, *, force: bool, as_json: bool, quiet: bool
) -> None:
    """Restore a home and say what is in it now."""
    progress = _Progress("restore", wanted=not (as_json or quiet))
    try:
        report = restore(locations, source, force=force, progress=progress.show)
    finally:
        progress.close()
    if as_json:
        click.echo(msgspec.json.encode(report))
        return
    if quiet:
        return
    manifest = report.manifest
    click.echo(
        f"Restored {report.home} from the backup of {manifest.made_at}: "
        f"{counted(manifest.profiles, 'profile')}, {counted(manifest.versions, 'version')}."
    )
    if report.before:
        click.echo(f"What was there before is a home of its own now: {report.before}.")
    click.echo("Start it with `shipway daemon start`.")


def migrate(locations: Locations, *, as_json: bool, quiet: bool) -> None:
    """Bring the schema of a home up to date without starting its daemon, and say from what."""
    folders.prepare(locations)
    lock = HomeLock(locations)
    try:
        switching.finish(locations)
        old = schema.revision(locations.database)
        schema.upgrade(locations.database, locations.backups)
    finally:
        lock.release()
    if as_json:
        told = {"home": str(locations.home), "from": old, "schema": schema.HEAD}
        click.echo(msgspec.json.encode(told))
    elif not quiet and old == schema.HEAD:
        click.echo(f"The catalogue is of schema {old} already.")
    elif not quiet:
        kept = f"; a copy of before is in {locations.backups}" if old else ""
        click.echo(f"Migrated the catalogue from {old or 'none'} to {schema.HEAD}{kept}.")
