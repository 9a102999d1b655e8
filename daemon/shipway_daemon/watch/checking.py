"""Whether what somebody asks of a folder makes sense, before it is watched."""

from pathlib import Path

from shipway_client.errors import Unavailable, WrongUsage
from shipway_client.wire import AddFolder

from shipway_daemon.locations import inside
from shipway_daemon.patience import aside
from shipway_daemon.rules.channels import check_channel

_MAX_QUIET = 3600.0
#: How long a folder that somebody names may take to answer; a hung mount never does.
_CHECK_SECONDS = 10.0


async def check_folder(request: AddFolder, home: Path) -> str:
    """Check a request; returns the folder's path as it is stored, without links.

    Raises:
        WrongUsage: It is no folder, or lies in the home, or a field makes no sense.
        Unavailable: It does not answer, as on a hung mount.
    """
    if request.channel is not None:
        check_channel(request.channel)
    if not 0 <= request.quiet <= _MAX_QUIET:
        raise WrongUsage(f"The quiet time must be 0 to {_MAX_QUIET:.0f} seconds.")
    try:
        return str(await aside(lambda: _resolve(request.path, home), _CHECK_SECONDS))
    except TimeoutError as error:
        raise Unavailable(
            f"The folder {request.path} does not answer.",
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
