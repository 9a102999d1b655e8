"""A daemon that scans its watched folders every few seconds, and a folder for it to watch."""

import pytest
from support.builds import PROGRAM, SCAN
from support.daemon import running_daemon


@pytest.fixture
async def daemon():
    async with running_daemon(environment={"SHIPWAY_TEST_SCAN": str(SCAN)}, start=False) as made:
        await made.start(PROGRAM)
        yield made


@pytest.fixture
def root(tmp_path):
    made = tmp_path.resolve() / "out"
    made.mkdir()
    return made
