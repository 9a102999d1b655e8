"""The home's lock: one daemon a home, and everybody can find it."""

import errno
import fcntl
import os

import msgspec
from shipway_client.address import LockRecord, read_lock
from shipway_client.errors import Refused, Unavailable
from shipway_client.locations import Locations


class HomeLock:
    """Held from construction to `release`; the kernel frees it when the process dies."""

    def __init__(self, locations: Locations) -> None:
        """Take the lock.

        Raises:
            Refused: Another daemon holds it; the sentence names its process.
            Unavailable: The file cannot be opened, or the file system has no locks.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self._descriptor = os.open(locations.lock, flags, 0o600)
        except OSError as error:
            raise Unavailable(
                f"The lock {locations.lock} cannot be opened: {error.strerror}.",
                "Point SHIPWAY_HOME at a folder that you can write to.",
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise Unavailable(f"The home cannot be locked: {error.strerror}.") from error
            holder = read_lock(locations)
            who = f"process {holder.pid} at {holder.address}" if holder else "another process"
            raise Refused(
                f"A Shipway daemon runs for {locations.home} already: {who}.",
                "Use it, or stop it with `shipway daemon stop`.",
            ) from error

    def record(self, record: LockRecord) -> None:
        """Write who holds the lock and where it listens."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, msgspec.json.encode(record), 0)
        os.fsync(self._descriptor)

    def release(self) -> None:
        """Let the lock go; what was recorded stays, and tells where the next one may be."""
        os.close(self._descriptor)
