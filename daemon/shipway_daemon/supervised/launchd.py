"""launchd's half of socket activation: `launch_activate_socket(3)` of libSystem, by ctypes."""

import ctypes
from typing import Any

from shipway_client.errors import Refused

#: The key under `Sockets` in the plist.
_NAME = b"Listener"
#: errno of macOS: this process was not started by launchd; or its plist has no such socket.
_NOT_OURS = frozenset({2, 3})  # ENOENT, ESRCH


def sockets_of_launchd(library: Any = None) -> list[int]:
    """Ask launchd for our descriptors; none where it did not start us, or has no such function.

    Without them the daemon makes its own socket, and whoever calls while it restarts is told that
    nobody answers.

    Args:
        library: What has the functions; None is this process, where libSystem always is.

    Raises:
        Refused: launchd knows us, and gave none.
    """
    library = library or ctypes.CDLL(None)
    try:
        activate = library.launch_activate_socket
    except AttributeError:
        return []
    descriptors = ctypes.POINTER(ctypes.c_int)()
    count = ctypes.c_size_t()
    failed = activate(_NAME, ctypes.byref(descriptors), ctypes.byref(count))
    if failed in _NOT_OURS:
        return []
    if failed:
        raise Refused(f"launchd did not pass its socket (error {failed}).", "See its plist.")
    found = [descriptors[at] for at in range(count.value)]
    library.free(descriptors)
    return found
