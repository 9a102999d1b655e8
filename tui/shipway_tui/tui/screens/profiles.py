"""The first place: every publish profile, with its candidate and its latest version."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from shipway_client.wire import ChangeProfile, Event, Folder, Page, Profile
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.profile_acts import ProfileActs
from shipway_tui.tui.undo import Back
from shipway_tui.tui.widgets.detail import fact, heading, lines
from shipway_tui.tui.widgets.status_line import keys_of
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import Tone, Word, clock_text, numbers, retention_text

if TYPE_CHECKING:
    from textual.worker import Worker


class ProfilesScreen(ProfileActs, ListScreen[Profile]):
    """Profiles by address."""

    HEADING = "Profiles"
    NOUN = "profile"
    ASKED = "profile"
    ACTING = frozenset({"add_folder", "publish", "rules", "create", "rename", "delete"})
    ON_ROW = frozenset({"open", "publish", "rules", "rename", "delete"})
    COLUMNS = (
        Column("address", "Profile", middle=True, share=3, sort="name"),
        Column("identifier", "Identifier", middle=True, wide=70, share=2, sort="identifier"),
        Column("channel", "Channel", 14, sort="channel"),
        Column("candidate", "Cand.", 6),
        Column("latest", "Latest", 12, sort="latest"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Versions", id="profile.open", tooltip="Show its versions"),
        Binding("a", "add_folder", "Watch", id="folder.add", tooltip="Watch a build folder"),
        Binding("p", "publish", "Publish", id="profile.publish", tooltip="Publish this app"),
        Binding("e", "rules", "Rules", show=False, id="profile.rules", tooltip="Change its rules"),
        Binding(
            "i", "app.inbox", "Inbox", show=False, id="inbox.open",
            tooltip="The unmatched binaries",
        ),
        *LIST_KEYS,
    ]  # fmt: skip

    def on_mount(self) -> None:
        """Tell how many binaries are held."""
        self.desk.counted.subscribe(self, lambda _: self.show_counts())

    def aside_text(self) -> str:
        """Tell of the inbox when something is in it."""
        return self.desk.unmatched_text(keys_of(self.table).get("inbox.open", ""))

    async def read_page(self, after: str | None) -> Page[Profile]:
        """Read profiles by address, matching the filter."""
        return await self.desk.client.profiles.list(
            query=self.filter_text or None, sort=self.sorted_by or None, after=after
        )

    async def read_one(self, key: str) -> Profile:
        """Read one profile by its address."""
        return await self.desk.client.profiles.show(key)

    def key_of(self, thing: Profile) -> str:
        """A profile's row is its address."""
        return thing.address

    def row_of(self, thing: Profile) -> Row:
        """Write a profile as a row."""
        candidate = Word("★", f"@{thing.candidate}", Tone.ACCENT) if thing.candidate else NONE
        latest = numbers(thing.latest_version, thing.latest_build) if thing.latest else NONE
        cells: Cells = {
            "address": thing.address,
            "identifier": thing.identifier or Word("", "adopts the first", Tone.MUTED),
            "channel": thing.channel,
            "candidate": candidate,
            "latest": latest,
        }
        return Row(thing.address, thing.address, cells)

    def describe(self, thing: Profile) -> Content:
        """Write all fields of a profile."""
        settings = thing.settings
        newer = settings.require_newer_build
        return lines(
            [
                heading(thing.address),
                fact("identifier", thing.identifier),
                fact("app", thing.app),
                fact("channel", thing.channel),
                fact("latest", f"@{thing.latest}" if thing.latest else None),
                fact("candidate", f"@{thing.candidate}" if thing.candidate else None),
                fact("duplicates", settings.duplicates.value),
                fact("mismatch", settings.mismatch.value),
                fact("newer build", newer.value if newer else "not asked for"),
                fact("retention", retention_text(settings.retention) or "all is kept"),
                fact("made", clock_text(thing.created_at)),
            ]
        )

    def touched(self, event: Event) -> set[str]:
        """A version's event may move the candidate or the latest version of its profile."""
        noun = event.kind.partition(".")[0]
        if noun == "folder" and not self.things and self.is_current:
            self.load()
        if noun not in {"profile", "version"}:
            return set()
        renamed = {event.data["address"]} if event.kind == "profile.renamed" else set()
        return {event.subject.partition("@")[0]} | renamed

    def on_screen_resume(self) -> None:
        """Where there is no profile yet, the folders are told of as they are now."""
        if self.desk.connected and not self.things:
            self.load()

    def copies(self, thing: Profile) -> dict[str, str | None]:
        """A profile is named by its address."""
        return {"address": thing.address, "identifier": thing.identifier, "app": thing.app}

    async def empty_text(self) -> str:
        """Say how binaries come in."""
        from shipway_tui.tui.next_steps import with_keys

        folders = (await self.desk.client.folders.list()).items
        if not folders:
            return with_keys(self.table, NO_FOLDER)
        named = "\n".join(f"{folder.path}  {_folder_words(folder)}" for folder in folders)
        return f"{with_keys(self.table, NO_PROFILE)}\n\n{named}"

    @property
    def acted_on(self) -> Profile | None:
        """The one that is marked, else the selected profile."""
        return self.chosen[0] if len(self.chosen) == 1 else self.selected

    def acted(self, *addresses: str) -> None:
        """Read again what was changed."""
        self.changed(set(addresses))

    def action_delete(self) -> "Worker[None]":
        """Delete what is chosen, after it was named and typed."""
        if len(self.chosen) > 1:
            return self._delete_several(self.chosen)
        return super().action_delete()

    @work(exclusive=True, group="form")
    async def _delete_several(self, profiles: list[Profile]) -> None:
        from shipway_tui.tui.screens.deleting import several_agreed
        from shipway_tui.tui.screens.many import do_each

        if await several_agreed(self, profiles):
            delete = self.desk.client.profiles.delete
            await do_each(self, profiles, "Deleting", lambda one: delete(one.address, one.address))

    def action_open(self) -> None:
        """Show the versions of the selected profile."""
        from shipway_tui.tui.screens.versions import VersionsScreen

        if profile := self.selected:
            self.app.push_screen(VersionsScreen(self.desk, profile))

    def action_publish(self) -> None:
        """Review a publish of the selected profile's app."""
        from shipway_tui.tui.screens.review import ReviewScreen

        if profile := self.selected:
            self.app.push_screen(ReviewScreen(self.desk, app=profile.app))

    def action_add_folder(self) -> None:
        """Ask for a folder to watch."""
        from shipway_tui.tui.screens.folder_form import AddFolderForm

        self.app.push_screen(AddFolderForm(self.desk), self._added)

    def _added(self, folder: Folder | None) -> None:
        if folder is not None:
            self.say(folder.path, title="Watching")

    @work(exclusive=True, group="form")
    async def action_rules(self) -> None:
        """Change the rules of the selected profile."""
        from shipway_tui.tui.screens.profile_form import ProfileForm

        if profile := self.selected:
            changed = await self.app.push_screen_wait(ProfileForm(self.desk, profile))
            if changed is not None:
                self.desk.undo.push(f"rules of {changed.address}", self._rules_back(profile))
                self.changed({changed.address})

    def _rules_back(self, before: Profile) -> Back:
        asked = ChangeProfile(**msgspec.structs.asdict(before.settings))
        return partial(self.desk.client.profiles.change, before.address, asked)


NONE = Word("", "–", Tone.MUTED)
NO_FOLDER = (
    "No watched folder. Press {folder.add} to add one, {app.add} to add files by hand, or "
    "{app.guide} for the guide, which leads to the first published app."
)
NO_PROFILE = (
    "No profile yet. Put a finished binary into a watched folder, or press {app.add} to add one:"
)


def _folder_words(folder: Folder) -> str:
    waiting = f", {folder.waiting} waiting" if folder.waiting else ""
    reason = f": {folder.reason}" if folder.reason else ""
    return f"({folder.state.value}{waiting}{reason})"
