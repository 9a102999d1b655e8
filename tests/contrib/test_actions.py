"""The check of the table of actions fails where a key, a palette name or a command is missing."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import click
import pytest

PROGRAM = Path(__file__).parents[2] / "contrib" / "actions.py"
_spec = importlib.util.spec_from_file_location("contrib_actions", PROGRAM)
contrib_actions = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(contrib_actions)

KEY = contrib_actions.Key("thing.turn", "t", "thing: Turn", "Turn it round", "Things")
MOVE = contrib_actions.Key("list.down", "j", "list: Down", "Next row", "Things")
COMMANDS = {"thing turn": click.Command("turn", params=[click.Option(["--left"])])}


def table(**parts):
    given = {
        "commands": {"thing.turn": "thing turn"},
        "screen_only": {},
        "moving": frozenset({"list.down"}),
        "command_line_only": {},
    }
    return contrib_actions.Table(**(given | parts))


def problems(keys=(KEY, MOVE), known=COMMANDS, **parts) -> str:
    return "\n".join(contrib_actions.problems(keys, known, table(**parts)))


def test_a_table_without_a_gap_has_no_problem():
    assert problems() == ""
    assert problems(commands={"thing.turn": ("thing turn", "thing turn --left")}) == ""


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (replace(KEY, id=""), "the binding has no id"),
        (replace(KEY, tooltip=""), "thing.turn has no tooltip"),
        (replace(KEY, palette=""), "no name in the palette"),
        (replace(KEY, id="thing.other"), "thing.other belongs into one of"),
    ],
)
def test_an_action_that_lacks_a_part_is_told_of(key, told):
    assert told in problems(keys=(key, KEY, MOVE))


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"commands": {}, "command_line_only": {"thing turn": "why"}}, "thing.turn belongs into"),
        ({"commands": {"thing.turn": "thing spin"}}, "no command thing spin"),
        ({"commands": {"thing.turn": "thing turn --right"}}, "no option --right"),
        ({"command_line_only": {"thing spin": "why"}}, "thing spin, which is no command"),
        ({"command_line_only": {"thing turn": ""}}, "no reason for thing turn"),
        ({"screen_only": {"thing.gone": "why"}}, "thing.gone, which no binding has"),
    ],
)
def test_a_line_that_leads_nowhere_is_told_of(parts, told):
    assert told in problems(**parts)


def test_a_command_without_a_key_is_told_of():
    known = COMMANDS | {"thing stop": click.Command("stop")}
    assert "The command thing stop has no key" in problems(known=known)
    assert problems(known=known, command_line_only={"thing stop": "it is rare"}) == ""


def test_the_page_has_the_key_the_palette_name_and_the_command_of_an_action():
    page = contrib_actions.page([KEY, MOVE], table())
    assert "| Turn it round | `t` | Things | thing: Turn | `shipway thing turn` |" in page
    assert "| Next row | `j` | Things | `list.down` |" in page
