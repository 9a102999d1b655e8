"""Android's compiled XML, read as a flat run of elements; only what is asked for is decoded.

Source of the layout: `ResXMLTree_*` in AOSP's ResourceTypes.h. Attributes are known by the number
of their resource, as Android knows them: their names may be blank or false in a shrunk file.
"""

import struct
from collections.abc import Iterator
from functools import cached_property

from shipway_formats import string_pool
from shipway_formats.chunks import HEAD, children, open_chunk
from shipway_formats.string_pool import StringPool
from shipway_formats.values import NULL, STRING, Value
from shipway_formats.window import Window

_DOCUMENT, _RESOURCE_MAP = 0x0003, 0x0180
_START, _END = 0x0102, 0x0103
#: namespace, name, attribute start, size and count, then the indexes of id, class and style
_ELEMENT = struct.Struct("<iiHHHHHH")
_ATTRIBUTE = struct.Struct("<iii8s")
_NO_STRING = -1
MAX_ATTRIBUTES = 1_024
#: The manifests of the largest apps have some five thousand.
MAX_ELEMENTS = 32_768
MAX_DEPTH = 64


class Element:
    """One element: how deep it lies, and the rest decoded when it is asked for."""

    def __init__(
        self, chunk: Window, depth: int, pool: StringPool, numbers: tuple[int, ...]
    ) -> None:
        self.depth = depth
        self._chunk = chunk
        self._pool = pool
        self._numbers = numbers

    @property
    def name(self) -> str:
        """The element's name."""
        return self._pool[self._fields()[2]]

    @cached_property
    def _attributes(self) -> dict[int | str, Value]:
        at, _, _, start, size, count, *_ = self._fields()
        if count > MAX_ATTRIBUTES or (count and size < _ATTRIBUTE.size):
            raise self._chunk.broken(f"an element in it states {count} attributes of {size} bytes")
        found: dict[int | str, Value] = {}
        for place in range(at + start, at + start + count * size, size or 1):
            _, key, raw, typed = _ATTRIBUTE.unpack(self._chunk.take(place, _ATTRIBUTE.size))
            value = Value.unpack(typed)
            if raw != _NO_STRING and value.kind == NULL:
                value = Value(STRING, raw)
            found.setdefault(self._key(key), value)
        return found

    def value(self, key: int | str) -> Value | None:
        """Return an attribute by number or plain name, or None where there is none."""
        return self._attributes.get(key)

    def text(self, key: int | str) -> str | None:
        """Return an attribute as text; None where it is absent, or a reference."""
        value = self._attributes.get(key)
        if value is None:
            return None
        return self._pool[value.data] if value.kind == STRING else value.plain()

    def _fields(self) -> tuple[int, ...]:
        """Return where the element's own head lies, and what is in it."""
        at = int.from_bytes(self._chunk.take(2, 2), "little")
        return at, *_ELEMENT.unpack(self._chunk.take(at, _ELEMENT.size))

    def _key(self, attribute: int) -> int | str:
        if 0 <= attribute < len(self._numbers) and self._numbers[attribute]:
            return self._numbers[attribute]
        return self._pool[attribute]


def elements(view: Window) -> Iterator[Element]:
    """Yield the elements of a document in order of appearance.

    Raises:
        NotABinary: The document is not compiled XML, is damaged, or breaks a limit.
    """
    view, first = open_chunk(view, _DOCUMENT, "compiled XML")
    pool: StringPool | None = None
    numbers: tuple[int, ...] = ()
    depth = count = 0
    for kind, chunk in children(view, first):
        if kind == string_pool.CHUNK and pool is None:
            pool = StringPool(chunk)
        elif kind == _RESOURCE_MAP:
            numbers = _resource_map(chunk)
        elif kind == _START and pool is not None:
            depth, count = depth + 1, count + 1
            if depth > MAX_DEPTH or count > MAX_ELEMENTS:
                raise view.broken("it has more elements than the manifest of any app")
            yield Element(chunk, depth, pool, numbers)
        elif kind == _END:
            depth -= 1


def _resource_map(chunk: Window) -> tuple[int, ...]:
    count = (chunk.size - HEAD.size) // 4
    return struct.unpack(f"<{count}I", chunk.take(HEAD.size, 4 * count))
