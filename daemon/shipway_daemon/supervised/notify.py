"""What systemd is told: ready, alive, stopping (sd_notify(3)). Others are told nothing."""

import asyncio
import logging
import os
import socket
from typing import Self

_log = logging.getLogger(__name__)

_MICROSECONDS = 1_000_000


class Supervisor:
    """The service manager that started us, if it wants to be told anything.

    `watchdog_seconds` is how often it wants to hear that we live; None is never.
    """

    def __init__(self, address: str | None, watchdog_seconds: float | None = None) -> None:
        self._address = address
        self.watchdog_seconds = watchdog_seconds if address else None

    @classmethod
    def from_environment(cls) -> Self:
        """Read NOTIFY_SOCKET and WATCHDOG_USEC, and take them out of the environment.

        No child of ours is to speak for us.
        """
        address = os.environ.pop("NOTIFY_SOCKET", "")
        every = os.environ.pop("WATCHDOG_USEC", "")
        whose = os.environ.pop("WATCHDOG_PID", str(os.getpid()))
        wanted = every.isascii() and every.isdigit() and whose == str(os.getpid())
        seconds = int(every) / _MICROSECONDS if wanted and int(every) else None
        known = address.startswith(("/", "@"))
        return cls(address if known else None, seconds)

    def ready(self, status: str) -> None:
        """We answer from now on."""
        self._tell(f"READY=1\nSTATUS={status}\n")

    def stopping(self) -> None:
        """We were asked to end."""
        self._tell("STOPPING=1\nSTATUS=Ending in order.\n")

    async def run(self) -> None:
        """Say that the loop turns, twice as often as is wanted, until cancelled."""
        if self.watchdog_seconds is None:
            return
        while True:
            self._tell("WATCHDOG=1\n")
            await asyncio.sleep(self.watchdog_seconds / 2)

    def _tell(self, text: str) -> None:
        if self._address is None:
            return
        name = self._address
        target = "\0" + name[1:] if name.startswith("@") else name
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
                sending.settimeout(0)
                sending.sendto(text.encode(), target)
        except OSError as error:
            _log.warning("systemd cannot be told %s: %s", text.partition("\n")[0], error)
