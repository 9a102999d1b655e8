"""Masking: no text of a child leaves with a secret in it.

A secret is found as it is, and as the usual encodings make it: percent-encoded, escaped for JSON or
Python, in hexadecimal, and in Base64 (RFC 4648) wherever in the encoded text it begins, so that
the header of HTTP's Basic authentication is masked too. Of a secret with several lines each line
is one.

What is shorter than `SHORTEST` characters is no secret at all (a reference to it is refused); what
is shorter than `WHOLE_WORD` is masked only where it stands alone, or it would tear up digests.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

import msgspec

T = TypeVar("T")

#: What stands where a secret stood.
STARS = "***"
#: The shortest secret, and from what length on one is masked inside of words too, in characters.
SHORTEST = 4
WHOLE_WORD = 8
#: What stands at the end of a text that was cut.
CUT = "…"

#: By these the daemon knows again what it asked for; they are the store's words for our own things.
_NAMES = frozenset({"app", "channel", "digest", "key"})


class Mask:
    """Knows the secrets of one child and takes them out of whatever it says."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        needles = {needle for secret in secrets for needle in _needles(secret)}
        ordered = sorted(needles, key=len, reverse=True)
        self._anywhere = [needle for needle in ordered if len(needle) >= WHOLE_WORD]
        self._all = ordered
        words = "|".join(re.escape(needle) for needle in ordered if len(needle) < WHOLE_WORD)
        self._words = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])") if words else None

    def text(self, text: str) -> str:
        """Mask the secrets in a text, and the beginning of one that a cut has left at its end."""
        for needle in self._anywhere:
            text = text.replace(needle, STARS)
        if self._words is not None:
            text = self._words.sub(STARS, text)
        return self._cut(text) if text.endswith(CUT) else text

    def whole(self, value: T) -> T:
        """Mask every text in a message: structs, lists and dictionaries, however deep."""
        return self._walk(value) if self._all else value

    def _walk(self, value: Any) -> Any:
        match value:
            case Enum():
                return value
            case str():
                return self.text(value)
            case msgspec.Struct():
                return msgspec.structs.replace(value, **dict(self._fields(value)))
            case dict():
                return {self._walk(key): self._walk(inner) for key, inner in value.items()}
            case list():
                return [self._walk(inner) for inner in value]
            case tuple():
                return tuple(self._walk(inner) for inner in value)
        return value

    def _fields(self, struct: msgspec.Struct) -> Iterator[tuple[str, Any]]:
        for name in struct.__struct_fields__:
            if name not in _NAMES:
                yield name, self._walk(getattr(struct, name))

    def _cut(self, text: str) -> str:
        body = text.removesuffix(CUT)
        left = max((_overlap(body, needle) for needle in self._all), default=0)
        return f"{body[: len(body) - left]}{STARS}{CUT}" if left else text


def _overlap(text: str, needle: str) -> int:
    """How many characters at the end of `text` are the beginning of `needle`."""
    longest = min(len(text), len(needle) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(needle[:size])), 0)


def _needles(secret: str) -> Iterator[str]:
    """Yield every form in which a secret, or a line of it, might be printed."""
    yield from _plain(secret)
    yield from _encoded(secret.encode("utf-8", "surrogateescape"))
    for line in secret.splitlines():
        if len(line.strip()) >= SHORTEST:
            yield from _plain(line.strip())


def _plain(text: str) -> Iterator[str]:
    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield repr(text)[1:-1]


def _encoded(data: bytes) -> Iterator[str]:
    for form in (quote(data, safe=""), quote(data), quote_plus(data)):
        yield form
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form)
    yield data.hex()
    yield data.hex().upper()
    yield from _base64(data)


def _base64(data: bytes) -> Iterator[str]:
    """Yield what Base64 makes of `data` behind 0, 1 and 2 other bytes (mod 3), before any."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + data + bytes(2)).decode()
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        form = whole[first:last]
        yield form
        yield form.replace("+", "-").replace("/", "_")
