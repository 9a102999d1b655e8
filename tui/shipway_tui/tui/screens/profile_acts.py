"""What is done to a profile as a whole: it is made, renamed, deleted."""

from functools import partial
from typing import ClassVar

from shipway_client.errors import ShipwayError
from shipway_client.live import live_among
from shipway_client.wire import ChangeProfile, Profile
from textual import work
from textual.binding import Binding, BindingType

from shipway_tui.tui.screens.place import Place


class ProfileActs(Place):
    """A screen whose `acted_on` names the profile that its keys are for."""

    HEADING: ClassVar[str] = "Profiles"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "create", "New", show=False, id="profile.create", tooltip="Make a profile"),
        Binding("R", "rename", "Rename", show=False, id="profile.rename",
                tooltip="Give it another name"),
        Binding("D", "delete", "Delete", show=False, id="profile.delete",
                tooltip="Delete it with its versions"),
    ]  # fmt: skip

    @property
    def acted_on(self) -> Profile | None:
        """The profile that is meant; None where there is none."""
        raise NotImplementedError

    def acted(self, *addresses: str) -> None:
        """Show at once what the daemon has taken; its event may come later."""
        raise NotImplementedError

    @work(exclusive=True, group="form")
    async def action_create(self) -> None:
        """Make a profile."""
        from shipway_tui.tui.screens.new_profile import NewProfileForm

        made = await self.app.push_screen_wait(NewProfileForm(self.desk))
        if made is not None:
            self.acted(made.address)
            self.say(made.address, title="Made")

    @work(exclusive=True, group="form")
    async def action_rename(self) -> None:
        """Give the profile another name."""
        from shipway_tui.tui.screens.new_profile import RenameForm

        if (profile := self.acted_on) is None:
            return
        renamed = await self.app.push_screen_wait(RenameForm(self.desk, profile))
        if renamed is not None:
            change = partial(self.desk.client.profiles.change, renamed.address)
            back = partial(change, ChangeProfile(name=profile.name))
            self.desk.undo.push(f"{profile.address} is called {renamed.name}", back)
            self.acted(profile.address, renamed.address)

    @work(exclusive=True, group="form")
    async def action_delete(self) -> None:
        """Delete the profile, after its address was typed where versions are lost."""
        from shipway_tui.tui.screens.prompts import ConfirmPrompt

        if (profile := self.acted_on) is None:
            return
        live = await self.ask(live_among(self.desk.client, profile.address))
        if live is None:
            return
        typed = profile.address if profile.latest is not None else ""
        question = _deletion_text(profile, [one.environment for one in live])
        if not await self.app.push_screen_wait(ConfirmPrompt(question, "Delete", typed=typed)):
            return
        try:
            await self.desk.client.profiles.delete(profile.address, typed or None)
        except ShipwayError as error:
            self.complain(error)
        else:
            self.acted(profile.address)


def _deletion_text(profile: Profile, environments: list[str]) -> str:
    told = [f"Delete {profile.address}?"]
    if profile.latest is not None:
        told.append("All its versions are deleted with it: files, notes, findings.")
    if environments:
        told.append(f"Live in {', '.join(environments)}, and stays there.")
    return "\n".join([*told, "Folders that filed by it hold from then on."])
