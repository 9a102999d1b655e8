"""The way of a binary, from a build folder to a published app, with the samples."""

import asyncio
import hashlib
import shutil
import time
from importlib.resources import as_file, files
from pathlib import Path

from shipway_client.client import Client
from shipway_client.errors import Failed
from shipway_client.wire import (
    AddFolder,
    Job,
    JobOutcome,
    Publication,
    PublishRequest,
    Version,
)

from shipway_tui.commands.following import follow
from shipway_tui.demo.summary import DemoVersion, Seconds, Summary

ENVIRONMENT = "enterprise-store"
SAMPLES = ("sample-1.0.0.apk", "sample-1.1.0.apk", "sample-1.0.0.ipa")

#: The samples that become candidates: the newest of each channel of the one app.
CHOSEN = ("sample-1.1.0.apk", "sample-1.0.0.ipa")
QUIET_SECONDS = 0.5
ARRIVAL_SECONDS = 30.0
PUBLISH_SECONDS = 60.0


async def walk(client: Client, builds: Path, pace: float = 0.0) -> Summary:
    """Go the whole way; `pace` are seconds between the steps, for somebody who watches.

    Raises:
        Failed: A step did not come to its end.
    """
    began = time.monotonic()
    await client.folders.add(AddFolder(path=str(builds), quiet=QUIET_SECONDS))
    versions = {name: await _build(client, builds, name, pace) for name in SAMPLES}
    ingested = time.monotonic()
    chosen = [await _mark(client, versions[name], pace) for name in CHOSEN]
    marked = time.monotonic()
    publication = await _publish(client, chosen)
    published = time.monotonic()
    return Summary(
        versions=[DemoVersion.of(version) for version in versions.values()],
        publication=publication,
        seconds=Seconds(
            ingest=round(ingested - began, 3),
            candidate=round(marked - ingested, 3),
            publish=round(published - marked, 3),
        ),
    )


async def _build(client: Client, builds: Path, name: str, pace: float) -> Version:
    """Do what a build tool does, and wait until the daemon has taken what it built."""
    with as_file(files("shipway_tui") / "samples" / name) as sample:
        wanted = hashlib.sha256(sample.read_bytes()).hexdigest()
        shutil.copyfile(sample, builds / name)
    try:
        async with asyncio.timeout(ARRIVAL_SECONDS):
            version = await _arrival(client, wanted)
    except TimeoutError as error:
        raise Failed(
            f"{name} was not ingested within {ARRIVAL_SECONDS:.0f} s.",
            "The daemon's log says more.",
        ) from error
    await asyncio.sleep(pace)
    return version


async def _arrival(client: Client, sha256: str) -> Version:
    """Look when the feed says that something happened, and at its start."""
    async for line in client.history.feed():
        if line.hello is None and line.event is None:
            continue
        for version in (await client.versions.list(limit=50)).items:
            if version.sha256 == sha256:
                return version
    raise Failed("The daemon stopped while a sample was awaited.")


async def _mark(client: Client, version: Version, pace: float) -> Version:
    marked = await client.versions.mark_candidate(version.address)
    await asyncio.sleep(pace)
    return marked


async def _publish(client: Client, chosen: list[Version]) -> Publication:
    """Publish the app with its candidates, and read back that the store holds each of them."""
    profile = await client.profiles.show(chosen[0].profile)
    job = await client.jobs.publish(PublishRequest(app=profile.app, environment=ENVIRONMENT))
    async with asyncio.timeout(PUBLISH_SECONDS):
        job = await _end(client, job)
    if job.outcome is not JobOutcome.VERIFIED:
        raise Failed(f"The publish ended {job.outcome}: {job.reason}", job.hint)
    page = await client.environments.publications(environment=ENVIRONMENT, app=profile.app)
    wanted = {version.sha256 for version in chosen}
    for publication in page.items:
        if wanted <= {live.digest for live in publication.live}:
            return publication
    raise Failed(f"{ENVIRONMENT} does not hold what was published.")


async def _end(client: Client, job: Job) -> Job:
    async for now in follow(client, job.id):
        job = now
    return job
