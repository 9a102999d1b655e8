"""Apple's binary property list, opened at its outermost dictionary and no deeper than its values.

Source of the layout: `CFBinaryPList.c` of Apple's CoreFoundation.
"""

import struct
from collections.abc import Collection, Iterator

from shipway_formats.window import Window

#: Stands for a value that is there and is no text, number, truth or list.
NOT_PLAIN = object()

_TRAILER = struct.Struct(">6xBBQQQ")
_INTEGER, _REAL, _ASCII, _UTF16, _ARRAY, _DICTIONARY = 0x1, 0x2, 0x5, 0x6, 0xA, 0xD
_MAX_KEYS = 10_000
_MAX_TEXT = 65_536
_MAX_ITEMS = 64


def read_binary(view: Window, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """Yield each wanted key of the outermost dictionary with its value.

    Raises:
        NotABinary: It is damaged, or its outermost object is no dictionary.
    """
    objects = _Objects(view)
    for key_ref, value_ref in objects.top():
        key = objects.scalar(key_ref)
        if isinstance(key, str) and key in wanted:
            yield key, objects.plain(value_ref)


class _Objects:
    """The objects of one list, by number."""

    def __init__(self, view: Window) -> None:
        self._view = view
        if view.size < _TRAILER.size:
            raise view.broken("it ends early")
        trailer = _TRAILER.unpack(view.take(view.size - _TRAILER.size, _TRAILER.size))
        self._offset_size, self._ref_size, self._count, self._top, self._table = trailer
        if not (1 <= self._offset_size <= 8 and 1 <= self._ref_size <= 8):
            raise view.broken("its numbers have an impossible size")

    def top(self) -> Iterator[tuple[int, int]]:
        """Yield the numbers of the key and the value of each pair in the outermost dictionary."""
        kind, count, at = self._head(self._top)
        if kind != _DICTIONARY or count > _MAX_KEYS:
            raise self._view.broken("it does not hold one dictionary")
        refs = self._refs(at, 2 * count)
        yield from zip(refs[:count], refs[count:], strict=True)

    def plain(self, ref: int) -> object:
        """Decode one object; of a list, its first plain items."""
        kind, count, at = self._head(ref)
        if kind != _ARRAY:
            return self.scalar(ref)
        return [self.scalar(item) for item in self._refs(at, min(count, _MAX_ITEMS))]

    def scalar(self, ref: int) -> object:
        """Decode an object that holds no other, else answer NOT_PLAIN."""
        kind, count, at = self._head(ref)
        if kind == 0:
            return {8: False, 9: True}.get(count, NOT_PLAIN)
        if kind == _INTEGER and count <= 4:
            data = self._view.take(at, 1 << count)
            return int.from_bytes(data, "big", signed=count == 3)
        if kind == _REAL and count in (2, 3):
            data = self._view.take(at, 1 << count)
            return float(struct.unpack(">f" if count == 2 else ">d", data)[0])
        if kind == _ASCII and count <= _MAX_TEXT:
            return self._view.take(at, count).decode("ascii", "replace")
        if kind == _UTF16 and count <= _MAX_TEXT:
            return self._view.take(at, 2 * count).decode("utf-16-be", "replace")
        return NOT_PLAIN

    def _head(self, ref: int) -> tuple[int, int, int]:
        """Return an object's kind, its count or size, and where its content begins."""
        if ref >= self._count:
            raise self._view.broken(f"it names object {ref} of {self._count}")
        place = self._view.take(self._table + ref * self._offset_size, self._offset_size)
        at = int.from_bytes(place, "big")
        marker = self._view.take(at, 1)[0]
        kind, count = marker >> 4, marker & 0xF
        if count != 0xF or kind in (0, _INTEGER, _REAL):
            return kind, count, at + 1
        width = 1 << (self._view.take(at + 1, 1)[0] & 0x3)
        return kind, int.from_bytes(self._view.take(at + 2, width), "big"), at + 2 + width

    def _refs(self, at: int, count: int) -> list[int]:
        data = self._view.take(at, count * self._ref_size)
        step = self._ref_size
        return [int.from_bytes(data[i : i + step], "big") for i in range(0, len(data), step)]
