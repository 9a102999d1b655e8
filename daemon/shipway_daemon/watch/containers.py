"""Is the container closed? A fixed trailer of about 64 KiB tells, and nothing else is parsed.

Every type that build tools write ends in, or begins with, a record that says how long it is.
"""

import os
import struct
from enum import Enum

_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22
#: The end record with the longest comment that it can have.
_TRAILER = _ZIP_END_SIZE + 0xFFFF
_ZIP64 = 0xFFFFFFFF
_KOLY_SIZE = 512
_CFB_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CFB_HEADER = 512
_CFB_LISTED_FAT = 109
_CFB_FREE = 0xFFFFFFFF


class Container(Enum):
    """Whether all bytes of a file are there, as far as its trailer tells."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


def container_state(descriptor: int, size: int) -> Container:
    """Look at the ends of a file; UNKNOWN where its type does not tell."""
    head = os.pread(descriptor, _CFB_HEADER, 0)
    if head.startswith(_CFB_MAGIC):
        return _compound(descriptor, head, size)
    if head.startswith(b"xar!"):
        return _xar(head, size)
    if head.startswith(b"encrcdsa"):
        return Container.UNKNOWN
    tail = os.pread(descriptor, min(size, _TRAILER), max(0, size - _TRAILER))
    if tail[-_KOLY_SIZE:].startswith(b"koly"):
        return Container.CLOSED
    return _zip(tail, size)


def _zip(tail: bytes, size: int) -> Container:
    """Closed if the end record ends the file and the directory that it names lies before it."""
    at = tail.rfind(_ZIP_END, 0, max(0, len(tail) - _ZIP_END_SIZE + len(_ZIP_END)))
    while at >= 0:
        length, offset, comment = struct.unpack_from("<IIH", tail, at + 12)
        if at + _ZIP_END_SIZE + comment == len(tail):
            before = size - len(tail) + at
            fits = _ZIP64 in (length, offset) or offset + length <= before
            return Container.CLOSED if fits else Container.OPEN
        at = tail.rfind(_ZIP_END, 0, at)  # those bytes were part of the comment
    return Container.OPEN


def _xar(head: bytes, size: int) -> Container:
    """The table of contents must be there; where the heap ends, only that table knows."""
    if len(head) < 16:
        return Container.OPEN
    header, _version, contents = struct.unpack_from(">HHQ", head, 4)
    return Container.UNKNOWN if header + contents <= size else Container.OPEN


def _compound(descriptor: int, head: bytes, size: int) -> Container:
    """Closed if the last sector that the last allocation table names lies within the file."""
    if len(head) < _CFB_HEADER:
        return Container.OPEN
    shift = struct.unpack_from("<H", head, 30)[0]
    tables = struct.unpack_from("<I", head, 44)[0]
    if shift not in (9, 12) or tables == 0:
        return Container.OPEN
    sector = 1 << shift
    if tables > _CFB_LISTED_FAT:
        return Container.UNKNOWN
    listed = struct.unpack_from(f"<{tables}I", head, 76)
    if any((table + 2) * sector > size for table in listed):
        return Container.OPEN
    entries = os.pread(descriptor, sector, (listed[-1] + 1) * sector)
    used = [
        index
        for index, (entry,) in enumerate(struct.iter_unpack("<I", entries))
        if entry != _CFB_FREE
    ]
    last = (tables - 1) * (sector // 4) + (used[-1] if used else 0)
    return Container.CLOSED if (last + 1) * sector < size else Container.OPEN
