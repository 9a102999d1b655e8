"""Android's table of resources: one resource is looked up when it is asked for.

A table may hold a hundred thousand entries of which an inspection needs two. So the heads of its
parts are read, once, and only the part that holds the entry is opened. Source of the layout:
`ResTable_*` in AOSP's ResourceTypes.h.
"""

import struct

from shipway_formats import string_pool
from shipway_formats.chunks import children, open_chunk
from shipway_formats.string_pool import StringPool
from shipway_formats.values import STRING, Value
from shipway_formats.window import Window

_TABLE, _PACKAGE, _TYPE = 0x0002, 0x0200, 0x0201
_TYPE_HEAD = struct.Struct("<HHIBBxxIII")
_SPARSE, _OFFSET16 = 0x01, 0x02
_COMPLEX, _COMPACT = 0x0001, 0x0008
_NO_ENTRY, _NO_ENTRY16 = 0xFFFFFFFF, 0xFFFF
#: Where locale, and everything else, lie in a configuration (after its own size).
_LOCALE = slice(4, 8)
MAX_PARTS = 131_072
#: One type in so many languages, sizes and densities.
MAX_CONFIGURATIONS = 2_048
MAX_REFERENCES = 8


class ResourceTable:
    """The resources of one application, by number (package, type and entry in one)."""

    def __init__(self, view: Window) -> None:
        self._view, first = open_chunk(view, _TABLE, "a table of resources")
        self._strings: StringPool | None = None
        #: The parts by package and type: one for each configuration.
        self._parts: dict[int, list[Window]] = {}
        self._seen = 0
        for kind, chunk in children(self._view, first):
            if kind == string_pool.CHUNK and self._strings is None:
                self._strings = StringPool(chunk)
            elif kind == _PACKAGE:
                self._index(chunk)

    def text(self, value: Value) -> str | None:
        """Follow a reference to its text in the default configuration.

        Returns None where nothing is at its end. Raises NotABinary for a damaged table, or one
        whose references go round in a circle.
        """
        for _ in range(MAX_REFERENCES):
            if not value.is_reference:
                return self._plain(value)
            found = self._find(value.data)
            if found is None:
                return None
            value = found
        raise self._view.broken(f"more than {MAX_REFERENCES} references lead from one to another")

    def _plain(self, value: Value) -> str | None:
        if value.kind == STRING and self._strings is not None:
            return self._strings[value.data]
        return value.plain()

    def _index(self, package: Window) -> None:
        header_size = int.from_bytes(package.take(2, 2), "little")
        number = int.from_bytes(package.take(8, 4), "little") & 0xFF
        for kind, chunk in children(package, header_size):
            self._seen += 1
            if self._seen > MAX_PARTS:
                raise self._view.broken(f"it has more than {MAX_PARTS} parts")
            if kind == _TYPE:
                self._file(number << 8 | chunk.take(8, 1)[0], chunk)

    def _file(self, key: int, part: Window) -> None:
        parts = self._parts.setdefault(key, [])
        if len(parts) == MAX_CONFIGURATIONS:
            raise self._view.broken(f"a type has more than {MAX_CONFIGURATIONS} configurations")
        parts.append(part)

    def _find(self, resource: int) -> Value | None:
        """Return the value in the configuration nearest to the default."""
        parts = self._parts.get(resource >> 16, [])
        for part in sorted(parts, key=_distance):
            value = _entry(part, resource & 0xFFFF)
            if value is not None:
                return value
        return None


def _distance(part: Window) -> int:
    """Say how far a part's configuration is from the default: 0 is it, 2 is another language."""
    head = _TYPE_HEAD.unpack(part.take(0, _TYPE_HEAD.size))
    config = part.take(_TYPE_HEAD.size, max(min(head[-1], 64) - 4, 0))
    if not any(config):
        return 0
    return 2 if any(config[_LOCALE]) else 1


def _entry(chunk: Window, index: int) -> Value | None:
    _, header_size, _, _, flags, count, entries_at, _ = _TYPE_HEAD.unpack(
        chunk.take(0, _TYPE_HEAD.size)
    )
    if flags & _SPARSE:
        offset = _sparse_offset(chunk, header_size, count, index)
    else:
        offset = _offset(chunk, header_size, count, index, short=bool(flags & _OFFSET16))
    return None if offset is None else _value(chunk, entries_at + offset)


def _offset(chunk: Window, at: int, count: int, index: int, *, short: bool) -> int | None:
    if index >= count:
        return None
    if short:
        offset = int.from_bytes(chunk.take(at + 2 * index, 2), "little")
        return None if offset == _NO_ENTRY16 else offset * 4
    offset = int.from_bytes(chunk.take(at + 4 * index, 4), "little")
    return None if offset == _NO_ENTRY else offset


def _sparse_offset(chunk: Window, at: int, count: int, index: int) -> int | None:
    """Search the sorted pairs of index and offset."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        here, offset = struct.unpack("<HH", chunk.take(at + 4 * middle, 4))
        if here == index:
            return int(offset) * 4
        if here < index:
            low = middle + 1
        else:
            high = middle
    return None


def _value(chunk: Window, at: int) -> Value | None:
    """Read an entry's value; a bag of values, such as a style, has none of its own."""
    size, flags, data = struct.unpack("<HHI", chunk.take(at, 8))
    if flags & _COMPACT:
        return Value(flags >> 8, data)
    if flags & _COMPLEX:
        return None
    return Value.unpack(chunk.take(at + size, 8))
