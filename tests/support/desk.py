"""A desk that is ready to publish from: two versions of a sample app, and stores on cue.

The home is made once in a test run and copied for every test, because to ingest and to probe takes
longer than to copy.
"""

import asyncio
import contextlib
import functools
import hashlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from shipway_client.client import Client
from shipway_client.wire import (
    AddEnvironment,
    AddFile,
    Environment,
    Job,
    JobState,
    Publication,
    PublishRequest,
    Selection,
    UnpublishRequest,
    Version,
)
from shipway_plugins.words import EnvironmentStatus, ItemAction
from support.daemon import RunningDaemon, running_daemon, short_folder
from support.killing_daemon import CHOSEN
from support.waiting import wait_for

PLUGINS = Path(__file__).parent / "plugins"
SAMPLES = Path(str(files("shipway_tui") / "samples"))
OLDER, NEWER, STRANGER = "sample-1.0.0.apk", "sample-1.1.0.apk", "other-1.0.0.apk"
CHANNEL = "android-phone"
KILLING = (str(Path(__file__).parent / "killing_daemon.py"),)
IMPATIENT = (str(Path(__file__).parent / "impatient_daemon.py"),)
HASTY = (str(Path(__file__).parent / "hasty_daemon.py"),)


class Store:
    """What lies in the folder of one environment's rehearsal store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hold(self, point: str) -> None:
        """Let the store wait at a point until it is released."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "waiting").unlink(missing_ok=True)
        (self.folder / f"hold-{point}").touch()

    def release(self) -> None:
        """Let the store go on from wherever it waits."""
        for hold in self.folder.glob("hold-*"):
            hold.unlink()

    def waits(self) -> str:
        """The point at which the store waits now, or nothing."""
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / "waiting").read_text()
        return ""

    async def waiting_at(self, point: str) -> None:
        """Wait until the store waits at a point."""
        await wait_for(lambda: self.waits() == point, message=f"the store is not at {point}")

    def journal(self) -> list[dict[str, Any]]:
        """Everything that was ever applied to the store, in order."""
        return self._lines("journal.jsonl")

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Every time that the store was asked to do `method`."""
        return [line for line in self._lines("calls.jsonl") if line["method"] == method]

    def _lines(self, name: str) -> list[dict[str, Any]]:
        path = self.folder / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def digests(self, app: str) -> list[str]:
        """What the store holds of an app, straight from its file."""
        path = self.folder / "store.json"
        held = json.loads(path.read_bytes()) if path.exists() else {}
        return [entry["digest"] for entry in held.get(app, [])]


class Desk:
    """A daemon with the sample app in it, and what tests do with it over and over."""

    def __init__(self, daemon: RunningDaemon, older: Version, newer: Version) -> None:
        self.daemon = daemon
        self.older = older
        self.newer = newer
        self.app = older.profile

    @property
    def client(self) -> Client:
        """The client of the desk's daemon."""
        return self.daemon.client

    def store(self, environment: Environment) -> Store:
        """The store behind an environment."""
        return Store(self.daemon.locations.environments / str(environment.id))

    async def environment(self, kind: str, name: str | None = None, **settings: Any) -> Environment:
        """Add an environment with a rehearsal store of this kind."""
        request = AddEnvironment(name=name or kind, adapter=kind, settings=settings)
        return await self.client.environments.add(request)

    def request(self, environment: str, version: Version | None = None, **more: Any) -> Any:
        """Ask for a version on its channel; without one, for the current candidate."""
        picked = [_select(version)] if version is not None else []
        more.setdefault("selections", picked)
        return PublishRequest(app=self.app, environment=environment, **more)

    async def publish(self, environment: str, version: Version | None = None, **more: Any) -> Job:
        """Submit a publish."""
        return await self.client.jobs.publish(self.request(environment, version, **more))

    async def published(self, environment: str, version: Version | None = None, **more: Any) -> Job:
        """Submit a publish and wait for its end."""
        return await self.ended(await self.publish(environment, version, **more))

    async def unpublish(self, environment: str, **more: Any) -> Job:
        """Submit an unpublish."""
        request = UnpublishRequest(
            app=self.app, environment=environment, confirm_remove=self.app, **more
        )
        return await self.client.jobs.unpublish(request)

    async def ended(self, job: Job | int, seconds: float = 30) -> Job:
        """Wait for a job's end."""
        number = job if isinstance(job, int) else job.id

        async def done() -> Job | None:
            seen = await self.client.jobs.show(number)
            return seen if seen.state is JobState.DONE else None

        found = await wait_for(done, seconds, f"job {number} does not end")
        assert found is not None
        return found

    async def publication(self, environment: str) -> Publication:
        """What is known of the app in an environment."""
        page = await self.client.environments.publications(environment=environment, app=self.app)
        (found,) = page.items
        return found

    async def live(self, environment: str) -> list[str]:
        """The digests that the publication says are live."""
        return [entry.digest for entry in (await self.publication(environment)).live]

    async def available(self, environment: str) -> Environment:
        """Wait until an environment can take the next publish."""

        async def free() -> Environment | None:
            seen = await self.client.environments.show(environment)
            return seen if seen.status is EnvironmentStatus.AVAILABLE else None

        found = await wait_for(free, message=f"{environment} does not become Available")
        assert found is not None
        return found


def _select(version: Version) -> Selection:
    return Selection(channel=CHANNEL, action=ItemAction.PUBLISH, version=version.address)


def assert_whole(daemon: RunningDaemon, versions: list[Version]) -> None:
    """Every blob hashes to its name, every version has its blob, and staging is empty."""
    found = [path for path in daemon.locations.blobs.rglob("*") if path.is_file()]
    for path in found:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        assert path.parent.name == path.name[:2]
    assert {version.sha256 for version in versions} <= {path.name for path in found}
    assert list(daemon.locations.staging.iterdir()) == []


def kill_points(points: Iterable[str]) -> list[Any]:
    """Parameters for a test of every point; those that are not chosen are left to `make e2e`."""
    return [
        pytest.param(point, marks=() if point in CHOSEN else pytest.mark.e2e) for point in points
    ]


@contextlib.asynccontextmanager
async def desk_daemon(*, environment: dict[str, str] | None = None) -> AsyncIterator[Desk]:
    """A desk whose daemon is not running yet: start it as the test needs it."""
    template, older, newer = _template()
    with short_folder() as folder:
        shutil.copytree(template, folder / "home", ignore=shutil.ignore_patterns("run", "daemon.*"))
        async with running_daemon(
            folder / "home", plugins=PLUGINS, environment=environment, start=False
        ) as daemon:
            yield Desk(daemon, older, newer)


@functools.cache
def _template() -> tuple[Path, Version, Version]:
    folder = tempfile.TemporaryDirectory(prefix="sw-", dir="/tmp")
    _KEPT.append(folder)
    home = Path(folder.name).resolve() / "home"
    older, newer = _in_a_loop_of_its_own(home)
    return home, older, newer


#: Removed when the interpreter ends.
_KEPT: list["tempfile.TemporaryDirectory[str]"] = []


def _in_a_loop_of_its_own(home: Path) -> tuple[Version, Version]:
    """Make the template in a thread: the caller's own loop is running."""
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _make(home)).result()


async def _make(home: Path) -> tuple[Version, Version]:
    async with running_daemon(home, plugins=PLUGINS) as daemon:
        client = daemon.client
        added = [
            await client.versions.add(AddFile(path=str(SAMPLES / name))) for name in (OLDER, NEWER)
        ]
        newer = await client.versions.mark_candidate(added[1].version.address)
        await client.environments.remove("enterprise-store")
        await client.environments.add(AddEnvironment(name="holding", adapter="holding"))
        return added[0].version, newer
