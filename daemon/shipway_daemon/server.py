"""The composition root: everything is made here, started in order, and stopped in reverse."""

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress

from shipway_client.address import LockRecord
from shipway_client.errors import Failed
from shipway_client.locations import Locations
from shipway_client.version import VERSION
from shipway_client.wire import Plugin
from sqlalchemy import Connection

from shipway_daemon import locations as folders
from shipway_daemon.backup import switching
from shipway_daemon.backup.settling import settle
from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import schema
from shipway_daemon.clock import now
from shipway_daemon.database.engine import Database
from shipway_daemon.doors.native.door import NativeDoor, listen
from shipway_daemon.doors.native.use_cases import Identity, UseCases
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed, ProgressBoard
from shipway_daemon.filing.pruning import PRUNE_SECONDS, Pruning
from shipway_daemon.home_lock import HomeLock
from shipway_daemon.intake.matching import Matching
from shipway_daemon.intake.receiving import Hands
from shipway_daemon.intake.service import Intake
from shipway_daemon.intake.sessions import Sessions
from shipway_daemon.intake.uploads import SWEEP_SECONDS, Uploads
from shipway_daemon.jobs.engine import Engine
from shipway_daemon.jobs.epochs import Fenced, prove_newest, take_epoch
from shipway_daemon.jobs.retention import DAY, Retention
from shipway_daemon.jobs.schedules import Schedule, Schedules
from shipway_daemon.measures import LoopLag
from shipway_daemon.plugins.choosing import with_formats, with_policy
from shipway_daemon.plugins.service import Follower, Plugins
from shipway_daemon.publish.admission import Admission
from shipway_daemon.publish.environments import Environments, ensure_default
from shipway_daemon.publish.work import StoreJobs
from shipway_daemon.supervised.notify import Supervisor
from shipway_daemon.supervised.sockets import passed_socket
from shipway_daemon.watch.service import Watcher
from shipway_daemon.workers.inspection import Inspector
from shipway_daemon.workers.lanes import Lanes
from shipway_daemon.workers.policy import Policy

_log = logging.getLogger(__name__)


async def serve(locations: Locations) -> None:
    """Run the daemon of a home until a signal or a client ends it.

    Raises:
        Refused: Another daemon runs for this home.
        Failed: The home cannot be used; the sentence says why.
    """
    os.umask(0o077)  # all that we and our children make is its owner's alone
    supervisor = Supervisor.from_environment()
    passed = passed_socket()
    folders.prepare(locations)
    stop = _stop_on_signals()
    async with AsyncExitStack() as stack:
        lock = HomeLock(locations)
        stack.callback(lock.release)
        use, services = await _build(stack, locations, stop)
        door = NativeDoor(use)
        listening = passed or listen(locations.socket)
        address = listening.getsockname()
        lock.record(_record(use.identity, address))
        await door.open(listening)
        _log.info("ready at %s, epoch %s", address, use.identity.epoch)
        supervisor.ready(f"Version {VERSION}, at {address}")
        try:
            await _run(door, services, supervisor, stop)
        except BaseExceptionGroup as group:
            if group.subgroup(Fenced) is None:
                raise
            raise Failed(
                "Another daemon has taken this home; this one ends.",
                "See `shipway daemon status`: the newer one goes on with every job.",
            ) from group
        _log.info("stopped")


async def _build(
    stack: AsyncExitStack, locations: Locations, stop: asyncio.Event
) -> tuple[UseCases, "Services"]:
    """Make every room, from the ground up; the stack closes them in reverse."""
    await asyncio.to_thread(switching.finish, locations)
    await asyncio.to_thread(schema.upgrade, locations.database, locations.backups)
    database = Database(locations.database)
    stack.push_async_callback(database.close)
    await settle(database, locations)
    epoch = await database.write(_begin)
    database.fence(lambda tx: prove_newest(tx, epoch))
    blobs = BlobStore(locations.blobs, locations.staging)
    swept = await asyncio.to_thread(blobs.prepare)
    if swept:
        _log.info("swept %s unfinished copies", swept)
    lanes = Lanes()
    stack.push_async_callback(lanes.close)
    await lanes.recover(locations.lanes)
    inspector = Inspector(plugins=[])
    stack.push_async_callback(inspector.close)
    policy = Policy([])
    stack.push_async_callback(policy.close)
    progress = ProgressBoard()
    feed = Feed(database, progress)
    environments = Environments(database, lanes, locations)
    stack.push_async_callback(environments.close)
    await environments.prepare()
    plugins = Plugins(database)
    stack.push_async_callback(plugins.close)
    plugins.follow(_workers_follow(inspector, policy))
    plugins.follow(environments.follow_plugins)
    await plugins.load()
    store_jobs = StoreJobs(database, blobs, environments, lanes)
    stack.push_async_callback(store_jobs.close)
    works = {"publish": store_jobs, "unpublish": store_jobs}
    engine = Engine(database, progress, epoch, works)
    intake = Intake(database, blobs, inspector, progress)
    hands = Hands()
    stack.callback(hands.close)
    uploads = Uploads(database, intake, Sessions(locations.uploads, hands), hands, progress)
    await uploads.recover()
    watcher = Watcher(database, intake, inspector, feed, locations.home)
    pruning = Pruning(database, blobs)
    use = UseCases(
        identity=Identity(VERSION, os.getpid(), epoch, str(locations.home), now()),
        database=database,
        blobs=blobs,
        intake=intake,
        uploads=uploads,
        watcher=watcher,
        environments=environments,
        pruning=pruning,
        plugins=plugins,
        admission=Admission(database, environments, policy, engine.kick),
        engine=engine,
        feed=feed,
        progress=progress,
        lag=LoopLag(),
        stop=stop,
    )
    matching = Matching(database, feed)
    schedules = _schedules(database, epoch, pruning, uploads)
    return use, (use.lag, engine, schedules, environments, matching, pruning, watcher)


def _schedules(database: Database, epoch: int, pruning: Pruning, uploads: Uploads) -> Schedules:
    """All that is done again and again."""
    trim = Schedule(name="trim-job-logs", seconds=DAY, work=Retention(database).run)
    prune = Schedule(name="prune", seconds=PRUNE_SECONDS, work=pruning.by_itself)
    expire = Schedule(name="expire-uploads", seconds=SWEEP_SECONDS, work=uploads.expire)
    return Schedules(database, epoch, [trim, prune, expire])


def _workers_follow(inspector: Inspector, policy: Policy) -> Follower:
    """Let the two workers that hold many plugins ask those that are enabled."""

    async def use(records: Sequence[Plugin]) -> None:
        inspector.use(with_formats(records))
        policy.use(with_policy(records))

    return use


#: What runs for as long as the daemon does.
Services = tuple[LoopLag, Engine, Schedules, Environments, Matching, Pruning, Watcher]


async def _run(
    door: NativeDoor,
    services: Services,
    supervisor: Supervisor,
    stop: asyncio.Event,
) -> None:
    """Run until told to stop; a service that breaks ends the daemon, visibly."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(service.run(), name=type(service).__name__)
            for service in (*services, supervisor)
        ]
        stopped = group.create_task(stop.wait(), name="stop")
        try:
            await stopped
        finally:
            supervisor.stopping()
            with suppress(asyncio.CancelledError):
                await door.close()
            for task in reversed(tasks):
                task.cancel()


def _begin(tx: Connection) -> int:
    epoch = take_epoch(tx)
    if epoch == 1:
        ensure_default(tx)
    history.append(tx, "daemon.started", str(epoch), version=VERSION, pid=os.getpid())
    return epoch


def _record(identity: Identity, address: str) -> LockRecord:
    return LockRecord(
        pid=identity.pid,
        epoch=identity.epoch,
        address=address,
        version=identity.version,
    )


def _stop_on_signals() -> asyncio.Event:
    """End in order on SIGTERM and SIGINT; a hang-up or a broken read lease ends nothing."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, stop.set)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    return stop
