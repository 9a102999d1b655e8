"""The adapter passes both contracts, with a program that is a whole store behind it."""

import json
from pathlib import Path

import pytest
from shipway_plugins.testing import AdapterContract, FaultContract, Trouble


class ProgramStore:
    """The folder of `store_program.py`, where it looks for its trouble."""

    troubles = frozenset(Trouble)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def go_wrong(self, trouble: Trouble) -> None:
        (self._folder / "trouble").write_text(json.dumps(str(trouble)))

    def recover(self) -> None:
        (self._folder / "trouble").unlink()
        hidden = self._folder / "hidden.json"
        if hidden.exists():
            hidden.rename(self._folder / "index.json")

    def changes(self) -> int:
        return json.loads((self._folder / "changes").read_text())


class TestOverAProgram(AdapterContract):
    """The program answers every call, and keeps to states and targets."""

    @pytest.fixture
    def make_adapter(self, make_store):
        return make_store


class TestOverAProgramThatGoesWrong(FaultContract):
    """The same program, on a bad day."""

    @pytest.fixture
    def make_adapter(self, make_store):
        return make_store

    @pytest.fixture
    def faulty_store(self, tmp_path):
        return ProgramStore(tmp_path / "store")
