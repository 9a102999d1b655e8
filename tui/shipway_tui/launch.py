"""Start the daemon of a home in the background, and stop it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from shipway_client.client import Client
from shipway_client.errors import Failed, NoDaemon, Unavailable
from shipway_client.locations import Locations
from shipway_client.wire import Health

#: How long a daemon may take to answer after its start, and to end after it was asked to.
START_SECONDS = 15.0
STOP_SECONDS = 30.0

#: After the process that we started ended, another one may still be about to answer: two starts
#: at once are both right, and one of them finds the lock taken.
_OTHER_SECONDS = 3.0
_LOOK_SECONDS = 0.05
_LOG_LINES = 8


def daemon_command(*arguments: str) -> list[str]:
    """The command that runs `shipwayd` of this same installation."""
    beside = Path(sys.executable).with_name("shipwayd")
    program = [str(beside)] if beside.is_file() else [sys.executable, "-P", "-m", "shipway_daemon"]
    return [*program, *arguments]


def ensure_daemon(client: Client) -> tuple[Health, bool]:
    """Start the daemon unless one answers; return its health, and whether it was started now.

    Raises:
        Failed: It did not answer in time; the hint holds the end of its log.
    """
    return asyncio.run(_ensure(client))


async def _ensure(client: Client) -> tuple[Health, bool]:
    try:
        return await client.history.health(), False
    except NoDaemon:
        return await start_daemon(client), True


async def start_daemon(client: Client) -> Health:
    """Start a daemon that outlives this process, and wait until it answers.

    Raises:
        Failed: The home cannot be made or written to; or it did not answer in time, and the hint
            holds the end of its log.
    """
    log = client.locations.log
    try:
        process, log_start = _spawn(client.locations)
    except OSError as error:
        raise Failed(
            f"The daemon cannot be started in {client.locations.home}: {error.strerror}.",
            "Name a folder that you may write to with SHIPWAY_HOME.",
        ) from error
    try:
        async with asyncio.timeout(START_SECONDS):
            return await _first_health(client, process)
    except asyncio.CancelledError:
        _end(process)
        raise
    except TimeoutError as error:
        _end(process)
        raise Failed(
            "The daemon was started but does not answer.", _log_hint(log, log_start)
        ) from error


def _spawn(locations: Locations) -> tuple["subprocess.Popen[bytes]", int]:
    locations.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = dict(os.environ)
    if "SHIPWAY_HOME" in environment:
        environment["SHIPWAY_HOME"] = str(locations.home)
    log = os.open(locations.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        start = os.fstat(log).st_size
        process = subprocess.Popen(
            daemon_command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment,
            start_new_session=True,
        )
    finally:
        os.close(log)
    return process, start


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()


async def _first_health(client: Client, process: "subprocess.Popen[bytes]") -> Health:
    """Ask until a daemon answers, or until the started one has ended and no other comes up.

    Raises:
        TimeoutError: There will be no answer.
    """
    loop = asyncio.get_running_loop()
    ended_at: float | None = None
    while True:
        client.relocate()
        try:
            return await client.history.health()
        except (NoDaemon, Unavailable):
            await asyncio.sleep(_LOOK_SECONDS)
        if ended_at is None and process.poll() is not None:
            ended_at = loop.time()
        if ended_at is not None and loop.time() - ended_at > _OTHER_SECONDS:
            raise TimeoutError


def _log_hint(log: Path, start: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(start)
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        lines = []
    if not lines:
        return f"It wrote nothing to its log, {log}."
    return "\n".join([f"The end of its log, {log}:", *lines[-_LOG_LINES:]])


async def stop_daemon(client: Client) -> Health:
    """Ask the daemon to stop in order, and wait until its process has ended.

    Raises:
        NoDaemon: None answers.
        Failed: It does not end in time.
    """
    health = await client.history.health()
    await client.history.stop()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            while is_alive(health.pid):  # noqa: ASYNC110 - nothing tells us of a stranger's end
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise Failed(
            f"The daemon (process {health.pid}) was asked to stop and has not ended yet.",
            f"It may be finishing a job; its log is {client.locations.log}.",
        ) from error
    return health


async def restart_daemon(client: Client) -> tuple[Health, Health | None]:
    """Stop the daemon, if one answers, and start another; return the new one and the old one.

    Raises:
        Failed: The old one does not end, or the new one does not answer, in time.
    """
    try:
        old = await stop_daemon(client)
    except NoDaemon:
        old = None
    # Under a service manager the next one may be there already, started by who asks.
    health, _ = await _ensure(client)
    return health, old


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return True  # macOS has no /proc; there, launchd reaps at once
    return stat.rpartition(b")")[2].split()[:1] != [b"Z"]
