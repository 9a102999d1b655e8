"""Prune: what retention lets go and why, then, after a confirmation, its deletion."""

from typing import ClassVar

from shipway_client.wire import Event, PrunedVersion, PruneReport
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.widgets.table import Cells, Column, ListTable, Row
from shipway_tui.tui.words import age_text, numbers, size_text

NOTHING = (
    "Nothing is to go. Versions go by the rules of their profile or of their folder; without a "
    "rule everything is kept. The daemon looks by itself every hour."
)


class PruneScreen(Place):
    """Begins with a dry run; what is shown is what would go now."""

    ACTING = frozenset({"prune"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("P", "prune", "Prune", id="prune.do", tooltip="Delete what is shown"),
        Binding("r", "refresh", "Look again", id="list.refresh", tooltip="What would go now"),
        Binding("escape", "back", "Back", id="list.back", tooltip="Back"),
    ]
    COLUMNS = (
        Column("address", "Version", middle=True),
        Column("numbers", "Numbers", 14, wide=70),
        Column("size", "Size", 8),
        Column("age", "Age", 6),
        Column("reason", "Why", share=2),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.report: PruneReport | None = None
        self.table = ListTable(self.COLUMNS, id="list")
        self._gone: int | None = None

    def compose_body(self) -> ComposeResult:
        """What goes, and a sentence about all of it."""
        with Container(id="body"), Vertical(id="prune-pane", classes="pane"):
            yield self.table
            yield Static("", id="empty", markup=False)

    def on_mount(self) -> None:
        """Count what goes while it goes."""
        self.query_one("#prune-pane").border_title = "Prune"
        self.table.focus()
        self.desk.happened.subscribe(self, self._happened)

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Ask what would go; nothing is deleted."""
        if self._gone is not None:
            return
        self._stand("looking")
        report = await self.ask(self.desk.client.pruning.prune(dry_run=True))
        if report is not None:
            self._show(report)

    def _show(self, report: PruneReport) -> None:
        self.report = report
        now = self.desk.now()
        rows = [_row(n, gone, age_text(gone.created_at, now))
                for n, gone in enumerate(report.versions)]  # fmt: skip
        self.table.replace(rows)
        self._stand(sentence(report))
        nothing = not report.count and not report.orphans
        self.query_one("#empty", Static).update(Content(NOTHING if nothing else ""))
        self.set_class(nothing, "-empty")
        self.refresh_keys()

    def _stand(self, text: str) -> None:
        self.query_one("#prune-pane").border_subtitle = Content(text)

    def _happened(self, events: tuple[Event, ...]) -> None:
        if self._gone is not None:
            self._gone += sum(event.kind == "version.deleted" for event in events)
            self._stand(f"{self._gone:,} deleted so far")

    def why_not(self, action: str) -> str:
        """There must be something to delete, and nobody deleting it."""
        if action == "prune":
            if self._gone is not None:
                return "It is being deleted now."
            if self.report is None or not self.report.dry_run:
                return "What would go is not known yet."
            if not self.report.count and not self.report.orphans:
                return "Nothing is to go."
        return super().why_not(action)

    @work(exclusive=True, group="prune")
    async def action_prune(self) -> None:
        """Delete what the rules let go, after saying how much that is."""
        if self.report is None:
            return
        question = f"Delete what retention lets go?\n{sentence(self.report)}. This is for good."
        if not await self.app.push_screen_wait(ConfirmPrompt(question, "Delete")):
            return
        self._gone = 0
        self._stand("deleting")
        self.refresh_keys()
        try:
            report = await self.ask(self.desk.client.pruning.prune())
        finally:
            self._gone = None
        if report is not None:
            self._show(report)
            self.say(f"{sentence(report)}.", title="Pruned")
        self.refresh_keys()

    def action_refresh(self) -> None:
        """Ask what would go now."""
        self.load()

    def action_back(self) -> None:
        """Go back; the daemon goes on with what it was asked."""
        self.app.pop_screen()


def sentence(report: PruneReport) -> str:
    """Say how much goes, or went."""
    versions = "1 version" if report.count == 1 else f"{report.count:,} versions"
    verb = "to go" if report.dry_run else "gone"
    told = f"{versions} {verb}, {size_text(report.freed)} on the disk"
    if more := report.count - len(report.versions):
        told += f", {more:,} of them not listed"
    if report.orphans:
        files = "1 file" if report.orphans == 1 else f"{report.orphans:,} files"
        told += f", with {files} that nothing names"
    return told


def _row(rank: int, gone: PrunedVersion, age: str) -> Row:
    cells: Cells = {
        "address": gone.address,
        "numbers": numbers(gone.version, gone.build),
        "size": size_text(gone.size),
        "age": age,
        "reason": gone.reason,
    }
    return Row(gone.address, rank, cells)
