"""Who holds the home, and whether it answers."""

import errno
import fcntl
import os
import socket
from pathlib import Path

from shipway_client.address import LockRecord, read_lock
from shipway_client.locations import Locations
from shipway_client.version import VERSION

from shipway_daemon.doctor.words import Checked, error, info, warning

NAME = "lock"
_CONNECT_SECONDS = 5.0


def daemon_runs(locations: Locations) -> bool:
    """Tell whether somebody holds the lock of the home.

    The lock is shared for a moment to find out: nothing else tells on Linux and macOS alike.

    Raises:
        OSError: The lock cannot be opened.
    """
    try:
        descriptor = os.open(locations.lock, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return True
        raise
    finally:
        os.close(descriptor)
    return False


def check(locations: Locations, *, runs: bool) -> Checked:
    """Say who holds the lock, and whether what it left or what it has answers."""
    record = read_lock(locations)
    if runs:
        return _held(record)
    address = Path(record.address) if record else locations.socket
    left = [
        info(
            "stale-socket",
            f"A socket lies at {address}, and nobody listens there.",
            "The next daemon replaces it.",
        )
    ]
    findings = left if address.is_socket() else []
    return Checked(name=NAME, summary="No daemon runs for this home.", findings=findings)


def _held(record: LockRecord | None) -> Checked:
    if record is None:
        unnamed = warning(
            "lock-unnamed",
            "The lock is held, and does not say by whom.",
            "A daemon that is starting writes that in a moment; look again.",
        )
        return Checked(name=NAME, summary="The home is locked.", findings=[unnamed])
    findings = []
    if not _answers(record.address):
        findings.append(
            error(
                "daemon-silent",
                f"Process {record.pid} holds the lock, and nobody answers at {record.address}.",
                f"See the log of the daemon; if it hangs, end process {record.pid}, and start it "
                "again with `shipway daemon start`.",
            )
        )
    if record.version != VERSION:
        findings.append(
            warning(
                "other-version",
                f"The daemon is version {record.version}, this is {VERSION}.",
                "Stop it with `shipway daemon stop`, and start it again.",
            )
        )
    summary = f"A daemon runs: process {record.pid}, version {record.version}."
    return Checked(name=NAME, summary=summary, findings=findings)


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_CONNECT_SECONDS)
        try:
            asking.connect(address)
        except OSError:
            return False
    return True
