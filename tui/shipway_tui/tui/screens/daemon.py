"""The daemon itself: which one answers, what it is at, and what can be done to it."""

from typing import ClassVar

from shipway_client.errors import ShipwayError
from textual import work
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from shipway_tui.tui.desk import Connection, Desk, Link
from shipway_tui.tui.screens.daemon_text import Standing, describe_daemon, read_standing
from shipway_tui.tui.screens.place import READ_ONLY_TEXT
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.text_place import TextPlace

_LOOK_SECONDS = 5.0


class DaemonScreen(TextPlace):
    """Looks every few seconds while it is shown; a daemon that is away can be started here."""

    HEADING = "Daemon"
    ACTING = frozenset({"restart", "stop"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "restart", "Restart", id="daemon.restart",
                tooltip="Stop it in order and start it anew; start one that is away"),
        Binding("X", "stop", "Stop", id="daemon.stop", tooltip="Stop it in order"),
        Binding("L", "log", "Log", id="daemon.log", tooltip="Its log file, with search"),
        Binding("d", "doctor", "Doctor", id="daemon.doctor", tooltip="Look for what is wrong"),
        Binding("P", "prune", "Prune", id="daemon.prune", tooltip="What retention lets go"),
        Binding("u", "uploads", "Uploads", id="daemon.uploads", tooltip="What is on its way in"),
        Binding("b", "backup", "Backup", id="daemon.backup", tooltip="Copy the home, as it runs"),
        Binding("c", "config", "Config", id="daemon.config", tooltip="Edit config.toml"),
        Binding("r", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
        Binding("escape", "back", "Back", show=False, id="text.back", tooltip="Back"),
    ]  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.standing: Standing | None = None
        self._busy = ""

    def on_mount(self) -> None:
        """Look now, and again while it is shown."""
        self._show()
        self.set_interval(_LOOK_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self.is_current and self.desk.connected:
            self.load()

    def _linked(self, connection: Connection) -> None:
        super()._linked(connection)
        if connection.link is Link.RECONNECTING:
            self._show()

    def why_not(self, action: str) -> str:
        """A daemon that is away can be started, so `restart` rests for read-only alone."""
        if action == "restart":
            return READ_ONLY_TEXT if self.desk.read_only else self._busy
        return self._busy if action == "stop" and self._busy else super().why_not(action)

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Ask which daemon answers and what it is at."""
        standing = await self.ask(read_standing(self.desk.client))
        if standing is not None:
            self.standing = standing
            self._show()

    def _show(self) -> None:
        self.detail.show(describe_daemon(self.desk, self.standing))
        self.stand(self._busy or self.desk.connection.link.value)

    def action_refresh(self) -> None:
        """Look again."""
        self.load()

    @work(exclusive=True, group="daemon")
    async def action_restart(self) -> None:
        """Start the daemon anew; what it is at goes on after it."""
        from shipway_tui.launch import restart_daemon

        question = "Restart the daemon? A publish at work goes on after it."
        if self.desk.connected and not await self._confirmed(question, "Restart"):
            return
        self._be_busy("The daemon is being restarted.")
        try:
            health, _ = await restart_daemon(self.desk.client)
        except ShipwayError as error:
            self.complain(error)
        else:
            self.say(f"Process {health.pid} of version {health.version} answers.", title="Daemon")
        finally:
            self._be_busy("")

    @work(exclusive=True, group="daemon")
    async def action_stop(self) -> None:
        """Stop the daemon, after a confirmation that says what ends with it."""
        from shipway_tui.launch import stop_daemon

        question = "Stop the daemon? Folders are not watched and nothing is published without it."
        if not await self._confirmed(question, "Stop"):
            return
        self._be_busy("The daemon is being stopped.")
        try:
            health = await stop_daemon(self.desk.client)
        except ShipwayError as error:
            self.complain(error)
        else:
            self.say(f"Process {health.pid} has ended.", title="Daemon")
        finally:
            self._be_busy("")

    async def _confirmed(self, question: str, do: str) -> bool:
        confirmed: bool = await self.app.push_screen_wait(ConfirmPrompt(question, do))
        return confirmed

    def _be_busy(self, text: str) -> None:
        self._busy = text
        if self.is_attached:
            self._show()
            self.refresh_keys()

    def action_log(self) -> None:
        """Show the daemon's log; it is there also when the daemon is not."""
        from shipway_tui.tui.logs.file_log import FileLog
        from shipway_tui.tui.screens.log import LogScreen

        self.app.push_screen(LogScreen(self.desk, FileLog(self.desk.client.locations.log)))

    def action_doctor(self) -> None:
        """Look for what is wrong with the home."""
        from shipway_tui.tui.screens.doctor import DoctorScreen

        self.app.push_screen(DoctorScreen(self.desk))

    def action_prune(self) -> None:
        """Show what retention lets go."""
        from shipway_tui.tui.screens.prune import PruneScreen

        self.app.push_screen(PruneScreen(self.desk))

    def action_uploads(self) -> None:
        """Show the uploads."""
        from shipway_tui.tui.screens.uploads import UploadsScreen

        self.app.push_screen(UploadsScreen(self.desk))

    def action_backup(self) -> None:
        """Ask where to, and copy the home there."""
        from shipway_tui.tui.screens.backup import BackupPrompt

        self.app.push_screen(BackupPrompt(self.desk))

    def action_config(self) -> None:
        """Edit config.toml while the screen is the editor's; it counts from the next start on."""
        from shipway_tui.commands.config import edit_file, problems_of

        config = self.desk.client.locations.config
        try:
            # Nothing may be drawn while the editor has the terminal, so the loop waits with it.
            with self.app.suspend():
                edit_file(config)
            problems = problems_of(config)
        except SuspendNotSupported:
            self.notify("This terminal cannot be handed to an editor.", severity="warning")
        except ShipwayError as error:
            self.complain(error)
        else:
            told = "What config.toml says counts from the next start on."
            self.say(str(problems[0]) if problems else told)

    def action_back(self) -> None:
        """Go back, where there is something behind it: this is a place."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
