"""Checks a whole `config.toml`, with all that the TUI would stumble over; loads all of it."""

from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec.structs import replace

from shipway_tui.config.keymap import check_clashes, check_names, usable
from shipway_tui.config.reading import closest, line_of, parse
from shipway_tui.config.settings import Problem, Settings


def check(path: Path) -> list[Problem]:
    """Tell all that is wrong with a file, by line.

    Raises:
        OSError: It cannot be read.
    """
    text = path.read_text(encoding="utf-8")
    settings, problems = parse(text)
    found = [*check_theme(settings, themes()), *check_names(settings.keys), *_clashes(settings)]
    problems += [replace(each, line=line_of(text, each.key)) for each in found]
    return sorted(problems, key=lambda problem: problem.line or 0)


def themes() -> list[str]:
    """The names of all themes."""
    from textual.theme import BUILTIN_THEMES

    from shipway_tui.tui.themes import THEMES

    return sorted([*BUILTIN_THEMES, *(theme.name for theme in THEMES)])


def check_theme(settings: Settings, known: Collection[str]) -> Iterator[Problem]:
    """Tell of a theme that there is not."""
    name = settings.tui.theme
    if name not in known:
        hint = closest(name, list(known)) or "`shipway config show` ends with the names."
        yield Problem(key="tui.theme", message=f"There is no theme `{name}`.", hint=hint)


def _clashes(settings: Settings) -> Iterator[Problem]:
    if settings.keys:
        from shipway_tui.tui.bindings import by_view

        yield from check_clashes(usable(settings.keys), by_view())
