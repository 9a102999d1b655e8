"""Who is in a process group, by each of the two ways to find out."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from shipway_command import group
from support.processes import is_running

PROC = Path("/proc/self/stat").exists()


@pytest.fixture
def others():
    """Two processes in a group of their own."""
    process = subprocess.Popen(
        ["sh", "-c", "sleep 1000 & echo $!; wait"], stdout=subprocess.PIPE, process_group=0
    )
    yield [process.pid, int(process.stdout.readline())]
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(shutil.which("ps") is None, reason="there is no ps")
def test_ps_and_proc_say_the_same(others):
    """Where there is no /proc, ps is asked."""
    for table in (group._from_ps, group._from_proc) if PROC else (group._from_ps,):
        rows = {pid: (of, state) for pid, of, state in table()}
        assert [rows[pid][0] for pid in others] == [others[0], others[0]]
        assert "Z" not in [rows[pid][1] for pid in others]


def test_a_group_is_emptied(others):
    """All of it, and nobody else."""
    assert sorted(group.members(others[0])) == sorted(others)
    assert group.end_members(others[0]) == []
    assert [pid for pid in others if is_running(pid)] == []


def test_we_are_never_among_the_members():
    """Whoever empties the own group lives on."""
    assert os.getpid() not in group.members(os.getpgrp())
