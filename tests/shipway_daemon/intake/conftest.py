"""The way in, with the real store, catalogue and inspection worker."""

import pytest
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.intake.service import Intake
from shipway_daemon.workers.inspection import Inspector


@pytest.fixture
async def inspector():
    """A worker that reads binaries, ended with the test."""
    made = Inspector()
    yield made
    await made.close()


@pytest.fixture
def board():
    return ProgressBoard()


@pytest.fixture
def intake(database, blobs, inspector, board):
    return Intake(database, blobs, inspector, board)
