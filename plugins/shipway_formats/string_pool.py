"""The string pool of Android's compiled files: one string is decoded when it is asked for.

Source of the layout: `ResStringPool_header` in AOSP's ResourceTypes.h.
"""

import struct

from shipway_formats.window import Window

CHUNK = 0x0001
_HEADER = struct.Struct("<HHIIIIII")
_UTF8 = 0x100
#: No name, label or version of an app is longer. Without a limit, a list of strings that overlap
#: would be decoded to many times the size of the file.
MAX_BYTES = 8_192


class StringPool:
    """The strings of one pool by index."""

    def __init__(self, view: Window) -> None:
        header = _HEADER.unpack(view.take(0, _HEADER.size))
        kind, header_size, size, count, _styles, flags, strings_at, _styles_at = header
        if kind != CHUNK or size > view.size:
            raise view.broken("its list of strings is not where it is said to be")
        if header_size + 4 * count > view.size or strings_at > view.size:
            raise view.broken(f"its list states {count} strings, more than fit into it")
        self._view = view.part(0, size)
        self._count: int = count
        self._offsets_at: int = header_size
        self._strings_at: int = strings_at
        self._wide = not flags & _UTF8

    def __getitem__(self, index: int) -> str:
        """Decode one string.

        Raises:
            NotABinary: There is none at `index`, or it does not lie within the pool.
        """
        if not 0 <= index < self._count:
            raise self._view.broken(f"it names string {index} of {self._count}")
        place = self._view.take(self._offsets_at + 4 * index, 4)
        at = self._strings_at + int.from_bytes(place, "little")
        return self._utf16(at) if self._wide else self._utf8(at)

    def _utf16(self, at: int) -> str:
        units = int.from_bytes(self._view.take(at, 2), "little")
        at += 2
        if units & 0x8000:
            units = (units & 0x7FFF) << 16 | int.from_bytes(self._view.take(at, 2), "little")
            at += 2
        return self._text(at, 2 * units, "utf-16-le")

    def _utf8(self, at: int) -> str:
        _characters, at = self._short(at)
        size, at = self._short(at)
        return self._text(at, size, "utf-8")

    def _short(self, at: int) -> tuple[int, int]:
        """Read a length of one or two bytes, and return it and what comes after it."""
        first = self._view.take(at, 1)[0]
        if not first & 0x80:
            return first, at + 1
        return (first & 0x7F) << 8 | self._view.take(at + 1, 1)[0], at + 2

    def _text(self, at: int, size: int, encoding: str) -> str:
        if size > MAX_BYTES:
            raise self._view.broken(f"a string in it states {size} bytes")
        return self._view.take(at, size).decode(encoding, "replace")
