"""`kill -9` of the daemon while it takes an upload in.

Whatever the moment: the same commit answers the same version, which is there once, with whole
bytes, and nothing is left in `uploads/` and `staging/`.
"""

import hashlib
import signal

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import CreateUpload
from support import killing_daemon
from support.binaries import OTHER_APK
from support.desk import KILLING, Desk, assert_whole, desk_daemon, kill_points

CONTENT = OTHER_APK.read_bytes()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
async def desk():
    async with desk_daemon() as made:
        yield made


async def whole():
    yield CONTENT


@pytest.mark.parametrize("point", kill_points(killing_daemon.UPLOAD))
async def test_a_commit_that_was_killed_is_asked_again(desk: Desk, point: str) -> None:
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    uploads = desk.client.uploads
    upload = await uploads.create(CreateUpload(file_name="a.apk", size=len(CONTENT)))
    assert await uploads.send(upload.id, 0, len(CONTENT), whole()) == len(CONTENT)
    with pytest.raises((ShipwayError, ConnectionError)):
        await uploads.commit(upload.id, DIGEST)
    assert await desk.daemon.wait() == -signal.SIGKILL
    await desk.daemon.start()
    made = await uploads.commit(upload.id, DIGEST)
    assert made.created
    assert made == await uploads.commit(upload.id, DIGEST)
    found = [one for one in (await desk.client.versions.list()).items if one.sha256 == DIGEST]
    assert found == [made.version]
    assert_whole(desk.daemon, [desk.older, desk.newer, made.version])
    assert list(desk.daemon.locations.uploads.iterdir()) == []
