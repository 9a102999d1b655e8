"""The native door itself: a Unix socket that only its owner can use."""

import socket
import stat
from pathlib import Path

from aiohttp import web
from shipway_client.errors import Failed

from shipway_daemon.doors.native.answers import guard
from shipway_daemon.doors.native.description import DescriptionRoutes
from shipway_daemon.doors.native.environments import EnvironmentRoutes
from shipway_daemon.doors.native.files import FileRoutes
from shipway_daemon.doors.native.folders import FolderRoutes
from shipway_daemon.doors.native.history import HistoryRoutes
from shipway_daemon.doors.native.jobs import JobRoutes
from shipway_daemon.doors.native.metrics import MetricsRoutes
from shipway_daemon.doors.native.peer import known
from shipway_daemon.doors.native.plugins import PluginRoutes
from shipway_daemon.doors.native.profiles import ProfileRoutes
from shipway_daemon.doors.native.pruning import PruningRoutes
from shipway_daemon.doors.native.unmatched import UnmatchedRoutes
from shipway_daemon.doors.native.uploads import UploadRoutes
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.doors.native.versions import VersionRoutes

#: All that can be asked; each has a method `routes`.
NOUNS = (
    HistoryRoutes,
    ProfileRoutes,
    VersionRoutes,
    FileRoutes,
    UploadRoutes,
    EnvironmentRoutes,
    JobRoutes,
    FolderRoutes,
    UnmatchedRoutes,
    PruningRoutes,
    PluginRoutes,
    DescriptionRoutes,
    MetricsRoutes,
)

_BACKLOG = 128
_GOODBYE_SECONDS = 2.0


class NativeDoor:
    """Open from `open` to `close`."""

    def __init__(self, use: UseCases) -> None:
        application = web.Application(middlewares=[guard, known])
        for noun in NOUNS:
            application.add_routes(noun(use).routes())
        self._feed = use.feed
        self._runner = web.AppRunner(
            application,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_GOODBYE_SECONDS,
        )

    async def open(self, listening: socket.socket) -> None:
        """Take calls on a bound socket; call it while holding the home's lock."""
        await self._runner.setup()
        await web.SockSite(self._runner, listening, backlog=_BACKLOG).start()

    async def close(self) -> None:
        """Take no more calls, give those at work a moment, and end them."""
        self._feed.end()
        await self._runner.cleanup()


def listen(path: Path) -> socket.socket:
    """Bind a socket with rights for its owner alone.

    A socket that is there already is stale: whoever left it no longer holds the home's lock.

    Raises:
        Failed: Something that is no socket lies there.
    """
    if path.is_symlink() or path.exists():
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise Failed(f"{path} is no socket.", "Move it away, then start the daemon again.")
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
        path.chmod(0o600)
    except OSError as error:
        listening.close()
        raise Failed(f"The socket {path} cannot be made: {error.strerror}.") from error
    return listening
