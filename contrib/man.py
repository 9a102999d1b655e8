"""Write the man pages from the commands themselves: `python contrib/man.py FOLDER`.

shipway.1 has the program, its exit codes and its environment; each command and each group has a
page of its own, a group's with all that is in it; shipwayd.1 has the daemon. What they say is the
help, and the date that of the build (SOURCE_DATE_EPOCH, where it is set).
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from shipway_client.version import VERSION
from shipway_daemon.__main__ import main as shipwayd
from shipway_tui.commands.examples import examples_of
from shipway_tui.commands.root import shipway

EXIT_CODES = (
    ("0", "Done; of a publish: the store holds what was sent."),
    ("1", "Failed."),
    ("2", "Wrong usage; nothing was asked of the daemon."),
    ("3", "No daemon answers."),
    ("4", "A rule stands against it."),
    ("5", "The environment is busy."),
    ("6", "There is no such thing."),
    ("7", "Published, but the store could not be read back."),
    ("8", "Cancelled."),
    ("130", "Ended by ctrl+c; a job goes on in the daemon."),
)
ENVIRONMENT = (
    ("SHIPWAY_HOME", "Where everything of a home lies; without it, the user's own folders (XDG)."),
    ("NO_COLOR", "Not empty: no colour."),
    ("FORCE_COLOR", "Not empty: colour also where there is no terminal."),
    ("VISUAL, EDITOR", "What `shipway config edit` opens."),
)


def main() -> None:
    """Write every page into the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("shipway*.1"):
        old.unlink()
    for name, text in pages():
        (folder / f"{name}.1").write_text(text, encoding="utf-8")


def pages() -> Iterator[tuple[str, str]]:
    """Every page with its name."""
    context = click.Context(shipway, info_name="shipway")
    commands = list(_children(shipway, context))
    others = ["shipwayd", *(f"shipway-{name}" for name, _, _ in commands)]
    yield "shipway", _top("shipway", shipway, context, commands, others)
    for name, command, below in commands:
        yield f"shipway-{name}", _page(f"shipway-{name}", command, below)
    context = click.Context(shipwayd, info_name="shipwayd")
    inside = list(_children(shipwayd, context))
    yield "shipwayd", _top("shipwayd", shipwayd, context, inside, ["shipway"])


Child = tuple[str, click.Command, click.Context]


def _children(group: click.Group, context: click.Context) -> Iterator[Child]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and not command.hidden:
            yield name, command, click.Context(command, info_name=name, parent=context)


def _top(
    name: str, group: click.Group, context: click.Context, children: list[Child], others: list[str]
) -> str:
    lines = [*_head(name, group), *_synopsis([(group, context)])]
    lines += [".SH DESCRIPTION", *_prose(group.help or "")]
    lines += [".SH COMMANDS"]
    for child, command, _ in children:
        lines += _term(child, command.get_short_help_str(1_000))
    lines += _options(group, context)
    lines += [".SH EXIT STATUS"]
    for code, told in EXIT_CODES:
        lines += _term(code, told)
    lines += [".SH ENVIRONMENT"]
    for variable, told in ENVIRONMENT:
        lines += _term(variable, told)
    return _ended(lines, others)


def _page(name: str, command: click.Command, context: click.Context) -> str:
    """A command, or a group with each of its commands."""
    inside = [(command, context)]
    if isinstance(command, click.Group):
        inside = [(child, below) for _, child, below in _children(command, context)]
    lines = [*_head(name, command), *_synopsis(inside)]
    lines += [".SH DESCRIPTION", *_prose(command.help or "")]
    if not isinstance(command, click.Group):
        lines += [*_options(command, context), *_examples([(command, context)])]
        return _ended(lines, ["shipway"])
    lines += [".SH COMMANDS"]
    for child, below in inside:
        lines += [f".SS {_text(below.info_name or '')}", *_prose(child.help or "")]
        for option, told in _told(child, below):
            lines += _term(option, told)
    return _ended([*lines, *_examples(inside)], ["shipway"])


def _head(name: str, command: click.Command) -> list[str]:
    about = command.get_short_help_str(1_000).rstrip(".")
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    date = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    manual = f".TH {name.upper()} 1 {date} {_quoted(f'Shipway {VERSION}')} Shipway"
    return [manual, ".SH NAME", f"{_text(name)} \\- {_text(about)}"]


def _synopsis(commands: list[tuple[click.Command, click.Context]]) -> list[str]:
    lines = [".SH SYNOPSIS"]
    for command, context in commands:
        words = " ".join(command.collect_usage_pieces(context))
        lines += [f".B {_text(context.command_path)}", _text(words), ".br"]
    return lines[:-1]


def _options(command: click.Command, context: click.Context) -> list[str]:
    lines = [".SH OPTIONS"]
    for option, told in _told(command, context):
        lines += _term(option, told)
    return lines if len(lines) > 1 else []


def _told(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Every option as its help has it, but for that of the help itself."""
    for param in command.params:
        record = param.get_help_record(context)
        if record is not None and record[1]:
            yield record


def _examples(commands: list[tuple[click.Command, click.Context]]) -> list[str]:
    lines = []
    for _, context in commands:
        for example in examples_of(context.command_path.partition(" ")[2]):
            lines += ["$ " + example]
    return [".SH EXAMPLES", ".nf", *map(_text, lines), ".fi"] if lines else []


def _ended(lines: list[str], others: list[str]) -> str:
    seen = [f".BR {_text(name)} (1){',' if name != others[-1] else ''}" for name in others]
    return "\n".join([*lines, ".SH SEE ALSO", *seen]) + "\n"


def _term(term: str, told: str) -> list[str]:
    return [".TP", f".B {_text(term)}", *_prose(told)]


def _prose(text: str) -> list[str]:
    """Paragraphs, filled by the reader's own program."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    lines: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        lines += [".PP"] * bool(number) + _sentences(paragraph)
    return lines or ["."]


def _sentences(paragraph: str) -> list[str]:
    """One sentence a line, as man pages are written: the program then spaces them rightly."""
    return [_text(sentence) for sentence in re.split(r"(?<=[.:!?]) (?=[A-Z])", paragraph)]


def _text(text: str) -> str:
    """Text that roff takes as it is: no escapes, no hyphens for minus, no requests."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    text = text.replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    return f"\\&{text}" if text.startswith((".", "\\(aq")) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


if __name__ == "__main__":
    main()
