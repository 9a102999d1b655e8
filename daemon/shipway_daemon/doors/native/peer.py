"""Who is at the other end of the socket: the kernel says, and only the owner is let in."""

import functools
import os
import pwd
import socket
import struct
import sys

from aiohttp import web
from shipway_client.errors import Forbidden

from shipway_daemon.doors.native.answers import Handler, refusal

#: macOS: LOCAL_PEERCRED of the level SOL_LOCAL answers a `struct xucred`.
_SOL_LOCAL = 0
_LOCAL_PEERCRED = 1
_XUCRED = "IIh16I"


def peer_uid(connection: socket.socket) -> int:
    """Read the user id of the process that connected.

    Raises:
        OSError: The kernel does not tell.
    """
    layout, level, option = _XUCRED, _SOL_LOCAL, _LOCAL_PEERCRED
    if sys.platform.startswith("linux"):
        layout, level, option = "3i", socket.SOL_SOCKET, socket.SO_PEERCRED
    raw = connection.getsockopt(level, option, struct.calcsize(layout))
    return int(struct.unpack(layout, raw)[1])


@web.middleware
async def known(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in the user whom the daemon runs as, and root; name the user as the actor."""
    transport = request.transport
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is None:
        return refusal(Forbidden("The connection is gone."))
    uid = peer_uid(connection)
    if uid not in (os.getuid(), 0):
        return refusal(Forbidden("This daemon belongs to another user."))
    request["actor"] = _name(uid)
    return await handler(request)


@functools.cache  # a directory service may take its time to answer
def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user-{uid}"
