"""Watching a build folder, and changing what is asked of one, in a form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shipway_client.errors import Refused
from shipway_client.wire import AddFolder, ChangeFolder, Folder, Preset, UnknownBinary

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.form.fields import Field, Kind
from shipway_tui.tui.form.retention import (
    beside_fields,
    retention_fields,
    retention_of,
    retention_values,
)
from shipway_tui.tui.screens.form import FormScreen
from shipway_tui.tui.widgets.field_row import FieldRow

_PATH = Field(
    "path", Kind.TEXT, required=True, label="folder", folder=True,
    description="All that lies below it is watched too. The right arrow completes.",
)  # fmt: skip
_FIELDS = (
    Field(
        "preset", Kind.CHOICE, default=None, nullable=True,
        choices=tuple(preset.value for preset in Preset),
        description="Takes a build tool's outputs, not its intermediates.",
    ),
    Field(
        "glob", Kind.TEXT, default=None, nullable=True, label="only like",
        description="Such as *-release.apk. Empty for every binary.",
    ),
    Field(
        "unknown", Kind.CHOICE, default=UnknownBinary.CREATE.value,
        choices=tuple(unknown.value for unknown in UnknownBinary),
        description="Without a profile: create one, or hold in the inbox.",
    ),
    Field(
        "profile", Kind.TEXT, default=None, nullable=True,
        description="OWNER/NAME takes everything. Empty: by identifier.",
    ),
    Field(
        "channel", Kind.TEXT, default=None, nullable=True,
        description="For binaries that do not say theirs, such as custom.",
    ),
    Field(
        "pattern", Kind.TEXT, default=None, nullable=True, label="name pattern",
        description="Reads the numbers: App-{version}-{build}.zip",
    ),
    Field(
        "candidate", Kind.SWITCH, default=False, description="Mark what comes as candidate.",
    ),
    Field(
        "quiet", Kind.NUMBER, required=True, default=2.0, label="quiet time",
        description="Seconds without a change before a file is finished.",
    ),
)  # fmt: skip


class _FolderForm(FormScreen[Folder]):
    """What both forms have in common: the fields, and where what is wrong with them stands."""

    AT_WORK = "Shipway looks at the folder"

    def mark(self, wrong: Mapping[str, str]) -> list[str]:
        """A retention's parts are fields here."""
        return super().mark(beside_fields(wrong))


class AddFolderForm(_FolderForm):
    """The path, then what is asked of the folder."""

    DO = "Watch"

    def __init__(self, desk: Desk) -> None:
        rows = [FieldRow(field) for field in (_PATH, *_FIELDS, *retention_fields())]
        super().__init__(desk, "Watch a build folder", "", rows)

    async def send(self, values: dict[str, Any]) -> Folder:
        """Watch it from now on."""
        asked = _asked(values) | {"path": _absolute(values["path"])}
        return await self._desk.client.folders.add(AddFolder(**asked))


class ChangeFolderForm(_FolderForm):
    """What is asked of a folder now; its path stays what it is."""

    DO = "Save"

    def __init__(self, desk: Desk, folder: Folder) -> None:
        self._folder = folder
        set_now = {field.name: getattr(folder, field.name) for field in _FIELDS}
        set_now |= retention_values(folder.retention)
        rows = [FieldRow(field, set_now[field.name]) for field in (*_FIELDS, *retention_fields())]
        note = "What it took already stays as it is."
        super().__init__(desk, f"Watching {folder.path}", note, rows)

    async def send(self, values: dict[str, Any]) -> Folder:
        """Change what differs.

        Raises:
            Refused: Nothing differs.
        """
        asked = _asked(values)
        differs = {name: new for name, new in asked.items() if new != getattr(self._folder, name)}
        if not differs:
            raise Refused("Nothing was changed.")
        return await self._desk.client.folders.change(self._folder.id, ChangeFolder(**differs))


def _absolute(path: str) -> str:
    """The daemon has another working folder, and perhaps another home."""
    return str(Path(path).expanduser().absolute())


def _asked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the values of the fields into those of a request."""
    asked = {field.name: values[field.name] for field in _FIELDS}
    preset = asked["preset"]
    return asked | {
        "preset": Preset(preset) if preset else None,
        "unknown": UnknownBinary(asked["unknown"]),
        "quiet": float(asked["quiet"]),
        "retention": retention_of(values),
    }
