"""The versions of all profiles: where views across them are shown."""

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.versions import VersionsScreen
from shipway_tui.tui.widgets.table import Column


class AllVersionsScreen(VersionsScreen):
    """Versions of every profile, newest first."""

    COLUMNS = (
        Column("profile", "Profile", middle=True, share=2),
        *(column for column in VersionsScreen.COLUMNS if column.key != "size"),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, None)
