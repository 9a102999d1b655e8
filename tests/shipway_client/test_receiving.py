"""Receiving a file: what is resumed, what is refused, and that the name is given once and whole."""

import hashlib
from contextlib import asynccontextmanager
from types import SimpleNamespace

import msgspec
import pytest
from command_answers.answers import version
from shipway_client import part_file, patience
from shipway_client.api import Incoming
from shipway_client.errors import Broken, Busy, Failed, Refused, WrongUsage
from shipway_client.part_file import PartFile
from shipway_client.receiving import copy_file, default_name, receive_file
from shipway_client.wire import Version

CONTENT = b"0123456789" * 10
DIGEST = hashlib.sha256(CONTENT).hexdigest()
VERSION = msgspec.structs.replace(
    msgspec.convert(version(), Version), sha256=DIGEST, size=len(CONTENT), file_name="a.apk"
)


class Sender:
    """A daemon that sends at most so many bytes before it breaks off."""

    def __init__(self, content: bytes = CONTENT, breaks_after: int = 1000) -> None:
        self.content, self.breaks_after = content, breaks_after
        self.asked: list[int] = []
        self.versions = self

    @asynccontextmanager
    async def file(self, address, start=0):
        self.asked.append(start)
        yield Incoming({}, self._pieces(start))

    async def _pieces(self, start):
        rest = self.content[start:]
        yield rest[: self.breaks_after]
        if len(rest) > self.breaks_after:
            raise Broken("It broke off.")

    def relocate(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.001)


def names(folder) -> list[str]:
    return [path.name for path in folder.iterdir()]


def ignore(done, total):
    pass


async def test_a_connection_that_breaks_is_gone_on_with(tmp_path, monkeypatch):
    """At the byte that is here, never from the beginning."""
    monkeypatch.setattr("shipway_client.receiving.PIECE_BYTES", 40)
    sender = Sender(breaks_after=40)
    await receive_file(sender, VERSION, tmp_path / "a", ignore)
    assert sender.asked == [0, 40, 80]
    assert (tmp_path / "a").read_bytes() == CONTENT


async def test_other_bytes_are_not_taken(tmp_path):
    """Nothing is left of them, under no name."""
    with pytest.raises(Failed, match="not the bytes"):
        await receive_file(Sender(b"x" * 100), VERSION, tmp_path / "a", ignore)
    assert names(tmp_path) == []
    written = []
    with pytest.raises(Failed, match="not the bytes"):
        await copy_file(Sender(b"x" * 100), VERSION, written.append)
    assert b"".join(written) == b""


async def test_a_second_download_of_the_same_waits_outside(tmp_path):
    """And takes nothing away from the first."""
    first = PartFile(tmp_path / "a", DIGEST, len(CONTENT))
    first.open()
    with pytest.raises(Busy, match="at work"):
        await receive_file(Sender(), VERSION, tmp_path / "b", ignore)
    first.write(CONTENT)
    first.finish(force=False)
    first.close()
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("links", [True, False])
async def test_a_name_that_was_taken_meanwhile_stays(tmp_path, monkeypatch, links):
    """Also where the file system knows one name for a file only."""
    if not links:
        refused = OSError(next(iter(part_file._ONE_NAME_ONLY)), "no")
        monkeypatch.setattr("pathlib.Path.hardlink_to", lambda *_: (_ for _ in ()).throw(refused))
    part = PartFile(tmp_path / "a", DIGEST, len(CONTENT))
    part.open()
    part.write(CONTENT)
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(Refused, match="already"):
        part.finish(force=False)
    assert (tmp_path / "a").read_bytes() == b"mine"
    (tmp_path / "a").unlink()
    part.finish(force=False)
    part.close()
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (CONTENT, ["a"])


async def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(WrongUsage, match="no folder"):
        await receive_file(Sender(), VERSION, tmp_path / "no" / "a", ignore)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.apk", "a.apk"),
        ("../../etc/x", "x"),
        ("c:\\x.msi", "x.msi"),
        (".bashrc", "bashrc"),
        ("a\nb\x1b", "a_b_"),
        ("..", f"{DIGEST[:16]}.apk"),
    ],
)
def test_a_strangers_name_leads_nowhere(name, safe):
    assert default_name(SimpleNamespace(file_name=name, sha256=DIGEST, format="apk")) == safe
