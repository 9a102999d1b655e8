"""Open the TUI. Loads no more than that needs: a person waits for the first paint."""

import gc
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from shipway_client.errors import WrongUsage

if TYPE_CHECKING:
    from shipway_tui.tui.links import Link

#: A socket of this machine answers at once, or its program hangs.
_CONNECT_SECONDS = 1.0
#: Textual draws at the next of its ticks; at its own 60 a second a key waits 8 ms for one.
_FRAMES = "120"


def open_tui(*, read_only: bool, link: "Link | None" = None) -> int:
    """Open the TUI on this user's home, with a daemon behind it, where a link leads.

    Raises:
        WrongUsage: There is no terminal to show it in.
        Failed: No daemon runs, and none can be started.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUsage("The TUI needs a terminal.", "See `shipway --help` for the commands.")
    gc.disable()  # until the first paint: all that is made before it stays
    os.environ.setdefault("TEXTUAL_FPS", _FRAMES)
    from shipway_client.client import Client

    client = Client()
    if not _listens(client.locations.socket):
        from shipway_tui.launch import ensure_daemon

        ensure_daemon(client)
    from shipway_tui.tui.app import run

    return run(client, read_only=read_only, link=link, welcome=link is None)


def _listens(path: Path) -> bool:
    """Whether a program holds the socket; what it answers, the TUI shows."""
    with socket.socket(socket.AF_UNIX) as tried:
        tried.settimeout(_CONNECT_SECONDS)
        try:
            tried.connect(str(path))
        except OSError:
            return False
    return True
