"""Whether a folder that somebody names can be watched."""

from pathlib import Path

from shipway_client.errors import Unavailable, WrongUsage

from shipway_daemon.locations import inside
from shipway_daemon.patience import aside

#: How long a folder that somebody names may take to answer; a hung mount never does.
_CHECK_SECONDS = 10.0


async def check_folder(named: str, home: Path) -> str:
    """Look at a folder; returns its path as it is stored, without links.

    Raises:
        WrongUsage: It is no folder, or lies in the home.
        Unavailable: It does not answer, as on a hung mount.
    """
    try:
        return str(await aside(lambda: _resolve(named, home), _CHECK_SECONDS))
    except TimeoutError as error:
        raise Unavailable(
            f"The folder {named} does not answer.",
            "See whether its drive or its server is there, then add it again.",
        ) from error


def _resolve(named: str, home: Path) -> Path:
    path = Path(named)
    if not path.is_absolute() or not path.is_dir():
        raise WrongUsage(f"{named} is no folder.", "Give a folder that exists.")
    resolved = path.resolve()
    if inside(resolved, home) or inside(home, resolved):
        raise WrongUsage(
            f"{path} cannot be watched: it holds Shipway's own files.",
            "Watch the folder that your build tool writes to.",
        )
    return resolved
