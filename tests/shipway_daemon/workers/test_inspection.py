"""The inspection worker meets hostile files with limits, and comes back when it dies."""

import os

import pytest
from shipway_daemon.workers import inspection as inspection_module
from shipway_daemon.workers.errors import WorkerDied, WorkerFailed, WorkerTimeout
from shipway_daemon.workers.inspection import Inspector
from shipway_plugins.errors import NotABinary

READER = """
import errno, os, time
from shipway_plugins import Inspector, hook
from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Inspection, Platform

class Reader(Inspector):
    formats = ("toy",)

    def claims(self, head, file):
        if head == b"confusing":
            raise IndexError("confused")
        if head == b"unreadable":
            raise OSError(errno.EIO, "Input/output error")
        return head.startswith(b"toy ")

    def identify(self, file, path):
        word = file.read().split()[1].decode()
        getattr(self, "do_" + word)(path)
        pid = str(os.getpid())
        name = path.name.encode("utf-8", "replace").decode()
        return Inspection(platform=Platform.CUSTOM, format="toy", identifier=pid, name=name)

    def do_fine(self, path): pass
    def do_broken(self, path): raise NotABinary("The toy is broken.")
    def do_crash(self, path): os.abort()
    def do_hang(self, path): time.sleep(600)
    def do_spin(self, path):
        while True: pass
    def do_eat(self, path): bytearray(1 << 30)
    def do_write(self, path):
        with open(__file__ + ".out", "wb") as out:
            out.write(b"x")

@hook
def shipway_formats(register):
    register(Reader())
"""


@pytest.fixture
async def inspector(plugin):
    made = Inspector(plugins=[plugin("toy", READER)])
    yield made
    await made.close()


@pytest.fixture
def toy(tmp_path):
    def make(word: str):
        path = tmp_path / f"{word}.bin"
        path.write_bytes(b"toy " + word.encode())
        return path

    return make


async def test_a_file_is_identified_by_its_content(inspector, toy):
    """The plugin's inspector answers, whatever the name."""
    await inspector.warm()
    found = await inspector.identify(toy("fine"))
    assert (found.format, found.name) == ("toy", "fine.bin")


async def test_a_file_goes_by_the_name_that_it_came_with(inspector, toy):
    """A blob is called by its digest; what the inspector is told is what it was called before."""
    found = await inspector.identify(toy("fine"), "Größe \udcff.toy")
    assert found.name == "Größe ?.toy"


async def test_a_name_that_is_no_text_is_read(inspector, tmp_path):
    """Paths are bytes."""
    path = tmp_path / os.fsdecode(b"\xff\xfe.bin")
    path.write_bytes(b"nobody's")
    with pytest.raises(NotABinary, match="no binary of a known kind"):
        await inspector.identify(path)


async def test_what_nobody_claims_is_no_binary(inspector, tmp_path):
    """So is an empty file."""
    path = tmp_path / "empty"
    path.write_bytes(b"")
    with pytest.raises(NotABinary, match="no binary of a known kind"):
        await inspector.identify(path)


async def test_an_inspectors_refusal_comes_back(inspector, toy):
    """Its sentence is the one that the person sees."""
    with pytest.raises(NotABinary, match="The toy is broken"):
        await inspector.identify(toy("broken"))


async def test_pipes_links_and_folders_are_refused(inspector, tmp_path, toy):
    """A pipe is not waited for and a link is not followed."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(toy("fine"))
    with pytest.raises(NotABinary, match="no regular file"):
        await inspector.identify(tmp_path / "pipe")
    with pytest.raises(NotABinary, match="symbolic link"):
        await inspector.identify(tmp_path / "link")
    with pytest.raises(NotABinary, match="no regular file"):
        await inspector.identify(tmp_path)


async def test_a_file_that_is_not_there_is_a_failure(inspector, tmp_path):
    """It is not called no binary: nobody has seen it."""
    with pytest.raises(WorkerFailed, match="No such file"):
        await inspector.identify(tmp_path / "nothing")


async def test_the_worker_comes_back_after_a_crash(inspector, toy):
    """The crash fails that file only."""
    before = (await inspector.identify(toy("fine"))).identifier
    with pytest.raises(WorkerDied, match="SIGABRT"):
        await inspector.identify(toy("crash"))
    assert (await inspector.identify(toy("fine"))).identifier != before


async def test_a_file_that_takes_too_long_is_given_up(inspector, toy, monkeypatch):
    """The worker is dead, and the next file has a new one."""
    monkeypatch.setattr(inspection_module, "IDENTIFY_SECONDS", 0.5)
    with pytest.raises(WorkerTimeout):
        await inspector.identify(toy("hang"))
    monkeypatch.setattr(inspection_module, "IDENTIFY_SECONDS", 20.0)
    assert (await inspector.identify(toy("fine"))).format == "toy"


async def test_memory_is_capped(inspector, toy):
    """An inspector that asks for a gigabyte fails; the worker stays."""
    before = (await inspector.identify(toy("fine"))).identifier
    with pytest.raises(WorkerFailed, match="MemoryError"):
        await inspector.identify(toy("eat"))
    assert (await inspector.identify(toy("fine"))).identifier == before


async def test_nothing_can_be_written(inspector, toy):
    """Inspection only reads."""
    path = toy("write")
    with pytest.raises(WorkerFailed, match="File too large"):
        await inspector.identify(path)


async def test_an_inspector_that_breaks_on_a_file_leaves_it_to_the_others(inspector, tmp_path):
    """And when nobody else claims it, it is no binary."""
    path = tmp_path / "confusing"
    path.write_bytes(b"confusing")
    with pytest.raises(NotABinary, match="no binary of a known kind"):
        await inspector.identify(path)


async def test_a_file_that_the_disk_does_not_give_is_not_called_no_binary(inspector, tmp_path):
    """A refusal is for good; a disk may be better the next time."""
    path = tmp_path / "unreadable"
    path.write_bytes(b"unreadable")
    with pytest.raises(WorkerFailed, match="Input/output error"):
        await inspector.identify(path)


async def test_a_bad_plugin_leaves_the_others_working(plugin, toy):
    """One that fails to load brings no inspector, and says so in the log."""
    lines: list[str] = []
    names = [plugin("awful", "raise SystemExit"), plugin("toy", READER)]
    inspector = Inspector(plugins=names, on_log=lines.append)
    assert (await inspector.identify(toy("fine"))).format == "toy"
    await inspector.close()
    assert any("awful" in line for line in lines)
