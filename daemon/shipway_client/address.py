"""Where the daemon of a home listens: what its lock file says, else the usual place."""

import msgspec

from shipway_client.locations import Locations


class LockRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of a home's lock writes into it."""

    pid: int
    epoch: int
    address: str
    version: str


def read_lock(locations: Locations) -> LockRecord | None:
    """Read what the last daemon wrote; it may be dead."""
    try:
        return msgspec.json.decode(locations.lock.read_bytes(), type=LockRecord)
    except (OSError, msgspec.DecodeError):
        return None


def find_address(locations: Locations) -> str:
    """Find the socket of the home's daemon.

    The lock's word goes before the environment's: two shells with different runtime folders must
    find the same daemon.
    """
    record = read_lock(locations)
    return record.address if record else str(locations.socket)
