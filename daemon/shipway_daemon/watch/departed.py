"""The files that were dealt with and are gone: kept for a while, for they may come back."""

import os

from shipway_daemon.watch.scan import Walk

#: How long a file has to be gone. One that comes back later is looked at afresh; the same bytes
#: are the version that is there.
GONE_SECONDS = 600.0
#: How many are forgotten after one scan.
AT_ONCE = 500


class Departed:
    """Remembers since when files are gone. Used in the thread of the root."""

    def __init__(self) -> None:
        self._since: dict[bytes, float] = {}

    def gone(self, walk: Walk, known: dict[bytes, str], now: float) -> list[bytes]:
        """Tell which of the `known` files (signatures by path) can be forgotten after this walk.

        Not one that may only be out of sight: below a folder that could not be read, or on a file
        system that the walk did not meet, as one that is unmounted.
        """
        found = {file.path for file in walk.files}
        devices = {str(device) for device in walk.devices}
        self._since = {
            path: self._since.get(path, now)
            for path, signature in known.items()
            if path not in found and signature.partition(":")[0] in devices and walk.covers(path)
        }
        long_gone = [path for path, since in self._since.items() if now - since >= GONE_SECONDS]
        return [path for path in long_gone[:AT_ONCE] if not os.path.lexists(path)]
