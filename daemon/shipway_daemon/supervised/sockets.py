"""The socket that a service manager opened: it outlives the daemon, so that callers wait."""

import os
import socket
import stat
import sys
from pathlib import Path

from shipway_client.errors import Refused

from shipway_daemon.supervised.launchd import sockets_of_launchd

#: The first descriptor that systemd passes (sd_listen_fds(3)).
_FIRST = 3


def passed_socket() -> socket.socket | None:
    """Take the listening socket that was passed to this process; None where none was.

    Call it once, before any child is started: nobody else is to take it for theirs. systemd says
    so in the environment; launchd is asked, and answers that it does not know us where a person
    started us.

    Raises:
        Refused: More than one was passed, or one that is no Unix socket for its owner alone.
    """
    descriptors = _sockets_of_systemd()
    if not descriptors and sys.platform == "darwin":
        descriptors = sockets_of_launchd()
    if not descriptors:
        return None
    if len(descriptors) > 1:
        raise Refused(
            f"The service manager passed {len(descriptors)} sockets, and one is wanted.",
            "Name one ListenStream in the socket unit, or one socket in the plist.",
        )
    given = socket.socket(fileno=descriptors[0])
    given.set_inheritable(False)
    try:
        _check(given)
    except Refused:
        given.close()
        raise
    return given


def _sockets_of_systemd() -> list[int]:
    """Read LISTEN_FDS and LISTEN_PID, and take them out of the environment.

    Raises:
        Refused: They are meant for us, and are no numbers.
    """
    told = {name: os.environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS")}
    os.environ.pop("LISTEN_FDNAMES", None)
    if told["LISTEN_PID"] != str(os.getpid()):
        return []
    count = told["LISTEN_FDS"]
    if not (count.isascii() and count.isdigit() and len(count) < 4):
        raise Refused(f"LISTEN_FDS is {count!r}, and no number of sockets.")
    return list(range(_FIRST, _FIRST + int(count)))


def _check(given: socket.socket) -> None:
    """See that a socket is as private as one that we would have made.

    Raises:
        Refused: It is not.
    """
    if given.family is not socket.AF_UNIX or given.type is not socket.SOCK_STREAM:
        raise Refused(
            "The service manager passed something else than a Unix stream socket.",
            "Give ListenStream a path.",
        )
    if not given.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise Refused("The socket that was passed does not listen.", "Say Accept=no in its unit.")
    address = given.getsockname()
    if not isinstance(address, str) or not address.startswith("/"):
        raise Refused("The socket that was passed has no path.", "Give ListenStream a path.")
    _check_rights(Path(address))


def _check_rights(path: Path) -> None:
    try:
        status = path.lstat()
    except OSError as error:
        raise Refused(f"The socket {path} that was passed is gone: {error.strerror}.") from error
    if not stat.S_ISSOCK(status.st_mode):
        raise Refused(f"{path} is no socket, though one was passed that should be there.")
    if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
        raise Refused(
            f"The socket {path} that was passed is open to others.",
            "Say SocketMode=0600 (and SocketUser= in a system unit), then restart the socket.",
        )
