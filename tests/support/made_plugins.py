"""Plugins that a test writes: a module and the metadata of a distribution, in a folder."""

import shutil
from pathlib import Path

#: A store that answers, and whose title says which release of the plugin it is.
STORE = """
from shipway_plugins import Adapter, hook
from shipway_plugins.words import *

class Made(Adapter):
    kind = "made"
    title = "Made {title}"
    def status(self):
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason="It answers.")
    def publish(self, plan, report):
        raise NotImplementedError
    def live(self, app):
        return LiveState(app=app)

@hook
def shipway_adapters(register):
    register(Made)
"""


def store(title: str = "Store") -> str:
    """The source of a store's plugin."""
    return STORE.replace("{title}", title)


class PluginFolder:
    """A folder on the module path of a daemon and its children."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, name: str, source: str, version: str = "1.0") -> None:
        """Write a plugin, in place of one of that name that is there."""
        self.remove(name)
        (self.folder / f"{name}_module.py").write_text(source)
        metadata = self.folder / f"{name}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        (metadata / "entry_points.txt").write_text(f"[shipway]\n{name} = {name}_module\n")

    def remove(self, name: str) -> None:
        """Take a plugin away, if it is there, with what Python compiled of it.

        As installers do: another release of the same length, written within the same second,
        would else be taken for the one that was compiled.
        """
        (self.folder / f"{name}_module.py").unlink(missing_ok=True)
        for compiled in self.folder.glob(f"__pycache__/{name}_module.*"):
            compiled.unlink()
        for metadata in self.folder.glob(f"{name}-*.dist-info"):
            shutil.rmtree(metadata)
