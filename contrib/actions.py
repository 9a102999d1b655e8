"""Writes docs/actions.md: every action with its key, its name in the palette and its command.

`--check` writes nothing: it fails where the table is out of date, or where an action lacks its
tooltip, its palette name or its command, or a command its action (`make lint`)::

    .venv/bin/python contrib/actions.py
    .venv/bin/python contrib/actions.py --check
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from shipway_tui.commands.root import shipway
from shipway_tui.tui import actions
from shipway_tui.tui.bindings import Bound, by_view, every_binding
from textual.app import App
from textual.dom import DOMNode
from textual.keys import format_key
from textual.widget import Widget

PAGE = Path(__file__).parents[1] / "docs" / "actions.md"
HEAD = """\
# Every action

Written by `contrib/actions.py` from the code; do not edit it. A key can be moved in `config.toml`
by the id in the last column. `:` opens the palette.
"""


@dataclass(frozen=True)
class Key:
    """One binding, and the view that it stands in."""

    id: str
    key: str
    palette: str
    tooltip: str
    view: str


@dataclass
class Table:
    """What shipway_tui.tui.actions says; a test gives another one."""

    commands: dict[str, str | tuple[str, ...]] = field(default_factory=lambda: actions.COMMANDS)
    screen_only: dict[str, str] = field(default_factory=lambda: actions.SCREEN_ONLY)
    moving: frozenset[str] = actions.MOVING
    command_line_only: dict[str, str] = field(default_factory=lambda: actions.COMMAND_LINE_ONLY)

    def commands_of(self, identity: str) -> tuple[str, ...]:
        """The commands of an action, with their options."""
        named = self.commands.get(identity, ())
        return (named,) if isinstance(named, str) else named


# ------------------------------------------------------------------------- what there is


def keys() -> list[Key]:
    """Every binding of the TUI, in the order of the modules."""
    return [_key(bound) for bound in every_binding()]


def _key(bound: Bound) -> Key:
    noun = bound.id.partition(".")[0]
    return Key(
        id=bound.id,
        key=" ".join(map(_written, bound.keys)),
        palette=f"{noun}: {bound.description}" if noun and bound.description else "",
        tooltip=bound.tooltip,
        view=_view(bound.node),
    )


def _written(key: str) -> str:
    shown = format_key(key)
    return shown if len(shown) == 1 and shown.isascii() else key


def _view(node: type[DOMNode]) -> str:
    if issubclass(node, App):
        return "everywhere"
    if heading := getattr(node, "HEADING", ""):
        return str(heading)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.__name__).removesuffix(" Screen")
    return words if not issubclass(node, Widget) else words.lower().capitalize()


def commands() -> dict[str, click.Command]:
    """Every command that is no group, by its path."""
    return dict(_leaves(shipway, ()))


def _leaves(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        if (below := command.get_command(context, name)) is not None:
            yield from _leaves(below, (*path, name))


# ------------------------------------------------------------------------- what is wrong


def problems(found: Iterable[Key], known: dict[str, click.Command], table: Table) -> Iterator[str]:
    """Say what is missing, and what the table has that is not there."""
    found = list(found)
    for key in found:
        yield from _key_problems(key, table)
    ids = {key.id for key in found}
    told = {"COMMANDS": table.commands, "SCREEN_ONLY": table.screen_only, "MOVING": table.moving}
    for name, part in told.items():
        yield from (f"{name} names {each}, which no binding has." for each in set(part) - ids)
    yield from _command_problems(known, table)


def _key_problems(key: Key, table: Table) -> Iterator[str]:
    where = f"{key.view}, key {key.key}"
    if not re.fullmatch(r"[a-z_]+\.[a-z_]+", key.id):
        yield f"{where}: the binding has no id of the form noun.verb."
        return
    if not key.tooltip:
        yield f"{where}: {key.id} has no tooltip."
    if key.id in table.moving:
        return
    if not key.palette:
        yield f"{where}: {key.id} has no description, and so no name in the palette."
    places = (key.id in table.commands) + (key.id in table.screen_only)
    if places != 1:
        yield f"{where}: {key.id} belongs into one of COMMANDS, SCREEN_ONLY and MOVING."


def _command_problems(known: dict[str, click.Command], table: Table) -> Iterator[str]:
    done: set[str] = set()
    for identity in table.commands:
        for named in table.commands_of(identity):
            path, _, option = named.partition(" --")
            done.add(path)
            if path not in known:
                yield f"{identity}: there is no command {path}."
            elif option and f"--{option}" not in _options(known[path]):
                yield f"{identity}: {path} has no option --{option}."
    for path, reason in table.command_line_only.items():
        if path not in known:
            yield f"COMMAND_LINE_ONLY names {path}, which is no command."
        if not reason:
            yield f"COMMAND_LINE_ONLY says no reason for {path}."
    for path in known:
        if path not in done and path not in table.command_line_only:
            yield f"The command {path} has no key, and COMMAND_LINE_ONLY says no reason for it."


def _options(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


def twice(views: Mapping[str, Iterable[Bound]]) -> Iterator[str]:
    """Say where one key would do two things in one view."""
    for view, bound in views.items():
        held: dict[str, str] = {}
        for each in bound:
            for key in each.keys:
                other = held.setdefault(format_key(key), each.id)
                if other != each.id:
                    yield f"{view}: the key {key} is that of {other} and of {each.id}."


# ------------------------------------------------------------------------- what is written


def page(found: Iterable[Key], table: Table) -> str:
    """Write the page."""
    found = list(found)
    acting = [key for key in found if key.id not in table.moving]
    parts = [HEAD]
    for noun, those in _by_noun(acting).items():
        rows = [_row(key, those, table) for key in _once(those)]
        head = "| action | key | in | palette | command | id |\n|---|---|---|---|---|---|"
        parts.append(f"## {noun}\n\n{head}\n" + "\n".join(rows) + "\n")
    moving = [key for key in found if key.id in table.moving]
    rows = [
        f"| {key.tooltip} | `{key.key}` | {_views(key, moving)} | `{key.id}` |"
        for key in _once(moving)
    ]
    head = "| does | key | in | id |\n|---|---|---|---|"
    parts.append("## Moving, typing, closing\n\n" + head + "\n" + "\n".join(sorted(rows)) + "\n")
    lines = [f"| `shipway {path}` | {why} |" for path, why in table.command_line_only.items()]
    head = "| command | why it has no key |\n|---|---|"
    parts.append("## On the command line only\n\n" + head + "\n" + "\n".join(sorted(lines)) + "\n")
    return "\n".join(parts)


def _by_noun(found: Iterable[Key]) -> dict[str, list[Key]]:
    nouns: dict[str, list[Key]] = {}
    for key in sorted(found, key=lambda key: key.id):
        nouns.setdefault(key.id.partition(".")[0], []).append(key)
    return nouns


def _once(found: Iterable[Key]) -> list[Key]:
    return list({key.id: key for key in found}.values())


def _views(key: Key, found: Iterable[Key]) -> str:
    return ", ".join(sorted({each.view for each in found if each.id == key.id}))


def _row(key: Key, found: Iterable[Key], table: Table) -> str:
    named = ", ".join(f"`shipway {command}`" for command in table.commands_of(key.id))
    command = named or table.screen_only.get(key.id, "")
    views = _views(key, found)
    return f"| {key.tooltip} | `{key.key}` | {views} | {key.palette} | {command} | `{key.id}` |"


def main() -> int:
    """Write the page, or check it; the answer is the exit code."""
    table, found = Table(), keys()
    wrong = sorted({*problems(found, commands(), table), *twice(by_view())})
    text = page(found, table)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        wrong.append("docs/actions.md is out of date: run contrib/actions.py.")
    for problem in wrong:
        print(problem, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
