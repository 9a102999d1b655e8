"""The script of `docs/command-adapter.md`, as it stands in `contrib/recipes/`."""

import shutil
from pathlib import Path

import pytest
from shipway_command.adapter import Command
from shipway_command.options import CommandOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.testing import AdapterContract
from shipway_plugins.words import Capabilities

RECIPES = Path(__file__).parents[2] / "contrib" / "recipes"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("jq") is None, reason="the script needs jq"),
]


class TestPublishToFolder(AdapterContract):
    """The documented script is a whole store but for states and targets."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        (tmp_path / "apps").mkdir()
        options = CommandOptions(
            program=str(RECIPES / "publish-to-folder.sh"),
            unpublish=True,
            status=True,
            live=True,
            environment={"FOLDER": str(tmp_path / "apps")},
        )
        context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
        return lambda: Command(options, context)

    @pytest.fixture
    def can(self):
        """The settings leave out `targets`, and with it the states."""
        return Capabilities(unpublish=True)
