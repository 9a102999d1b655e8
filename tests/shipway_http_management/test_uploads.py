"""Uploads: they go on where they stopped, and only the right bytes are ever published."""

from pathlib import Path

import msgspec
import pytest
from shipway_http_management.digests import content_digest
from shipway_http_management.server import Server
from shipway_http_management.wire import UploadRequest
from shipway_plugins.errors import StoreRefused, StoreUnreachable
from shipway_plugins.testing import RecordingReporter
from shipway_plugins.testing.samples import put
from support.chaos_proxy import ChaosProxy, Fault
from support.management import ManagementServer

SIZE = 50_000
CHUNK = 10_000


def asked(version) -> UploadRequest:
    return UploadRequest(digest=version.digest, size=version.size, file_name=version.file_name)


def begin(server: ManagementServer, version, count: int) -> None:
    """Send the first bytes of a version, as a lane did that was killed then."""
    speaking = Server(server.options())
    upload = speaking.announce(asked(version))
    speaking.append(asked(version), upload.id, 0, Path(version.path).read_bytes()[:count])


def test_an_upload_goes_on_where_it_stopped(server, samples):
    """Another process sends only what is missing, and says so in bytes."""
    version = samples.version("ios-phone", size=SIZE)
    begin(server, version, 2 * CHUNK)
    before = server.count("PATCH")
    report = RecordingReporter()
    server.adapter(chunk_size=CHUNK).publish(samples.plan("k1", put(version)), report)
    assert server.count("PATCH") - before == 3
    assert report.steps["Upload ios-phone"] == [
        (done, SIZE) for done in range(2 * CHUNK, SIZE + 1, CHUNK)
    ]
    assert server.taken(samples.app) == [version.digest]


def test_what_the_server_has_is_not_sent_again(server, samples):
    """The same bytes on another channel."""
    version = samples.version("ios-phone", size=SIZE)
    tablet = msgspec.structs.replace(version, channel="ios-tablet")
    report = RecordingReporter()
    server.adapter().publish(samples.plan("k1", put(version), put(tablet)), report)
    assert server.count("PATCH") == 1
    assert report.skipped == ["Upload ios-tablet"]
    assert len(server.taken(samples.app)) == 2


def test_bytes_that_are_not_the_plans_are_refused(server, samples):
    """The server hashes what arrived; nothing of it stays."""
    version = samples.version("ios-phone", size=SIZE)
    Path(version.path).write_bytes(b"x" * SIZE)
    with pytest.raises(StoreRefused, match="What arrived hashes to"):
        server.adapter().publish(samples.plan("k1", put(version)), RecordingReporter())
    assert server.journal() == []
    assert list((server.folder / "uploads").iterdir()) == []


def test_a_file_that_is_too_short_is_refused(server, samples):
    version = samples.version("ios-phone", size=SIZE)
    Path(version.path).write_bytes(Path(version.path).read_bytes()[:CHUNK])
    with pytest.raises(StoreRefused, match=f"ends at {CHUNK} of {SIZE} bytes"):
        server.adapter().publish(samples.plan("k1", put(version)), RecordingReporter())
    assert server.journal() == []


def test_what_lay_wrong_from_an_earlier_try_is_sent_anew(server, samples):
    """A power cut may leave bytes that were never sent; the whole is begun again, once."""
    version = samples.version("ios-phone", size=SIZE)
    begin(server, version, 2 * CHUNK)
    (part,) = (server.folder / "uploads").glob("*.part")
    part.write_bytes(bytes(2 * CHUNK))
    report = RecordingReporter()
    server.adapter(chunk_size=CHUNK).publish(samples.plan("k1", put(version)), report)
    assert server.taken(samples.app) == [version.digest]
    steps = [done for done, _ in report.steps["Upload ios-phone"]]
    assert steps == sorted(steps)


def test_a_binary_that_is_too_large_is_known_before(server, samples):
    """The check asks for the status only; the server refuses all the same."""
    server.throw(max_bytes=100)
    plan = samples.plan("k1", put(samples.version("ios-phone", size=SIZE)))
    assert [one.rule for one in server.adapter().check(plan)] == ["binary-too-large"]
    assert {(method, path) for method, path, _ in server.answers} == {("GET", "/v1/status")}
    with pytest.raises(StoreRefused, match="at most 100 bytes"):
        server.adapter().publish(plan, RecordingReporter())


def test_the_offset_is_what_is_kept(server, samples):
    """HEAD tells it, and bytes that begin elsewhere are refused with it."""
    version = samples.version("ios-phone", size=SIZE)
    begin(server, version, CHUNK)
    speaking = Server(server.options())
    upload = speaking.announce(asked(version))
    assert (upload.offset, speaking.offset(upload.id)) == (CHUNK, CHUNK)
    assert speaking.offset("of-nobody") is None
    with pytest.raises(StoreRefused, match=f"is at {CHUNK}, and these bytes begin at 0") as raised:
        speaking.append(asked(version), upload.id, 0, b"again")
    assert raised.value.offset == CHUNK


def test_the_digest_is_the_one_of_the_standard():
    """The example of RFC 9530, appendix B.1."""
    body = b'{"hello": "world"}\n'
    assert content_digest(body) == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.BIT_IN_REQUEST, Fault.REPLY_LOST])
async def test_an_upload_outlives_a_broken_connection(server, samples, fault):
    """Each second connection breaks in the middle of it."""
    import asyncio

    version = samples.version("ios-phone", size=SIZE)
    async with ChaosProxy(server.port, 3, faults=[fault], share=0.5) as proxy:
        adapter = server.adapter(
            server=f"http://127.0.0.1:{proxy.port}", chunk_size=CHUNK, timeout=2
        )
        plan = samples.plan("k1", put(version))
        for _ in range(20):
            try:
                await asyncio.to_thread(adapter.publish, plan, RecordingReporter())
                break
            except StoreUnreachable:
                continue
    assert [one.key for one in server.journal()] == ["k1"]
    assert server.taken(samples.app) == [version.digest]
    assert proxy.struck[fault] > 0
