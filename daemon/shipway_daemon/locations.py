"""The folders of a home, made with the rights they need; where they are, the client knows."""

import os
import stat
from pathlib import Path

from shipway_client.errors import Failed
from shipway_client.locations import Locations


def prepare(locations: Locations) -> None:
    """Make every folder of the home, for its owner alone.

    Raises:
        Failed: A folder belongs to somebody else, or cannot be made.
    """
    folders = (
        locations.home,
        locations.config,
        locations.lanes,
        locations.environments,
        locations.runtime,
        locations.socket.parent,
    )
    for folder in folders:
        _prepare(folder)


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise Failed(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Point SHIPWAY_HOME at a folder that you can write to.",
        ) from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise Failed(
            f"{folder} is not a folder of yours.",
            "Remove it, or point SHIPWAY_HOME at another place.",
        )


def inside(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder or lies in it, links resolved."""
    return path.resolve().is_relative_to(folder.resolve())
