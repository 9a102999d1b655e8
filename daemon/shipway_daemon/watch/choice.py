"""Which files of a folder are looked at, and which folders in it: by name, preset and glob."""

import os
from dataclasses import dataclass

from shipway_client.wire import Preset

from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.watch.names import may_be_binary
from shipway_daemon.watch.presets import PRESETS, Parts


@dataclass(frozen=True)
class Choice:
    """What a folder's row chooses. Paths are whole ones, at or below `root`.

    A preset knows its outputs by the whole path, so that it serves wherever the folder lies above,
    at or below them; but it passes over folders below the root only.
    """

    root: bytes
    glob: str | None = None
    preset: Preset | None = None

    @classmethod
    def of(cls, row: FolderRow) -> "Choice":
        """Take it from the row of a folder."""
        preset = Preset(row.preset) if row.preset else None
        return cls(os.fsencode(row.path), row.glob, preset)

    def enters(self, folder: bytes) -> bool:
        """Tell whether the folder, whose parents are entered, is walked as well."""
        if self.preset is None or folder == self.root:
            return True
        parts = _parts(folder)
        return not parts[-1].startswith(".") and PRESETS[self.preset].enters(parts)

    def reaches(self, folder: bytes) -> bool:
        """Tell whether a walk from the root comes to this folder."""
        if self.preset is None:
            return True
        below = folder[len(self.root) :].strip(b"/").split(b"/") if folder != self.root else []
        path = self.root.rstrip(b"/")
        for name in below:
            path += b"/" + name
            if not self.enters(path):
                return False
        return True

    def takes(self, path: bytes) -> bool:
        """Tell whether a file, in a folder that a walk comes to, may be a binary."""
        relative = os.fsdecode(path[len(self.root) :].lstrip(b"/"))
        if not may_be_binary(relative, self.glob):
            return False
        if self.preset is None:
            return True
        rules = PRESETS[self.preset]
        *folder, name = _parts(path)
        return name.lower().endswith(rules.extensions) and rules.holds(tuple(folder))

    def wants(self, path: bytes) -> bool:
        """Tell whether a file that was named by a hint is one that a scan would find."""
        return self.takes(path) and self.reaches(path.rpartition(b"/")[0])


def _parts(path: bytes) -> Parts:
    return tuple(os.fsdecode(path).strip("/").split("/"))
