"""Uploads through the native door, by hand: headers, raw bodies, torn connections."""

import asyncio
import hashlib

import pytest
from support.binaries import SAMPLE_APK
from support.waiting import wait_for

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTENT = SAMPLE_APK.read_bytes()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def create(ask):
    async def made(**said):
        given = {"file_name": "a.apk", "size": len(CONTENT), **said}
        answer = await ask("POST", "/v1/uploads", given)
        assert answer.status == 201, answer.body
        return f"/v1/uploads/{answer.json['id']}"

    return made


async def test_the_way_of_an_upload(ask, create):
    """Create, PATCH, HEAD, PATCH, commit, commit; all told by status and headers."""
    one = await create(notes="by hand")
    first = await ask("PATCH", one, CONTENT[:1000], **{"Upload-Offset": "0"})
    assert (first.status, first.headers["Upload-Offset"], first.body) == (204, "1000", b"")
    head = await ask("HEAD", one)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Upload-Offset"] == "1000"
    assert head.headers["Upload-Length"] == str(len(CONTENT))
    rest = await ask("PATCH", one, CONTENT[1000:], **{"Upload-Offset": "1000"})
    assert rest.status == 204
    for status, created in ((201, True), (201, True)):
        done = await ask("POST", f"{one}/commit", {"sha256": DIGEST})
        assert (done.status, done.json["created"]) == (status, created)
        assert done.json["version"]["notes"] == "by hand"
    shown = (await ask("GET", one)).json
    assert (shown["state"], shown["result"]["version"]["sha256"]) == ("done", DIGEST)
    listed = (await ask("GET", "/v1/uploads")).json["items"]
    assert shown in listed


async def test_what_does_not_fit_is_told(ask, create):
    one = await create()
    assert (await ask("PATCH", one, b"x")).status == 400
    assert (await ask("PATCH", one, b"x", **{"Upload-Offset": "-1"})).status == 400
    wrong = await ask("PATCH", one, b"x", **{"Upload-Offset": "5"})
    assert (wrong.status, wrong.error["code"]) == (409, "refused")
    nowhere = await ask("PATCH", "/v1/uploads/nowhere", b"x", **{"Upload-Offset": "0"})
    assert (nowhere.status, nowhere.error["code"]) == (404, "not-found")
    early = await ask("POST", f"{one}/commit", {"sha256": DIGEST})
    assert (early.status, early.error["code"]) == (409, "refused")
    assert (await ask("POST", f"{one}/commit", {"sha256": "x"})).status == 400
    assert (await ask("DELETE", one)).status == 200
    assert (await ask("HEAD", one)).status == 404


async def test_a_torn_connection_keeps_what_came(daemon, ask, create):
    """And the next PATCH goes on from there, with no part file left at the end."""
    one = await create()
    head = f"PATCH {one} HTTP/1.1\r\nHost: x\r\nUpload-Offset: 0\r\nContent-Length: 5000\r\n\r\n"
    _, writer = await asyncio.open_unix_connection(daemon.client.api.address)
    writer.write(head.encode() + CONTENT[:3000])
    await writer.drain()
    second = await wait_for(lambda: busy(ask, one), 30, "the first writer is not there")
    assert second.status == 409
    writer.close()

    async def arrived():
        return (await ask("HEAD", one)).headers["Upload-Offset"] == "3000"

    await wait_for(arrived, 30, "what came is not told")

    async def gone_on():
        rest = await ask("PATCH", one, CONTENT[3000:], **{"Upload-Offset": "3000"})
        return rest.status == 204

    await wait_for(gone_on, 30, "the first writer stays")
    assert (await ask("POST", f"{one}/commit", {"sha256": DIGEST})).json["version"]["sha256"]
    left = [path.name for path in daemon.locations.uploads.iterdir()]
    assert one.rpartition("/")[2] + ".part" not in left


async def busy(ask, one):
    """Ask for what is refused anyway, so that we are never the first writer ourselves."""
    answer = await ask("PATCH", one, b"", **{"Upload-Offset": "1"})
    return answer if answer.error["code"] == "busy" else None
