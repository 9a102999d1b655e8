"""Saving a version's binary to a file here, behind whatever is looked at."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shipway_client.errors import ShipwayError
from shipway_client.receiving import receive_file
from shipway_client.wire import IngestProgress, Version
from shipway_plugins.words import Progress
from textual.app import App

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.words import plain

ERROR_SECONDS = 8.0


@dataclass(frozen=True)
class Wish:
    """Where a binary is to lie, and whether a file of that name may go for it."""

    target: Path
    force: bool = False


async def save(app: App[Any], desk: Desk, version: Version, wish: Wish) -> None:
    """Save it, and say so; how far it is stands where the files that come in are told of.

    It goes on when its screen is left. Whatever ends it, the same wish goes on where it was.
    """

    def report(done: int, total: int) -> None:
        desk.ingesting.publish(
            IngestProgress(
                file_name=wish.target.name,
                source=f"save:{wish.target}",
                progress=Progress(stage="save", done=done, total=total),
            )
        )

    try:
        await receive_file(desk.client, version, wish.target, report, force=wish.force)
    except ShipwayError as error:
        _complain(app, f"{error.message}\n{error.hint}".strip())
    except OSError as error:
        _complain(app, f"{wish.target} cannot be written: {error.strerror or error}.")
    else:
        app.notify(plain(str(wish.target)), title="Saved", markup=False)


def _complain(app: App[Any], text: str) -> None:
    app.notify(plain(text, lines=True), severity="error", timeout=ERROR_SECONDS, markup=False)
