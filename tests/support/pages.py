"""The pages of the documentation, as what a reader would type and save."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"(?:<!-- (?P<file>\S+) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)```\n", re.DOTALL)


class Block(NamedTuple):
    """A block of code: its language, the file that it is to be, and its text."""

    kind: str
    file: str | None
    text: str

    def commands(self) -> str:
        """What a reader types: the lines after the prompt `$ `, and those that go on from them."""
        typed, goes_on = [], False
        for line in self.text.splitlines():
            if goes_on or line.startswith("$ "):
                typed.append(line if goes_on else line.removeprefix("$ "))
                goes_on = line.endswith("\\")
        return "\n".join(typed) + "\n"


def blocks(page: str) -> list[Block]:
    """The blocks of a page of `docs/`, in order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [Block(found["kind"], found["file"], found["text"]) for found in _FENCE.finditer(text)]
