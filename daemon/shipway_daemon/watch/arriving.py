"""What a folder's row says about the files that are found in it."""

from shipway_client.wire import UnknownBinary

from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.filing.match import Wanted
from shipway_daemon.intake.record import Arrival, FolderFile


def arrival(row: FolderRow, path: bytes, signature: str) -> Arrival:
    """Describe a finished file to the intake; what is no text of its path is replaced."""
    shown = path.decode("utf-8", "replace")
    where = Wanted(profile=row.profile, channel=row.channel, unknown=UnknownBinary(row.unknown))
    return Arrival(
        file_name=shown.rpartition("/")[2],
        source=f"watch:{shown}",
        wanted=where,
        candidate=row.candidate,
        seen=FolderFile(folder=row.id, path=path, signature=signature),
    )
