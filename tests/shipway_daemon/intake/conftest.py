"""The way in, with the real store, catalogue and inspection worker."""

import pytest
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.intake.receiving import Hands
from shipway_daemon.intake.service import Intake
from shipway_daemon.intake.sessions import Sessions
from shipway_daemon.intake.uploads import Uploads
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


@pytest.fixture
def hands():
    """The threads that receive, ended with the test."""
    made = Hands()
    yield made
    made.close()


@pytest.fixture
def uploads_of(database, locations, intake, hands, board):
    """Make the room of uploads as a daemon does at its start; each one is a restart."""

    async def start(clock=None):
        sessions = Sessions(locations.uploads, hands)
        made = Uploads(database, intake, sessions, hands, board, clock)
        await made.recover()
        return made

    return start


@pytest.fixture
async def uploads(uploads_of):
    return await uploads_of()
