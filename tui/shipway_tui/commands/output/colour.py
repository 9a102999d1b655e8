"""Colour: on a terminal only, and never alone; a word always stands beside it."""

import os
import sys
from typing import TextIO

BOLD = "1"
DIM = "2"
RED = "31"
GREEN = "32"
YELLOW = "33"

#: The colour of each word that has one.
OF_WORD = {
    "available": GREEN,
    "busy": YELLOW,
    "unknown": RED,
    "verified": GREEN,
    "unverified": YELLOW,
    "failed": RED,
    "cancelled": YELLOW,
    "error": RED,
    "warning": YELLOW,
    "rejected": RED,
    "mismatched": RED,
    "incomplete": YELLOW,
    "expired": RED,
    "missing": RED,
    "failed to load": RED,
    "bad settings": RED,
}

#: The mark before each word, so that a status is told without colour (as in the TUI).
MARKS = {"available": "●", "busy": "◐", "unknown": "○"}


def wanted(stream: TextIO | None = None) -> bool:
    """Whether colour may be written to `stream` (standard output by default).

    NO_COLOR and FORCE_COLOR mean something when they are not empty (no-color.org, force-color.org).
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and (stream or sys.stdout).isatty()


def paint(text: str, code: str, stream: TextIO | None = None) -> str:
    """Colour `text` where that is wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if code and wanted(stream) else text


def marked(word: str) -> str:
    """Put its mark before a status word."""
    mark = MARKS.get(word)
    return f"{mark} {word}" if mark else word
