"""The rest of a folder's path, while its beginning is typed."""

from textual.suggester import Suggester

from shipway_tui.tui.adding.listed import divided, list_matching


class FolderSuggester(Suggester):
    """Looks at the disk; a folder that cannot be read suggests nothing."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first folder whose path begins as was typed."""
        folder, beginning = divided(value)
        found = (await list_matching(value, folders_only=True)).entries if value else ()
        names = (entry.name for entry in found if entry.name.startswith(beginning))
        return next((f"{folder}{name}/" for name in names), None)
