"""The name pattern of a folder: how version and build are read from a file's name.

`App-{version}-{build}.zip` is literal text, two fields and `*` for what does not matter. It is no
regular expression: what it is made into cannot run away, whatever a file is called.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from shipway_client.errors import WrongUsage

_MAX_PATTERN = 200
_MAX_STARS = 4
_EXAMPLE = "Write it like App-{version}-{build}.zip; * stands for what does not matter."
#: Both begin with a digit; a version may go on with more than a build, as `1.2.0-rc.1` does.
_FIELDS = {
    "version": "(?P<version>[0-9][0-9A-Za-z.+_-]{0,59}?)",
    "build": "(?P<build>[0-9][0-9A-Za-z.]{0,39}?)",
}
_WORDS = re.compile(r"(\{[^{}]*\}|\*|[{}])")


@dataclass(frozen=True)
class NameNumbers:
    """What a name says: either may be None."""

    version: str | None = None
    build: str | None = None


@dataclass(frozen=True)
class NamePattern:
    """A pattern that was checked."""

    expression: re.Pattern[str]

    def read(self, file_name: str) -> NameNumbers:
        """Read a name from its first character to its last; one that does not fit says nothing.

        Each field is as short as the rest of the name allows.
        """
        match = self.expression.fullmatch(file_name)
        return NameNumbers(**match.groupdict()) if match else NameNumbers()


def check_pattern(text: str) -> NamePattern:
    """Make a pattern of what somebody wrote.

    Raises:
        WrongUsage: It cannot be read without guessing; the sentence says why.
    """
    words = [word for word in _WORDS.split(text) if word]
    if complaint := _complaint(text, words):
        shown = text if len(text) <= _MAX_PATTERN else text[: _MAX_PATTERN - 1] + "…"
        raise WrongUsage(f"The pattern {shown!r} {complaint}.", _EXAMPLE)
    return NamePattern(re.compile(_expression(words), re.DOTALL))


def _complaint(text: str, words: list[str]) -> str:
    """What is wrong with a pattern, if anything is."""
    fields = [word[1:-1] for word in words if word[0] == "{"]
    if len(text) > _MAX_PATTERN:
        return f"has more than {_MAX_PATTERN} characters"
    if "/" in text:
        return "has a slash: it is for the name of a file, without its folders"
    if "{" in words or "}" in words:
        return "has a brace without its partner"
    if unknown := [field for field in fields if field not in _FIELDS]:
        return f"has the field {{{unknown[0]}}}: there are {{version}} and {{build}}"
    if not fields:
        return "has no field: it would read nothing"
    if len(set(fields)) < len(fields):
        return f"has the field {{{fields[0]}}} twice"
    if words.count("*") > _MAX_STARS:
        return f"has more than {_MAX_STARS} stars"
    if any(_open(one) and _open(other) for one, other in pairwise(words)):
        return "does not say where one field ends: put text between them, and between them and *"
    return ""


def _open(word: str) -> bool:
    return word[0] in "{*"


def _expression(words: list[str]) -> str:
    """Join the parts between stars: once one has matched, none before it is tried again.

    That is what bounds the work: two fields of bounded length in one part, and the parts one by
    one.
    """
    parts = [""]
    for word in words:
        if word == "*":
            parts.append("")
        else:
            parts[-1] += _FIELDS[word[1:-1]] if word[0] == "{" else re.escape(word)
    if len(parts) == 1:
        return parts[0]
    first, *middle, last = parts
    return first + "".join(f"(?>.*?{part})" for part in middle) + f".*{last}"
