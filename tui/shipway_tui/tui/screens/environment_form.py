"""Adding an environment and changing its settings, in a form made from its adapter's options."""

from typing import Any

from shipway_client.errors import Refused
from shipway_client.wire import AddEnvironment, Environment
from shipway_plugins.words import AdapterRecord

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.form.changes import settings_to_add, settings_to_change
from shipway_tui.tui.form.fields import LACKING, Field, Kind, fields_of, introduction_of
from shipway_tui.tui.screens.form import FormScreen
from shipway_tui.tui.widgets.field_row import FieldRow

_AT_WORK = "Shipway tries the settings with the adapter"


class AddEnvironmentForm(FormScreen[Environment]):
    """The name, then the adapter's options."""

    DO = "Add"
    AT_WORK = _AT_WORK

    def __init__(self, desk: Desk, adapter: AdapterRecord) -> None:
        self._adapter = adapter
        self._fields = fields_of(adapter.options)
        self._name_row = _free_name(self._fields)
        name = Field(
            self._name_row, Kind.TEXT, required=True, description="What it is called here."
        )
        rows = [FieldRow(name), *(FieldRow(field) for field in self._fields)]
        heading = f"New environment · {adapter.title}"
        super().__init__(desk, heading, introduction_of(adapter.options), rows)

    async def send(self, values: dict[str, Any]) -> Environment:
        """Make the environment."""
        settings = settings_to_add(self._fields, values)
        request = AddEnvironment(
            name=values[self._name_row], adapter=self._adapter.kind, settings=settings
        )
        return await self._desk.client.environments.add(request)


class ChangeEnvironmentForm(FormScreen[Environment]):
    """The adapter's options as they are set; what the adapter does not take is marked at once."""

    DO = "Save"
    AT_WORK = _AT_WORK

    def __init__(self, desk: Desk, environment: Environment, adapter: AdapterRecord) -> None:
        self._environment = environment
        self._fields = fields_of(adapter.options)
        settings = environment.settings
        rows = [FieldRow(field, settings.get(field.name, LACKING)) for field in self._fields]
        heading = f"Settings of {environment.name} · {adapter.title}"
        super().__init__(desk, heading, self._introduce(adapter), rows)

    def _introduce(self, adapter: AdapterRecord) -> str:
        known = {field.name for field in self._fields}
        gone = [name for name in self._environment.settings if name not in known]
        note = f"Not taken any more, and left out on saving: {', '.join(gone)}." if gone else ""
        return "\n".join(filter(None, [introduction_of(adapter.options), note]))

    def on_mount(self) -> None:
        """Begin with what is wrong already."""
        gone = self._environment.settings.keys() - self.rows.keys()
        wrong = self._environment.bad_settings
        left = self.mark({name: text for name, text in wrong.items() if name not in gone})
        self.say("\n".join(left))

    async def send(self, values: dict[str, Any]) -> Environment:
        """Change what differs.

        Raises:
            Refused: Nothing differs.
        """
        request = settings_to_change(self._fields, self._environment.settings, values)
        if not request.settings and not request.unset:
            raise Refused("Nothing was changed.")
        return await self._desk.client.environments.change(self._environment.name, request)


def _free_name(fields: list[Field]) -> str:
    """How the row of the environment's name is called, beside an option of that name."""
    return "environment" if any(field.name == "name" for field in fields) else "name"
