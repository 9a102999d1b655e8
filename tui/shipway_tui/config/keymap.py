"""Checks the keys that a user chose: the ids exist, the keys can be pressed, none hides another."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from textual.keys import Keys, format_key

from shipway_tui.config.reading import closest
from shipway_tui.config.settings import Problem
from shipway_tui.tui.actions import COMMANDS, MOVING, SCREEN_ONLY

if TYPE_CHECKING:
    from shipway_tui.tui.bindings import Bound

#: Every action that a key can be moved for.
IDENTITIES = frozenset(COMMANDS) | frozenset(SCREEN_ONLY) | MOVING
#: These work while a text is typed, so that a letter would be swallowed.
WHILE_TYPING = frozenset({"app.quit_at_once"})

_MODIFIERS = re.compile(r"^((ctrl|shift|alt|super|hyper|meta)\+)+")
_NAMED = frozenset(key.value for key in Keys)


def split_keys(keys: str) -> list[str]:
    """The single keys of a text such as `m,ctrl+k`."""
    return [key.strip() for key in keys.split(",") if key.strip()]


def check_names(chosen: Mapping[str, str]) -> Iterator[Problem]:
    """Tell of ids that no action has, and of keys that no keyboard has."""
    for identity, keys in chosen.items():
        at = f"tui.keys.{identity}"
        if identity not in IDENTITIES:
            hint = closest(identity, IDENTITIES) or "docs/actions.md has the ids."
            yield Problem(key=at, message=f"No action is called `{identity}`.", hint=hint)
            continue
        if not split_keys(keys):
            yield Problem(key=at, message=f"`{identity}` is given no key.", hint="Name one.")
        yield from (_no_key(at, key) for key in split_keys(keys) if not is_key(key))
        if identity in WHILE_TYPING and any(len(key) == 1 for key in split_keys(keys)):
            hint = "Give it a key with ctrl, or one of f1 to f12."
            yield Problem(key=at, message=f"`{identity}` works while you type.", hint=hint)


def usable(chosen: Mapping[str, str]) -> dict[str, str]:
    """The part of a keymap that can be obeyed."""
    wrong = {problem.key.removeprefix("tui.keys.") for problem in check_names(chosen)}
    return {name: keys for name, keys in chosen.items() if name not in wrong}


def is_key(key: str) -> bool:
    """Whether a key of this name can be pressed, as `c`, `ctrl+k`, `f5`, `slash` or `?`."""
    bare = _MODIFIERS.sub("", key)
    if len(bare) == 1:
        return bare.isprintable()
    if bare in _NAMED:
        return True
    try:
        unicodedata.lookup(bare.replace("_", " ").upper())
    except KeyError:
        return bare in {"slash", "backslash", "minus", "plus", "underscore"}
    return True


def check_clashes(
    chosen: Mapping[str, str], views: Mapping[str, Iterable["Bound"]]
) -> Iterator[Problem]:
    """Tell where a chosen key already does something else in the same view."""
    told: set[tuple[str, str, str]] = set()
    for view, bound in views.items():
        held: dict[str, str] = {}
        for identity, key in _effective(chosen, bound):
            other = held.setdefault(_same(key), identity)
            clash = (min(other, identity), max(other, identity), key)
            if other == identity or clash in told or not {other, identity} & chosen.keys():
                continue
            told.add(clash)
            moved, stays = (identity, other) if identity in chosen else (other, identity)
            yield Problem(
                key=f"tui.keys.{moved}",
                message=f"`{_same(key)}` for `{moved}` is also the key of `{stays}` in {view}.",
                hint=f"Choose another, or give `{stays}` another one too.",
            )


def _effective(chosen: Mapping[str, str], bound: Iterable["Bound"]) -> Iterator[tuple[str, str]]:
    for each in bound:
        for key in split_keys(chosen.get(each.id, ",".join(each.keys))):
            yield each.id, key


def _same(key: str) -> str:
    """`?` and `question_mark` are one key."""
    return format_key(key)


def _no_key(at: str, key: str) -> Problem:
    hint = "Write c, C, ctrl+k, f5, slash, space, enter or the like."
    return Problem(key=at, message=f"`{key}` is the name of no key.", hint=hint)
