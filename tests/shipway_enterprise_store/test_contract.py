"""The built-in store passes the contract that every adapter passes."""

import fcntl
import json
import os
import shutil
from pathlib import Path

import pytest
from shipway_enterprise_store.adapter import EnterpriseStore, EnterpriseStoreOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.testing import AdapterContract, FaultContract, Trouble


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


class FaultyFolder:
    """The folder of a store, which another one publishes into, or which goes away."""

    troubles = frozenset({Trouble.BUSY, Trouble.UNREACHABLE})

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._away = folder.with_name("away")
        self._lock: int | None = None

    def go_wrong(self, trouble: Trouble) -> None:
        if trouble is Trouble.BUSY:
            self._lock = os.open(self._folder / "lock", os.O_RDWR)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        else:
            self._folder.rename(self._away)

    def recover(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._away.exists():
            # What was asked of it meanwhile made the empty place of its mount.
            shutil.rmtree(self._folder, ignore_errors=True)
            self._away.rename(self._folder)

    def changes(self) -> int:
        return len(json.loads((self._folder / "enterprise-store.json").read_text())["history"])


class TestOnABadDay(FaultContract):
    """Two environments share a folder, on a drive that is not always there."""

    @pytest.fixture
    def faulty_store(self, tmp_path):
        return FaultyFolder(tmp_path / "chosen")

    @pytest.fixture
    def make_adapter(self, tmp_path):
        options = EnterpriseStoreOptions(directory=str(tmp_path / "chosen"))
        context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
        return lambda: EnterpriseStore(options, context)
