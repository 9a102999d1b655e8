"""Puts what the user set into effect; what cannot be obeyed is told once and left out."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shipway_tui.config.settings import FILE_NAME, Problem, Settings

if TYPE_CHECKING:
    from textual.app import App


def configure(app: "App[int]", settings: Settings) -> list[Problem]:
    """Set animation, themes and keys; return what is wrong with the theme and with the ids."""
    from shipway_tui.config.checking import check_theme

    app.animation_level = settings.tui.animation
    problems: list[Problem] = []
    if settings.tui.theme != Settings().tui.theme:
        problems += check_theme(settings, app.available_themes)
        if not problems:
            app.theme = settings.tui.theme
    if settings.keys:
        from shipway_tui.config.keymap import check_names, usable

        problems += check_names(settings.keys)
        app.set_keymap(usable(settings.keys))
    return problems


def problems_text(problems: list[Problem]) -> str:
    """Say the first of the problems, and where the others are told."""
    first = f"{FILE_NAME}: {problems[0]}"
    if len(problems) == 1:
        return first
    return f"{first}\n{len(problems) - 1} more: see `shipway config check`."


async def clashes(keys: Mapping[str, str]) -> list[Problem]:
    """Find chosen keys that hide others; in a thread, because it loads every screen."""
    return await asyncio.to_thread(_clashes, keys)


def _clashes(keys: Mapping[str, str]) -> list[Problem]:
    from shipway_tui.config.keymap import check_clashes, usable
    from shipway_tui.tui.bindings import by_view

    return list(check_clashes(usable(keys), by_view()))
