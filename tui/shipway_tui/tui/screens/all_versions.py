"""The versions of all profiles: where views across them are shown."""

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.versions import VersionsScreen
from shipway_tui.tui.widgets.table import Column


class AllVersionsScreen(VersionsScreen):
    """Versions of every profile, newest first."""

    COLUMNS = (
        Column("number", "No.", 5),
        Column("profile", "Profile", middle=True, share=3),
        Column("version", "Version (build)", share=2, sort="version"),
        Column("state", "State", 12),
        Column("candidate", "Candidate", 11),
        Column("findings", "Find.", 5, wide=100),
        Column("age", "Age", 6, sort="created"),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, None)
