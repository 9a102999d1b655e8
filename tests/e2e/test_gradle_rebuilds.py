"""A Gradle-like project, cleaned and built twenty times while it is watched, each time committed.

What a clean build removes before it was taken is lost to everybody: so the first test waits for
each version before it builds again, and the second one pauses as a person would.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from shipway_client.wire import AddFolder, Preset, Version
from shipway_plugins.words import BuildFacts
from support.checkouts import needs_git
from support.daemon import RunningDaemon, running_daemon
from support.gradle_like import GradleLike
from support.waiting import wait_for

pytestmark = [pytest.mark.e2e, needs_git]

BUILDS = 20
QUIET = 1.0
#: Only there to end a hang.
PATIENCE = 120.0


async def versions(daemon: RunningDaemon) -> list[Version]:
    return (await daemon.client.versions.list(limit=200)).items


async def rebuild(
    project: GradleLike, daemon: RunningDaemon, pause: Callable[[int], Awaitable[object]]
) -> dict[str, BuildFacts]:
    """Build again and again; returns what is to be known of each build, by its number."""
    facts = {}
    for number in range(1, BUILDS + 1):
        if number == BUILDS // 2 + 1:
            await asyncio.to_thread(project.checkout.git, "checkout", "-q", "-b", "release/2")
        commit = await asyncio.to_thread(project.checkout.commit, f"Build {number}")
        await asyncio.to_thread(project.clean)
        await asyncio.to_thread(project.build, number)
        branch = "main" if number <= BUILDS // 2 else "release/2"
        message = f"Build {number}"
        facts[str(number)] = BuildFacts(
            branch=branch, commit=commit, message=message, variant="release"
        )
        await pause(number)
    return facts


async def watched(daemon: RunningDaemon, folder: Path) -> int:
    request = AddFolder(path=str(folder), preset=Preset.ANDROID, quiet=QUIET)
    return (await daemon.client.folders.add(request)).id


async def test_each_of_twenty_builds_is_one_version_with_its_branch_and_commit(tmp_path, tell):
    project = GradleLike(tmp_path / "project")
    async with running_daemon() as daemon:
        folder = await watched(daemon, project.folder)

        async def taken(number: int) -> None:
            async def there() -> bool:
                return any(version.build == str(number) for version in await versions(daemon))

            await wait_for(there, PATIENCE, f"build {number} was not taken")

        facts = await rebuild(project, daemon, taken)

        made = await versions(daemon)
        shown = await daemon.client.folders.show(folder)
    assert {version.build: version.facts for version in made} == facts
    assert len(made) == BUILDS
    assert [version.findings for version in made] == [[]] * BUILDS
    assert (shown.refused, shown.unmatched) == (0, 0)
    tell(f"{BUILDS} builds, waited for: {len(made)} versions, each with branch and commit")


async def test_builds_with_a_pause_between_them_are_taken_rightly_or_not_at_all(tmp_path, tell):
    """With the quiet time and 1 s in between an idle machine takes all; a busy one may be late."""
    project = GradleLike(tmp_path / "project")
    async with running_daemon() as daemon:
        await watched(daemon, project.folder)
        facts = await rebuild(project, daemon, lambda _: asyncio.sleep(QUIET + 1))

        async def last() -> bool:
            return any(version.build == str(BUILDS) for version in await versions(daemon))

        await wait_for(last, PATIENCE, "the last build lies there and was not taken")
        made = await versions(daemon)
    tell(f"{BUILDS} builds, {QUIET + 1:g} s apart: {len(made)} versions")
    for version in made:
        assert version.build is not None
        assert version.facts == facts[version.build]
    assert len({version.build for version in made}) == len(made)
    assert len(made) > BUILDS // 2
