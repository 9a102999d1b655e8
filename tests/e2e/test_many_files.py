"""10,000 files, 500 of them binaries, copied in at once: all are taken, and nothing suffers."""

import asyncio
import os
import sys
import time

import pytest
from shipway_client.wire import FolderState
from support.builds import descriptors, fill, put, state, status, taken, watch
from support.daemon import running_daemon
from support.waiting import wait_for

FILES = int(os.environ.get("SHIPWAY_FILES", "10000"))
BINARIES = FILES // 20
#: A machine that has much else to do may be slow; the figures are printed.
SLOWEST_SECONDS = 10.0
#: What memory may be more afterwards, in MiB: what SQLite and the allocator keep.
GROWTH = 64
GROWTH_AGAIN = 16

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]


class Health:
    """Asks for /health all the time, and remembers the slowest answer."""

    def __init__(self, client) -> None:
        self._client = client
        self.slowest = 0.0
        self.asked = 0

    async def run(self) -> None:
        while True:
            begun = time.monotonic()
            await self._client.history.health()
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.asked += 1
            await asyncio.sleep(0.05)


def level(pid: int) -> tuple[int, int, int]:
    """Memory in MiB, files and threads of the daemon."""
    return status(pid, "VmRSS") // 1024, descriptors(pid), status(pid, "Threads")


async def copy_in(daemon, prepared, root, expected: int) -> str:
    """Copy a prepared tree into the watched folder, see all taken, and tell how it went."""
    health = Health(daemon.client)
    asking = asyncio.create_task(health.run())
    begun = time.monotonic()
    try:
        copying = await asyncio.create_subprocess_exec("cp", "-r", f"{prepared}/.", str(root))
        assert await copying.wait() == 0
        copied = time.monotonic() - begun
        await taken(daemon, expected)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert health.slowest < SLOWEST_SECONDS
    return (
        f"copied in {copied:.1f} s, taken in {time.monotonic() - begun:.1f} s; slowest of "
        f"{health.asked} answers of /health {health.slowest * 1000:.0f} ms"
    )


async def test_ten_thousand_files_at_once(tmp_path, tell):
    """And as many again: what the first ones left in memory is all that is ever kept."""
    root, prepared = tmp_path.resolve() / "out", tmp_path.resolve() / "prepared"
    root.mkdir()
    for name in ("many", "more"):
        await asyncio.to_thread(fill, prepared / name, FILES, BINARIES, name)
    async with running_daemon() as daemon:
        folder = await watch(daemon, root)
        put(root / "first.ipa", "first")  # starts whatever is started on demand
        await taken(daemon, 1)
        levels = [level(daemon.pid)]
        for number, name in enumerate(("many", "more"), start=1):
            told = await copy_in(daemon, prepared / name, root / name, number * BINARIES + 1)
            levels.append(level(daemon.pid))
            tell(f"{FILES} files, {BINARIES} of them binaries: {told}")
        tell(f"MiB, files, threads: {levels}")
        shown = await state(daemon, folder.id, FolderState.WATCHING)
        assert (shown.ingested, shown.waiting, shown.refused) == (2 * BINARIES + 1, 0, 0)
        before, first, second = levels
        assert first[0] - before[0] < GROWTH
        assert second[0] - first[0] < GROWTH_AGAIN

        async def back() -> bool:
            _, files, threads = level(daemon.pid)
            return files <= before[1] and threads <= before[2]

        await wait_for(back, 120, f"files and threads stay: {before}, {level(daemon.pid)}")
