"""A real daemon in a process of its own, in a home of its own, that leaves nothing behind.

async with running_daemon() as daemon:
    await daemon.client.history.health()
    await daemon.kill()
    await daemon.start()
    done = await daemon.shipway("version", "list", "--json")
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shipway_client.client import Client
from shipway_client.errors import ShipwayError
from shipway_client.locations import Locations
from support.processes import children_of
from support.waiting import wait_for

#: The daemon itself; a test may start another program that runs it in its own way.
DAEMON = ("-m", "shipway_daemon")
#: A loaded machine takes its time; on an idle one it is about half a second.
START_SECONDS = 60.0
STOP_SECONDS = 30.0
COMMAND_SECONDS = 60.0


@dataclass(frozen=True)
class Finished:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def locations_of(home: Path) -> Locations:
    """The paths of a home, as `SHIPWAY_HOME` would give them."""
    return Locations(home=home, config=home, runtime=home / "run")


@contextlib.contextmanager
def short_folder(prefix: str = "sw-") -> Iterator[Path]:
    """A folder with a path short enough for sockets, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp")).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class RunningDaemon:
    """One home and its daemon. `client` goes on working after a restart."""

    def __init__(
        self, home: Path, plugins: Path | None, environment: Mapping[str, str] | None
    ) -> None:
        self.home = home
        self.locations = locations_of(home)
        self.client = Client(self.locations)
        self.process: asyncio.subprocess.Process | None = None
        #: The process numbers of all daemons that this home ever had.
        self.pids: list[int] = []
        self._plugins = plugins
        self._environment = dict(environment or {})

    @property
    def pid(self) -> int:
        """The process number of the daemon that was started last."""
        return self.pids[-1]

    @property
    def log(self) -> str:
        """All that the daemons of this home wrote."""
        path = self.home / "daemon.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of every process of this home."""
        paths = [str(self._plugins)] if self._plugins else []
        paths += [os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else []
        return {
            **os.environ,
            "SHIPWAY_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(paths),
            **self._environment,
            **more,
        }

    def use(self, **variables: str) -> None:
        """Give every process of this home, from now on, more variables."""
        self._environment |= variables

    async def start(self, program: Sequence[str] = DAEMON, **environment: str) -> None:
        """Start a daemon and wait until it answers."""
        await self.launch(program, **environment)
        await wait_for(self._answers, START_SECONDS, "the daemon does not answer /health")
        self.client.relocate()

    async def launch(self, program: Sequence[str] = DAEMON, **environment: str) -> None:
        """Start a daemon and wait for nothing: it may be one that dies on its way."""
        assert self.process is None or self.process.returncode is not None, "it is running"
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "daemon.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", *program),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=self.environment(**environment),
            )
        self.pids.append(self.process.pid)

    async def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.returncode is None, f"the daemon ended: {self.process.returncode}"
        self.client.relocate()
        try:
            health = await self.client.history.health()
        except ShipwayError:
            return False
        return health.pid == self.process.pid

    async def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Wait until the daemon has ended by itself; returns its exit code, negative for a signal.

        Raises:
            AssertionError: It has not within `seconds`.
        """
        assert self.process is not None
        try:
            return await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            raise AssertionError(f"the daemon still runs after {seconds:.0f} s") from None

    async def kill(self) -> None:
        """`kill -9`: the daemon has no time for anything."""
        assert self.process is not None
        self.process.kill()
        assert await self.wait() == -signal.SIGKILL

    async def stop(self) -> None:
        """Ask the daemon to stop in order, and see that it does."""
        assert self.process is not None
        self.process.terminate()
        code = await self.wait()
        assert code == 0, f"the daemon ended with {code}"

    async def restart(self) -> None:
        """Stop the daemon in order and start another one."""
        await self.stop()
        await self.start()

    async def shipway(self, *arguments: str, seconds: float = COMMAND_SECONDS) -> Finished:
        """Run the command line, as a process of its own, and wait for its end."""
        command = await self.command(*arguments)
        try:
            async with asyncio.timeout(seconds):
                out, err = await command.communicate()
        finally:
            if command.returncode is None:
                command.kill()
                await command.wait()
        return Finished(command.returncode or 0, out.decode(), err.decode())

    async def command(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the command line; who calls this ends it."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "shipway_tui", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.home,
            env=self.environment(),
        )

    def orphans(self) -> dict[int, str]:
        """The children of those daemons of this home that are dead."""
        dead = self.pids if self.process is None or self.process.returncode is not None else []
        return {
            pid: module
            for daemon in {*dead, *self.pids[:-1]}
            for pid, module in children_of(daemon).items()
        }

    async def end(self) -> None:
        """End whatever runs, and see that no process of ours is left."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await self.wait()
            except AssertionError:
                self.process.kill()
                await self.process.wait()
                raise
        await wait_for(lambda: not self.orphans(), 15, "children of the daemon live on")


@contextlib.asynccontextmanager
async def running_daemon(
    home: Path | None = None,
    *,
    plugins: Path | None = None,
    environment: Mapping[str, str] | None = None,
    start: bool = True,
) -> AsyncIterator[RunningDaemon]:
    """Run a daemon for as long as the block lasts, and print its log if the block fails.

    Args:
        home: Its home; None makes a short one and removes it afterwards.
        plugins: A folder of plugins, which goes on the module path of the daemon and its children.
        environment: More variables for every process of this home.
        start: Whether it is started here; else the block calls `start` or `launch`.
    """
    with contextlib.ExitStack() as stack:
        folder = home or stack.enter_context(short_folder()) / "home"
        daemon = RunningDaemon(folder, plugins, environment)
        try:
            if start:
                await daemon.start()
            yield daemon
            await daemon.end()
        except BaseException:
            sys.stdout.write(f"--- log of the daemon in {folder}\n{daemon.log}\n")
            with contextlib.suppress(AssertionError):
                await daemon.end()
            raise
