"""What the first daemon of a restored home does: nothing that the backup left open is done again.

A job that had not ended when the backup was made may have ended since. To do it again could publish
twice, so it ends here, and the store says what it holds when it is read next.
"""

import msgspec
from shipway_client.locations import Locations
from sqlalchemy import Connection

from shipway_daemon.backup.switching import RESTORED
from shipway_daemon.backup.words import Restored
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.jobs import ending


async def settle(database: Database, locations: Locations) -> None:
    """End the jobs of a restored home that had not ended, once; call it before any runs."""
    note = locations.home / RESTORED
    try:
        told = msgspec.json.decode(note.read_bytes(), type=Restored)
    except FileNotFoundError:
        return

    def work(tx: Connection) -> None:
        history.skip_to(tx, told.seq)
        ended = ending.end_all(
            tx,
            f"It had not ended when the backup of {told.made_at} was made, from which this home "
            "was restored.",
            "See what the environment holds now; `shipway job retry` does it again.",
        )
        history.append(tx, "home.restored", "", made_at=told.made_at, jobs=ended)

    await database.write(work)
    note.unlink()
