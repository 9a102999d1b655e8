"""The snippets for shells do what they say, with the real command line."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.daemon import running_daemon
from support.waiting import wait_for

SHELL = Path(__file__).parents[2] / "contrib" / "shell"


@pytest.mark.e2e
async def test_the_status_line_of_tmux_counts_and_starts_nothing(tmp_path):
    """Whoever looks at a bar does not mean to start a daemon."""
    (tmp_path / "shipway").symlink_to(Path(sys.executable).with_name("shipway"))

    async def line(daemon):
        running = await asyncio.create_subprocess_exec(
            *("sh", str(SHELL / "tmux-status.sh")),
            stdout=asyncio.subprocess.PIPE,
            env=daemon.environment(PATH=f"{tmp_path}:{os.environ['PATH']}"),
        )
        out, _ = await asyncio.wait_for(running.communicate(), 120)
        return out.decode()

    async with running_daemon(start=False) as daemon:
        assert await line(daemon) == "shipway: no daemon"
        assert not daemon.locations.lock.exists()
        await daemon.start()
        assert await line(daemon) == "shipway: 0 jobs"
        store = daemon.locations.environments / "1"
        shutil.rmtree(store)
        store.write_text("no folder any more")

        async def unknown():
            checked = await daemon.client.environments.check("enterprise-store")
            return checked.status == "unknown"

        await wait_for(unknown, 60, "the environment is not Unknown")
        assert await line(daemon) == "shipway: 0 jobs, 1 unknown"


@pytest.mark.e2e
def test_direnv_gives_a_project_a_home_of_its_own(tmp_path):
    """The sample is plain shell, so that it can be sourced without direnv."""
    if shutil.which("sh") is None:
        pytest.skip("there is no sh")
    told = f". {SHELL / 'envrc'} && echo $SHIPWAY_HOME"
    done = subprocess.run(["sh", "-c", told], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == f"{tmp_path}/.shipway"
