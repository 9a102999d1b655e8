"""The file of a version through the native door: whole, in part, and over its deletion."""

import hashlib

import pytest
import pytest_asyncio
from shipway_client.errors import NotFound, Refused, WrongUsage
from shipway_client.receiving import copy_file, default_name, receive_file
from shipway_client.wire import AddFile
from support.binaries import SAMPLE_APK

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTENT = SAMPLE_APK.read_bytes()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def version(daemon):
    """One version for the whole file."""
    return (await daemon.client.versions.add(AddFile(path=str(SAMPLE_APK)))).version


def names(folder) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def path(version):
    profile, _, number = version.address.partition("@")
    return f"/v1/profiles/{profile}/versions/{number}/file"


async def test_the_whole_file_and_its_head(ask, path):
    """With its length, and its digest as the tag."""
    whole = await ask("GET", path)
    assert (whole.status, whole.body) == (200, CONTENT)
    assert whole.headers["Content-Length"] == str(len(CONTENT))
    assert whole.headers["ETag"] == f'"{DIGEST}"'
    assert "Shipway-Version" in whole.headers
    head = await ask("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(CONTENT))


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=10-19", 10, 20), ("bytes=100-", 100, None), ("bytes=-7", -7, None)],
)
async def test_a_part_of_it(ask, path, asked, start, end):
    """As RFC 9110 says it, of these bytes and no others."""
    part = await ask("GET", path, Range=asked)
    assert (part.status, part.body) == (206, CONTENT[start:end])
    first, last, _ = slice(start, end).indices(len(CONTENT))
    assert part.headers["Content-Range"] == f"bytes {first}-{last - 1}/{len(CONTENT)}"
    same = await ask("GET", path, **{"Range": asked, "If-Range": f'"{DIGEST}"'})
    assert same.status == 206
    other = await ask("GET", path, **{"Range": asked, "If-Range": '"other"'})
    assert (other.status, other.body) == (200, CONTENT)


async def test_what_is_not_there(ask, path):
    """A range behind the end, one that is none, a version that is none."""
    beyond = await ask("GET", path, Range=f"bytes={len(CONTENT)}-")
    assert (beyond.status, beyond.error["code"]) == (416, "wrong-usage")
    assert beyond.headers["Content-Range"] == f"bytes */{len(CONTENT)}"
    assert (await ask("GET", path, Range="bytes=x")).status == 200
    assert (await ask("GET", path.replace("/1/", "/99/"))).status == 404


async def test_a_file_is_received_and_nothing_is_overwritten(daemon, version, tmp_path):
    """What an earlier try has is gone on with; what is there stays, but for force."""
    target = tmp_path / default_name(version)
    part = tmp_path / f".{DIGEST[:16]}.shipway-part"
    part.write_bytes(CONTENT[:1000])
    told = []
    await receive_file(daemon.client, version, target, lambda *done: told.append(done))
    assert target.read_bytes() == CONTENT
    assert told[0] == (1000, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    target.write_bytes(b"mine")
    with pytest.raises(Refused, match="already"):
        await receive_file(daemon.client, version, target, lambda *_: None)
    assert target.read_bytes() == b"mine"
    part.write_bytes(b"\0" * 1000)  # of other bytes: begun anew
    await receive_file(daemon.client, version, target, lambda *_: None, force=True)
    assert (target.read_bytes(), names(tmp_path)) == (CONTENT, [target.name])
    with pytest.raises(WrongUsage):
        await receive_file(daemon.client, version, tmp_path, lambda *_: None)


async def test_it_is_read_to_its_end_although_it_is_deleted_meanwhile(daemon, version):
    """Who has it open has it; who comes later is told that there is none."""
    before = version.address
    again = await daemon.client.profiles.show(version.profile)
    async with daemon.client.versions.file(before) as incoming:
        await daemon.client.versions.delete(before)
        assert b"".join([piece async for piece in incoming.pieces]) == CONTENT
    with pytest.raises(NotFound):
        await copy_file(daemon.client, version, lambda _: None)
    assert again.latest == version.number
