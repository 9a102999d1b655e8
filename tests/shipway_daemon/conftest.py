"""The ground that the rooms of the daemon stand on: a home, its catalogue, its store."""

import shutil

import pytest
from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import schema
from shipway_daemon.database.engine import Database
from support.binaries import CORPUS
from support.daemon import locations_of


@pytest.fixture
def locations(tmp_path):
    """The paths of an empty home."""
    made = locations_of(tmp_path / "home")
    made.home.mkdir()
    return made


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory):
    """A catalogue that was migrated once, to be copied."""
    made = tmp_path_factory.mktemp("catalogue") / "catalog.sqlite3"
    schema.upgrade(made, made.parent)
    return made


@pytest.fixture
async def database(locations, empty_catalogue):
    """A migrated, empty catalogue."""
    shutil.copyfile(empty_catalogue, locations.database)
    opened = Database(locations.database)
    yield opened
    await opened.close()


@pytest.fixture
def blobs(locations):
    """An empty store."""
    store = BlobStore(locations.blobs, locations.staging)
    store.prepare()
    return store


@pytest.fixture(scope="session")
def corpus():
    """The folder of real binaries; the test is skipped where there is none."""
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}; set SHIPWAY_CORPUS")
    return CORPUS
