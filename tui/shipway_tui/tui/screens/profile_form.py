"""Changing the rules of a profile: what it refuses, and how long its versions are kept."""

from collections.abc import Mapping
from typing import Any

from shipway_client.errors import Refused
from shipway_client.wire import ChangeProfile, Duplicates, Mismatch, Profile
from shipway_plugins.words import Severity

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


class ProfileForm(FormScreen[Profile]):
    """The settings of one profile."""

    DO = "Save"
    AT_WORK = "Shipway changes the rules"

    def __init__(self, desk: Desk, profile: Profile) -> None:
        self._profile = profile
        settings = profile.settings
        self._before: dict[str, Any] = {
            "duplicates": settings.duplicates,
            "mismatch": settings.mismatch,
            "require_newer_build": settings.require_newer_build,
        }
        start = self._before | retention_values(settings.retention)
        fields = [*_fields(), *retention_fields()]
        rows = [FieldRow(field, start[field.name]) for field in fields]
        super().__init__(desk, f"Rules of {profile.address}", "", rows)

    def mark(self, wrong: Mapping[str, str]) -> list[str]:
        """A retention's parts are fields here."""
        return super().mark(beside_fields(wrong))

    async def send(self, values: dict[str, Any]) -> Profile:
        """Change what differs.

        Raises:
            Refused: Nothing differs.
        """
        asked: dict[str, Any] = {
            name: values[name] for name, before in self._before.items() if values[name] != before
        }
        retention = retention_of(values)
        if retention != self._profile.settings.retention:
            asked["retention"] = retention
        if not asked:
            raise Refused("Nothing was changed.")
        return await self._desk.client.profiles.change(
            self._profile.address, ChangeProfile(**asked)
        )


def _fields() -> list[Field]:
    """The rules; that of newer builds can be left empty."""
    return [
        Field(
            "duplicates", Kind.CHOICE, choices=tuple(Duplicates), default=Duplicates.ACCEPT,
            description="Other bytes with the numbers of a version that is there.",
        ),
        Field(
            "mismatch", Kind.CHOICE, choices=tuple(Mismatch), default=Mismatch.FLAG,
            description="A binary with another identifier.",
        ),
        Field(
            "require_newer_build", Kind.CHOICE, choices=tuple(Severity), nullable=True,
            default=None, label="newer build",
            description="A build that is not newer is a finding of this weight.",
        ),
    ]  # fmt: skip
