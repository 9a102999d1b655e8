"""What a folder's row says about the files that are found in it."""

from shipway_client.wire import UnknownBinary

from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.filing.match import Wanted
from shipway_daemon.intake.numbers import Numbers
from shipway_daemon.intake.record import Arrival, FolderFile
from shipway_daemon.rules.patterns import check_pattern


def arrival(row: FolderRow, path: bytes, signature: str) -> Arrival:
    """Describe a finished file to the intake; what is no text of its path is replaced."""
    shown = path.decode("utf-8", "replace")
    where = Wanted(profile=row.profile, channel=row.channel, unknown=UnknownBinary(row.unknown))
    name = shown.rpartition("/")[2]
    return Arrival(
        file_name=name,
        source=f"watch:{shown}",
        wanted=where,
        candidate=row.candidate,
        numbers=_numbers(row.pattern, name),
        seen=FolderFile(folder=row.id, path=path, signature=signature),
    )


def _numbers(pattern: str | None, name: str) -> list[Numbers]:
    """What the folder's pattern reads from a name."""
    if pattern is None:
        return []
    told = check_pattern(pattern).read(name)
    return [Numbers(origin="the name of the file", version=told.version, build=told.build)]
