"""Making a profile, and giving one another name, in forms."""

from typing import Any

from shipway_client.errors import Refused
from shipway_client.wire import ChangeProfile, CreateProfile, Profile

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.form.fields import Field, Kind
from shipway_tui.tui.screens.form import FormScreen
from shipway_tui.tui.widgets.field_row import FieldRow

#: The channels that people have; the command line takes every platform with any kind.
CHANNELS = (
    "android-phone", "android-tablet", "android-tv", "android-watch",
    "ios-phone", "ios-tablet", "ios-tv", "ios-watch",
    "macos-desktop", "windows-desktop", "custom",
)  # fmt: skip
_NAME = Field(
    "name", Kind.TEXT, required=True,
    description="NAME, or OWNER/NAME for another owner than yours.",
)  # fmt: skip
_FIELDS = (
    _NAME,
    Field(
        "channel", Kind.CHOICE, required=True, choices=CHANNELS,
        description="Platform and kind; it stays.",
    ),
    Field(
        "identifier", Kind.TEXT, default=None, nullable=True,
        description="As in com.example.app; it stays. Empty: that of its first binary.",
    ),
    Field(
        "app", Kind.TEXT, default=None, nullable=True,
        description="The product that it belongs to. Empty: one of its own name.",
    ),
)  # fmt: skip


class NewProfileForm(FormScreen[Profile]):
    """Name and channel are needed."""

    DO = "Make"
    AT_WORK = "Shipway makes the profile"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "A new profile", "", [FieldRow(field) for field in _FIELDS])

    async def send(self, values: dict[str, Any]) -> Profile:
        """Make it."""
        owner, slash, name = values["name"].partition("/")
        values |= {"name": name, "owner": owner} if slash else {}
        return await self._desk.client.profiles.create(CreateProfile(**values))


class RenameForm(FormScreen[Profile]):
    """The owner and the versions stay."""

    DO = "Rename"
    AT_WORK = "Shipway renames the profile"

    def __init__(self, desk: Desk, profile: Profile) -> None:
        self._profile = profile
        field = Field("name", Kind.TEXT, required=True, description="Its owner and versions stay.")
        super().__init__(desk, f"Rename {profile.address}", "", [FieldRow(field, profile.name)])

    async def send(self, values: dict[str, Any]) -> Profile:
        """Rename it.

        Raises:
            Refused: It is called so already.
        """
        if values["name"] == self._profile.name:
            raise Refused("That is its name already.", fields={"name": "Its name already."})
        change = ChangeProfile(name=values["name"])
        return await self._desk.client.profiles.change(self._profile.address, change)
