"""A daemon that is killed while a file is downloaded: the download goes on where it was."""

import asyncio
import hashlib
import os
import signal

import pytest
from shipway_client.receiving import receive_file
from shipway_client.wire import AddFile
from support.binaries import big_apk
from support.daemon import running_daemon

pytestmark = pytest.mark.e2e

SIZE_MIB = 32


async def test_a_download_outlives_its_daemon(tmp_path):
    """Killed in the middle and started again; the file is whole, and no byte came twice."""
    source = big_apk(tmp_path / "big.apk", SIZE_MIB)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    async with running_daemon() as daemon:
        version = (await daemon.client.versions.add(AddFile(path=str(source)))).version
        killing: list[asyncio.Task[None]] = []
        offsets: list[int] = []

        async def restart() -> None:
            await daemon.wait()
            await daemon.start()

        def report(done: int, total: int) -> None:
            offsets.append(done)
            if not killing and done > total // 4:
                os.kill(daemon.pid, signal.SIGKILL)
                killing.append(asyncio.create_task(restart()))

        await receive_file(daemon.client, version, tmp_path / "out.apk", report)
        await killing[0]
        assert hashlib.sha256((tmp_path / "out.apk").read_bytes()).hexdigest() == digest
        assert offsets == sorted(offsets)
        assert len(daemon.pids) == 2
