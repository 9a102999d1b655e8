"""What is done to one version, alike in its list and on its own screen."""

from collections.abc import Awaitable
from typing import ClassVar

from shipway_client.errors import ShipwayError
from shipway_client.live import live_in
from shipway_client.wire import ChangeVersion, Version, VersionState
from textual import work
from textual.binding import Binding, BindingType

from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.words import numbers

#: The daemon's own limits, in characters: they are told while somebody types.
MOST_NOTES = 25_000
MOST_REASON = 1_000


class VersionActs(Place):
    """A screen whose `acted_on` names the version that its keys are for."""

    HEADING = "Versions"
    ACTING: ClassVar[frozenset[str]] = frozenset(
        {"candidate", "publish", "notes", "numbers", "reject", "delete"}
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "candidate", "Candidate", id="version.candidate",
                tooltip="Mark as release candidate, or take the mark away"),
        Binding("p", "publish", "Publish", id="version.publish", tooltip="Publish this app"),
        Binding("n", "notes", "Notes", id="version.notes", tooltip="Edit the release notes"),
        Binding("equals_sign", "compare", "Diff", id="version.diff",
                tooltip="What differs from the version before"),
        Binding("e", "numbers", "Numbers", show=False, id="version.numbers",
                tooltip="Give once what could not be read"),
        Binding("w", "save", "Save", show=False, id="version.save",
                tooltip="Save the binary to a file"),
        Binding("x", "reject", "Reject", show=False, id="version.reject",
                tooltip="Reject it for ever"),
        Binding("D", "delete", "Delete", show=False, id="version.delete",
                tooltip="Delete it here"),
    ]  # fmt: skip

    @property
    def acted_on(self) -> Version | None:
        """The version that is meant; None where there is none."""
        raise NotImplementedError

    def acted(self, address: str) -> None:
        """Show at once what the daemon has taken; its event may come later."""
        raise NotImplementedError

    def why_not(self, action: str) -> str:
        """Say why an act rests, as far as it can be seen from here."""
        version = self.acted_on
        told = why_not_now(action, version) if version is not None else ""
        return super().why_not(action) or told

    async def done(self, answer: Awaitable[object]) -> bool:
        """Wait for an act; False where it was refused, which is told."""
        try:
            await answer
        except ShipwayError as error:
            self.complain(error)
            return False
        return True

    # ------------------------------------------------------------------- marks and texts

    @work(group="mark")
    async def action_candidate(self) -> None:
        """Mark the version as candidate, or take the mark away."""
        if version := self.acted_on:
            versions = self.desk.client.versions
            change = versions.unmark_candidate if version.candidate else versions.mark_candidate
            if await self.done(change(version.address)):
                self.acted(version.address)

    @work(exclusive=True, group="notes")
    async def action_notes(self) -> None:
        """Edit the release notes."""
        from shipway_tui.tui.screens.text_prompt import TextPrompt

        if version := self.acted_on:
            prompt = TextPrompt(f"Notes of {version.address}", version.notes, "Save",
                                most=MOST_NOTES)  # fmt: skip
            text = await self.app.push_screen_wait(prompt)
            if text is not None and text != version.notes:
                await self._change(version.address, ChangeVersion(notes=text))

    async def _change(self, address: str, change: ChangeVersion) -> None:
        if await self.done(self.desk.client.versions.change(address, change)):
            self.acted(address)

    @work(exclusive=True, group="form")
    async def action_numbers(self) -> None:
        """Give the numbers that could not be read."""
        from shipway_tui.tui.screens.number_form import NumberForm

        if version := self.acted_on:
            changed = await self.app.push_screen_wait(NumberForm(self.desk, version))
            if changed is not None:
                self.acted(changed.address)

    @work(exclusive=True, group="reject")
    async def action_reject(self) -> None:
        """Reject it, with a message that stays with it."""
        from shipway_tui.tui.screens.text_prompt import TextPrompt

        if version := self.acted_on:
            hint = "For ever: it can be looked at and deleted, and nothing else. Say why."
            prompt = TextPrompt(f"Reject {version.address}", "", "Reject",
                                most=MOST_REASON, needed=True, hint=hint)  # fmt: skip
            message = await self.app.push_screen_wait(prompt)
            if message is not None:
                rejecting = self.desk.client.versions.reject(version.address, message)
                if await self.done(rejecting):
                    self.acted(version.address)

    # --------------------------------------------------------------------- the binary

    @work(exclusive=True, group="delete")
    async def action_delete(self) -> None:
        """Delete it, after naming every environment where it is live."""
        if version := self.acted_on:
            places = await self.ask(live_in(self.desk.client, version))
            if places is None:
                return
            question = _deletion_text(version, [one.environment for one in places])
            if await self.app.push_screen_wait(ConfirmPrompt(question, "Delete")):
                await self.done(self.desk.client.versions.delete(version.address))

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Ask where to, and save the binary there; it comes in behind whatever is looked at."""
        from shipway_tui.tui.saving import save
        from shipway_tui.tui.screens.save_prompt import SavePrompt

        if version := self.acted_on:
            wish = await self.app.push_screen_wait(SavePrompt(version))
            if wish is not None:
                self.app.run_worker(save(self.app, self.desk, version, wish), group="saving")

    def action_compare(self) -> None:
        """Show what differs from the version before."""
        from shipway_tui.tui.screens.diff import DiffScreen

        if version := self.acted_on:
            self.app.push_screen(DiffScreen(self.desk, version.address))

    def action_publish(self) -> None:
        """Review a publish of the version's app."""
        if version := self.acted_on:
            self._review(version)

    @work(exclusive=True, group="publish")
    async def _review(self, version: Version) -> None:
        from shipway_tui.tui.screens.review import ReviewScreen

        profile = await self.ask(self.desk.client.profiles.show(version.profile))
        if profile is not None:
            review = ReviewScreen(self.desk, app=profile.app, version=version.address)
            self.app.push_screen(review)


def why_not_now(action: str, version: Version) -> str:
    """Say why an act on this version would be refused; empty where it would not."""
    if action == "numbers" and version.version is not None and version.build is not None:
        return "Its version and build are known, and do not change."
    if action == "reject" and version.state is VersionState.REJECTED:
        return "It is rejected already."
    if action == "delete" and version.candidate:
        return "It is a candidate: take the mark away first."
    markable = version.candidate or version.state is VersionState.READY
    if action == "candidate" and not markable:
        return f"It is {version.state.value}: only a ready version can be a candidate."
    return ""


def _deletion_text(version: Version, environments: list[str]) -> str:
    where = f"\nIt is live in {', '.join(environments)}, and stays there." if environments else ""
    told = f"Delete {version.address}, {numbers(version.version, version.build)}?"
    return f"{told}{where}\nIts file, notes and findings here are lost."
