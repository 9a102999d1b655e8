"""A root that hangs holds up itself and nobody else, is shown, and goes on when it answers."""

import asyncio
import os

import pytest
from shipway_client.errors import Unavailable
from shipway_client.wire import AddFolder, FolderState
from support.builds import PROGRAM, put, state, taken, watch
from support.mounts import hung
from support.tracing import NEEDS_STRACE, Strace
from support.waiting import wait_for

pytestmark = pytest.mark.e2e


@pytest.fixture
def other(tmp_path):
    made = tmp_path.resolve() / "other"
    made.mkdir()
    return made


async def test_a_mount_that_hangs_is_silent_until_it_answers(daemon, root, other):
    """Another folder goes on, and so does the daemon."""
    folder = await watch(daemon, root)
    await watch(daemon, other)
    put(root / "a.ipa", "1")
    await taken(daemon, 1)
    with hung(root):
        shown = await state(daemon, folder.id, FolderState.SILENT)
        assert "does not answer" in shown.reason
        put(other / "b.ipa", "2")
        await taken(daemon, 2)
        with pytest.raises(Unavailable, match="does not answer"):
            await daemon.client.folders.add(AddFolder(path=str(root / "deeper")))
        assert (await daemon.client.folders.show(folder.id)).state is FolderState.SILENT
    await state(daemon, folder.id, FolderState.WATCHING)
    put(root / "c.ipa", "3")
    await taken(daemon, 3)


async def test_a_mount_that_hangs_in_the_tree_is_no_other_matter(daemon, root):
    folder = await watch(daemon, root)
    (root / "inside").mkdir()
    with hung(root / "inside"):
        await state(daemon, folder.id, FolderState.SILENT)
    await state(daemon, folder.id, FolderState.WATCHING)
    put(root / "inside" / "a.ipa", "1")
    await taken(daemon, 1)


async def test_nobody_waits_for_a_mount_that_hangs(daemon, root, other):
    """It hung before the daemon came; a folder of it can be removed, and the daemon can stop."""
    folder = await watch(daemon, root)
    await daemon.stop()
    with hung(root):
        await daemon.start(PROGRAM)
        await state(daemon, folder.id, FolderState.SILENT)
        beside = await watch(daemon, other)
        put(other / "a.ipa", "1")
        await taken(daemon, 1)
        await daemon.client.folders.remove(beside.id)
        await daemon.stop()
        await daemon.start(PROGRAM)
        await state(daemon, folder.id, FolderState.SILENT)
        await daemon.client.folders.remove(folder.id)
        await daemon.stop()


@NEEDS_STRACE
async def test_files_that_give_no_bytes_hold_no_ingest(daemon, root, tmp_path):
    """More of them than are taken at once: another file is taken, and they are once they can be."""
    folder = await watch(daemon, root)
    stuck = [root / f"{number}.ipa" for number in range((os.cpu_count() or 1) + 1)]
    delay = "inject=copy_file_range:delay_enter=600000000"
    traced = Strace(daemon, stuck, tmp_path / "strace", "-e", delay)
    await traced.attach()
    try:
        for number, path in enumerate(stuck):
            put(path, f"{number}")

        async def told() -> bool:
            waiting = await daemon.client.folders.waiting(folder.id)
            return sum("gives no bytes" in file.why for file in waiting) == len(stuck)

        await wait_for(told, 120, "nothing says why they wait")
        assert list(daemon.locations.staging.iterdir()) == []
        put(root / "free.ipa", "free")
        await taken(daemon, 1)
    finally:
        await traced.detach()
    await taken(daemon, 1 + len(stuck))
    await asyncio.sleep(0)
    assert list(daemon.locations.staging.iterdir()) == []
