"""Where things lie in a ZIP archive: its end record, its directory, and the entries in that.

Source of the layout: PKWARE APPNOTE 6.3, with ZIP64.
"""

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from shipway_plugins.errors import NotABinary

from shipway_formats.window import Window

MAX_ENTRIES = 131_072
MAX_DIRECTORY = 16 * 1024 * 1024

_END = struct.Struct("<4s4H2IH")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_CENTRAL = struct.Struct("<4s6xH4xIIIHHH4xII")
_UNKNOWN32 = 0xFFFFFFFF
_UNKNOWN16 = 0xFFFF
_ZIP64_FIELD = 1


class NoArchive(NotABinary):
    """The file does not end as a ZIP archive ends."""


class Entry(NamedTuple):
    """One file in the archive: where it lies, and how large it is packed and unpacked."""

    name: bytes
    method: int
    checksum: int
    packed: int
    size: int
    mode: int
    offset: int


def find_directory(view: Window) -> tuple[int, int, int]:
    """Return the count of entries, and the size and start of the directory.

    Raises:
        NotABinary: The archive has no end, states more than the limits, or its offsets are wrong.
    """
    end_at, record = _find_end(view)
    _magic, _disk, _start_disk, _here, count, size, start, _comment = record
    directory_end = end_at
    if _UNKNOWN32 in (size, start) or count == _UNKNOWN16:
        wide = _find_end64(view, end_at)
        if wide is not None:
            directory_end, count, size, start = wide
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise NotABinary(
            f"The archive states {count} entries in {size} bytes; {MAX_ENTRIES} entries in "
            f"{MAX_DIRECTORY} bytes are the limit."
        )
    _check_place(view, start + size, directory_end)
    return count, size, start


def _find_end(view: Window) -> tuple[int, tuple[Any, ...]]:
    """Return where the last record lies whose comment ends with the file, and its fields."""
    tail_size = min(view.size, _END.size + _UNKNOWN16)
    tail_start = view.size - tail_size
    tail = view.take(tail_start, tail_size)
    at = tail.rfind(b"PK\5\6", 0, max(0, tail_size - _END.size + 4))
    while at >= 0:
        record = _END.unpack_from(tail, at)
        if at + _END.size + record[-1] == tail_size:
            return tail_start + at, record
        at = tail.rfind(b"PK\5\6", 0, at + 3)
    raise NoArchive(
        "The archive is incomplete: its table of contents, at the end, is missing.",
        "It is still being written, or was cut while it was copied; build or copy it again.",
    )


def _find_end64(view: Window, end_at: int) -> tuple[int, int, int, int] | None:
    """Return where the wide end record lies, the count, and the directory's size and start."""
    locator_at = end_at - _END64_LOCATOR.size
    if locator_at < 0:
        return None
    magic, _disk, at, _disks = _END64_LOCATOR.unpack(view.take(locator_at, _END64_LOCATOR.size))
    if magic != b"PK\6\7":
        return None
    record = _END64.unpack(view.take(at, _END64.size))
    if record[0] != b"PK\6\6":
        raise view.broken("its 64-bit table of contents is not where it is said to be")
    count, size, start = record[7:]
    return at, count, size, start


def _check_place(view: Window, stated: int, actual: int) -> None:
    if stated == actual:
        return
    if stated < actual:
        raise NotABinary(
            f"{actual - stated} bytes lie in the archive where none belong, so its offsets are "
            "wrong and a phone will refuse it.",
            "Build it again, and add nothing before or after it.",
        )
    raise view.broken("its table of contents reaches past its own end")


def scan_entries(directory: Window, count: int) -> Iterator[Entry]:
    """Yield each entry of the directory.

    Raises:
        NotABinary: A record is cut, or there are more or fewer than `count`.
    """
    data = directory.take(0, directory.size)
    at = 0
    for _ in range(count):
        if at + _CENTRAL.size > len(data):
            raise directory.broken("it ends early")
        record = _CENTRAL.unpack_from(data, at)
        magic, method, checksum, packed, size, name_size, extra, comment, mode, offset = record
        name_end = at + _CENTRAL.size + name_size
        if magic != b"PK\1\2" or name_end + extra + comment > len(data):
            raise directory.broken("it ends early")
        name = data[at + _CENTRAL.size : name_end]
        entry = Entry(name, method, checksum, packed, size, mode >> 16, offset)
        if _UNKNOWN32 in (packed, size, offset):
            entry = _wide(entry, data[name_end : name_end + extra], directory)
        yield entry
        at = name_end + extra + comment
    if at != len(data):
        raise directory.broken("it holds more entries than it states")


def _wide(entry: Entry, extra: bytes, directory: Window) -> Entry:
    """Take the numbers that do not fit 32 bits from the ZIP64 field."""
    field = _zip64_field(extra)
    numbers: list[int] = []
    for stated in (entry.size, entry.packed, entry.offset):
        if stated != _UNKNOWN32:
            numbers.append(stated)
            continue
        if len(field) < 8:
            raise directory.broken("a 64-bit size is missing")
        numbers.append(int.from_bytes(field[:8], "little"))
        field = field[8:]
    size, packed, offset = numbers
    return entry._replace(size=size, packed=packed, offset=offset)


def _zip64_field(extra: bytes) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64_FIELD:
            return extra[at + 4 : at + 4 + size]
        at += 4 + size
    return b""
