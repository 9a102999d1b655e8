"""The options of `config.toml`, each with what it does; only such as truly do something."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

FILE_NAME = "config.toml"


class TuiSettings(msgspec.Struct, kw_only=True, frozen=True):
    """The table `[tui]`, without its keys."""

    theme: Annotated[
        str, Meta(description="The colours; T in the TUI tries them. See the end of this file.")
    ] = "textual-dark"
    animation: Annotated[
        Literal["none", "basic", "full"], Meta(description="How much moves on the screen.")
    ] = "none"
    mouse: Annotated[
        bool,
        Meta(description="Whether the mouse clicks and scrolls; without it the terminal selects."),
    ] = True
    read_only: Annotated[
        bool, Meta(description="Open the TUI so that it changes nothing, as with --read-only.")
    ] = False


class Settings(msgspec.Struct, kw_only=True, frozen=True):
    """All that can be set; `keys` maps the id of a binding to keys with commas between them."""

    tui: TuiSettings = TuiSettings()
    keys: dict[str, str] = {}


class Problem(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What is wrong with the file: where (line from 1), at which key, and what to do about it."""

    key: str
    message: str
    hint: str = ""
    line: int | None = None

    def __str__(self) -> str:
        where = f"Line {self.line}: " if self.line else ""
        return f"{where}{self.message} {self.hint}".strip()
