"""Giving the version or the build of an incomplete version, once."""

from typing import Any

from shipway_client.wire import ChangeVersion, Version

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.form.fields import Field, Kind
from shipway_tui.tui.screens.form import FormScreen
from shipway_tui.tui.widgets.field_row import FieldRow


class NumberForm(FormScreen[Version]):
    """Has a field for each number that could not be read."""

    DO = "Give"
    AT_WORK = "Shipway takes the numbers"

    def __init__(self, desk: Desk, version: Version) -> None:
        self._version = version
        told = {"version": version.version, "build": version.build}
        rows = [FieldRow(_field(name)) for name, value in told.items() if value is None]
        introduction = "They are given once, and stay: the file does not say them."
        super().__init__(desk, f"Numbers of {version.address}", introduction, rows)

    async def send(self, values: dict[str, Any]) -> Version:
        """Give what was typed."""
        change = ChangeVersion(**values)
        return await self._desk.client.versions.change(self._version.address, change)


def _field(name: str) -> Field:
    examples = {"version": "As in 2.4.0.", "build": "As in 214."}
    return Field(name, Kind.TEXT, required=True, description=examples[name])
