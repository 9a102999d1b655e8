"""Paths as terminals paste them: quoted, escaped, one a line, several on one, or as file URLs."""

import re
import shlex
from urllib.parse import unquote, urlsplit

#: A local path as it begins, and so the space before the next one on the same line.
_BEGINNING = re.compile(r"""(?<!\\)[ \t]+(?=['"]?(?:/|~/|\./|\.\./|file:/))""")
_QUOTES = "'\""


def paths_in(text: str) -> list[str]:
    """Read the paths out of a pasted or dropped text, in their order, each once.

    A line that is not written as a shell would is one path as it stands: a file manager copies
    names with spaces without any quotes.
    """
    found = [path for line in text.splitlines() for path in _paths_of(line.strip())]
    return list(dict.fromkeys(filter(None, found)))


def _paths_of(line: str) -> list[str]:
    if not line or line.startswith("#"):  # a comment of text/uri-list (RFC 2483)
        return []
    if line[0] in _QUOTES or "\\" in line:
        return [_path_of(word) for word in _words(line)]
    return [_path_of(part) for part in _BEGINNING.split(line)]


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # a quote that is not closed is a character of the name
        return [line]


def _path_of(word: str) -> str:
    """A file URL is of this host, whatever name it gives itself (RFC 8089)."""
    word = word.strip().strip(_QUOTES) if word[:1] in _QUOTES else word.strip()
    return unquote(urlsplit(word).path) if word.startswith("file:") else word
