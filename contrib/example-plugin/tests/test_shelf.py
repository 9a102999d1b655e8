"""Both contracts: over a real shelf, and over one that goes wrong when told."""

import pytest
from shipway_plugins import EnvironmentContext
from shipway_plugins.testing import AdapterContract, FakeStore, FaultContract
from shipway_shelf.adapter import ShelfAdapter, ShelfOptions


class TestOverAFolder(AdapterContract):
    """A good day, with a real shelf."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        (tmp_path / "shelf").mkdir()
        options = ShelfOptions(directory=str(tmp_path / "shelf"))
        context = EnvironmentContext(name="test", data_dir=tmp_path)
        return lambda: ShelfAdapter(options, context)


class TestOnABadDay(FaultContract):
    """The fake store has the shelf's two methods."""

    @pytest.fixture
    def faulty_store(self):
        return FakeStore()

    @pytest.fixture
    def make_adapter(self, tmp_path, faulty_store):
        options = ShelfOptions(directory="/nowhere")
        context = EnvironmentContext(name="test", data_dir=tmp_path)
        return lambda: ShelfAdapter(options, context, faulty_store)
