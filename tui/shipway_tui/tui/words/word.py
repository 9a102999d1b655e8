"""A state as it is shown: a glyph, a word, and what it means to the reader."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a word means to the reader; each is the name of a theme variable."""

    PLAIN = "foreground"
    MUTED = "text-muted"
    ACCENT = "text-accent"
    GOOD = "text-success"
    CAUTION = "text-warning"
    BAD = "text-error"


@dataclass(frozen=True)
class Word:
    """A state as it is shown: readable without its tone."""

    glyph: str
    word: str
    tone: Tone = Tone.PLAIN

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}".strip()
