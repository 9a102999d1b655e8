"""A desk for every test of publishing: a daemon of its own, and stores on cue."""

import pytest
from support.desk import IMPATIENT, desk_daemon

#: How long the daemon of these tests waits for a store to show what it took.
PATIENCE = "1.0"


@pytest.fixture
async def desk():
    """A running desk whose daemon does not wait long for a silent store."""
    async with desk_daemon(environment={"SHIPWAY_TEST_PATIENCE": PATIENCE}) as made:
        await made.daemon.start(IMPATIENT)
        yield made
