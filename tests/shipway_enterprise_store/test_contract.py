"""The built-in store passes the contract that every adapter passes."""

import pytest
from shipway_enterprise_store.adapter import EnterpriseStore, EnterpriseStoreOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.testing import AdapterContract


class TestInItsOwnFolder(AdapterContract):
    """In the folder that Shipway gives it."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
        return lambda: EnterpriseStore(EnterpriseStoreOptions(), context)


class TestInAChosenFolder(AdapterContract):
    """In a folder that the settings name."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        options = EnterpriseStoreOptions(directory=str(tmp_path / "chosen"))
        context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
        return lambda: EnterpriseStore(options, context)
