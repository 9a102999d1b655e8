"""What is done to versions, alike in their list and on the screen of one."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from shipway_client.errors import ShipwayError
from shipway_client.live import live_among
from shipway_client.wire import ChangeVersion, Version, VersionState
from textual import work
from textual.binding import Binding, BindingType

from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.words import numbers

if TYPE_CHECKING:
    from shipway_tui.tui.undo import Back

#: The daemon's own limits, in characters: they are told while somebody types.
MOST_NOTES = 25_000
MOST_REASON = 1_000
#: Acts on all that is meant; the others are for one version.
_ON_SEVERAL = frozenset({"candidate", "reject", "delete"})
#: As many versions are named in a question.
_MOST_NAMED = 6


class VersionActs(Place):
    """A screen whose `acted_on` and `meant` name the versions that its keys are for."""

    HEADING = "Versions"
    ACTING: ClassVar[frozenset[str]] = frozenset(
        {"candidate", "publish", "notes", "numbers", "reject", "delete"}
    )
    #: Actions that need a version.
    ON_VERSION: ClassVar[frozenset[str]] = frozenset(
        {"candidate", "notes", "numbers", "reject", "delete", "compare", "save"}
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "candidate", "Candidate", id="version.candidate",
                tooltip="Mark as release candidate, or take the mark away"),
        Binding("p", "publish", "Publish", id="version.publish", tooltip="Publish this app"),
        Binding("n", "notes", "Notes", id="version.notes", tooltip="Edit the release notes"),
        Binding("equals_sign", "compare", "Diff", id="version.diff",
                tooltip="What differs from the version before, or between two marked ones"),
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
        """The one version that is meant; None where there is none."""
        raise NotImplementedError

    @property
    def meant(self) -> list[Version]:
        """All versions that are meant."""
        return [] if self.acted_on is None else [self.acted_on]

    async def each(
        self, versions: Sequence[Version], doing: str, do: Callable[[Version], Awaitable[object]]
    ) -> bool:
        """Do something to each version and tell what was refused; whether any was done."""
        del doing
        return any([await self.done(do(version)) for version in versions])

    def acted(self, address: str) -> None:
        """Show at once what the daemon has taken; its event may come later."""
        raise NotImplementedError

    def compared(self) -> tuple[str, str | None] | None:
        """The addresses of what is to be compared: None for the version before."""
        return (self.acted_on.address, None) if self.acted_on is not None else None

    def why_not(self, action: str) -> str:
        """Say why an act rests, as far as it can be seen from here."""
        one = [] if self.acted_on is None else [self.acted_on]
        reasons = [why_not_now(action, v) for v in (self.meant if action in _ON_SEVERAL else one)]
        return super().why_not(action) or (reasons[0] if all(reasons) and reasons else "")

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
        """Mark what is meant as candidates, or take the marks away where all have one."""
        meant, versions = self.meant, self.desk.client.versions
        off = all(version.candidate for version in meant)
        change, back = versions.mark_candidate, versions.unmark_candidate
        if off:
            change, back = back, change
        backs: list[Back] = []

        async def mark(version: Version) -> None:
            if version.candidate is off:
                await change(version.address)
                backs.append(partial(back, version.address))

        await self.each(meant, "Taking the mark from" if off else "Marking", mark)
        what = "no candidate any more" if off else "candidate"
        self.desk.undo.push_all(f"{_names_text(meant)}: {what}", backs)
        for version in meant:
            self.acted(version.address)

    @work(exclusive=True, group="form")
    async def action_notes(self) -> None:
        """Edit the release notes."""
        from shipway_tui.tui.screens.text_prompt import TextPrompt

        if version := self.acted_on:
            address, before = version.address, version.notes
            prompt = TextPrompt(f"Notes of {address}", before, "Save", most=MOST_NOTES)
            text = await self.app.push_screen_wait(prompt)
            change = partial(self.desk.client.versions.change, address)
            if text in (None, before) or not await self.done(change(ChangeVersion(notes=text))):
                return
            self.desk.undo.push(f"notes of {address}", partial(change, ChangeVersion(notes=before)))
            self.acted(address)

    @work(exclusive=True, group="form")
    async def action_numbers(self) -> None:
        """Give the numbers that could not be read."""
        from shipway_tui.tui.screens.number_form import NumberForm

        if version := self.acted_on:
            changed = await self.app.push_screen_wait(NumberForm(self.desk, version))
            if changed is not None:
                self.acted(changed.address)

    @work(exclusive=True, group="form")
    async def action_reject(self) -> None:
        """Reject what is meant, with a message that stays with it."""
        from shipway_tui.tui.screens.text_prompt import TextPrompt

        if meant := self.meant:
            hint = "For ever: it can be looked at and deleted, and nothing else. Say why."
            prompt = TextPrompt(f"Reject {_names_text(meant)}", "", "Reject",
                                most=MOST_REASON, needed=True, hint=hint)  # fmt: skip
            message = await self.app.push_screen_wait(prompt)
            if message is None:
                return
            reject = self.desk.client.versions.reject
            await self.each(meant, "Rejecting", lambda one: reject(one.address, message))
            for version in meant:
                self.acted(version.address)

    # --------------------------------------------------------------------- the binary

    @work(exclusive=True, group="form")
    async def action_delete(self) -> None:
        """Delete what is meant, after naming every environment where it is live."""
        if not (meant := self.meant):
            return
        environments = await self.ask(self._live_in(meant))
        if environments is None:
            return
        question = _deletion_text(meant, environments)
        if await self.app.push_screen_wait(ConfirmPrompt(question, "Delete")):
            delete = self.desk.client.versions.delete
            await self.each(meant, "Deleting", lambda version: delete(version.address))

    async def _live_in(self, versions: Sequence[Version]) -> list[str]:
        """Name the environments where one of them is live; they may be of several profiles."""
        addresses = [version.address for version in versions]
        found: set[str] = set()
        for profile in {version.profile for version in versions}:
            live = await live_among(self.desk.client, profile, addresses)
            found |= {one.environment for one in live}
        return sorted(found)

    @work(exclusive=True, group="form")
    async def action_save(self) -> None:
        """Ask where to, and save the binary there; it comes in behind whatever is looked at."""
        from shipway_tui.tui.saving import save
        from shipway_tui.tui.screens.save_prompt import SavePrompt

        if version := self.acted_on:
            wish = await self.app.push_screen_wait(SavePrompt(version))
            if wish is not None:
                self.app.run_worker(save(self.app, self.desk, version, wish), group="saving")

    def action_compare(self) -> None:
        """Show what differs between two versions."""
        from shipway_tui.tui.screens.diff import DiffScreen

        if compared := self.compared():
            self.app.push_screen(DiffScreen(self.desk, *compared))

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


def _names_text(versions: Sequence[Version]) -> str:
    return versions[0].address if len(versions) == 1 else f"{len(versions)} versions"


def _deletion_text(versions: Sequence[Version], environments: Sequence[str]) -> str:
    """Name what is lost: the versions, and where they are live all the same."""
    named = [f"{one.address}, {numbers(one.version, one.build)}" for one in versions]
    more = len(named) - _MOST_NAMED
    told = [f"Delete {named[0]}?"]
    if len(named) > 1:
        told = [f"Delete {len(named)} versions?", *named[:_MOST_NAMED]]
        told += [f"and {more} more"] if more > 0 else []
    if environments:
        told.append(f"Live in {', '.join(environments)}, and stays there.")
    return "\n".join([*told, "The files, notes and findings here are lost."])
