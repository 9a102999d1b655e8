"""A home whose plugins are made on the fly, while its daemon runs or before."""

import pytest
from support.daemon import running_daemon, short_folder
from support.made_plugins import PluginFolder


@pytest.fixture
def made():
    """A folder of plugins that every process of the daemon finds."""
    with short_folder() as folder:
        yield PluginFolder(folder)


@pytest.fixture
async def daemon(made):
    """A daemon that is not running yet, so that a test can put plugins there first."""
    async with running_daemon(plugins=made.folder, start=False) as prepared:
        yield prepared
