"""The central directory of a ZIP archive, read once, checked whole, and trusted no further.

Python's zipfile takes the last of two entries with one name, believes an encryption flag that
Android ignores, and makes an object of every entry; a hostile archive shows such a reader another
file than the phone sees. Source of the layout: PKWARE APPNOTE 6.3.
"""

import stat
import struct
import weakref
import zlib
from typing import BinaryIO

from shipway_plugins.errors import NotABinary

from shipway_formats.window import Window
from shipway_formats.zip_layout import Entry, find_directory, scan_entries

_LOCAL = struct.Struct("<4s2x2xH16xHH")
_DEFLATED = 8
_STEP = 1024 * 1024


class ZipDirectory:
    """The entries of one archive by name; reads single entries within limits."""

    def __init__(
        self, view: Window, entries: dict[bytes, Entry], twice: set[bytes], end: int
    ) -> None:
        self._view = view
        self._entries = entries
        self._twice = twice
        #: Where the central directory begins; the entries lie before it.
        self.end = end

    @property
    def names(self) -> dict[bytes, Entry]:
        """Every entry by name; of two with one name, the first."""
        return self._entries

    def before_directory(self, size: int) -> bytes:
        """Read up to `size` bytes that end where the central directory begins."""
        size = min(size, self.end)
        return self._view.take(self.end - size, size)

    def read(self, name: bytes, limit: int) -> bytes:
        """Unpack one entry into memory and check it against its checksum.

        Raises:
            NotABinary: It is not there once, is a link, is larger than `limit`, or is damaged.
        """
        entry = self._single(name)
        if entry.size > limit:
            raise NotABinary(
                f"{_shown(name)} unpacks to {entry.size} bytes; {limit} is the limit.",
                "No build tool makes it that large; look at how the file was made.",
            )
        packed = self._packed(entry)
        data = _inflate(packed, entry) if entry.method == _DEFLATED else packed.take(0, entry.size)
        if zlib.crc32(data) != entry.checksum:
            raise packed.broken("its checksum does not match")
        return data

    def window(self, name: bytes, limit: int) -> Window:
        """Return a view of one entry; an entry that is stored is not read, however large it is.

        Raises:
            NotABinary: As for `read`; `limit` counts for packed entries only.
        """
        entry = self._single(name)
        if entry.method == 0:
            return self._packed(entry)
        return Window.of_bytes(self.read(name, limit), _shown(name))

    def _single(self, name: bytes) -> Entry:
        if name in self._twice:
            raise NotABinary(
                f"{_shown(name)} is in the archive more than once.",
                "Two readers may see two different files; build it again.",
            )
        entry = self._entries.get(name)
        if entry is None:
            raise NotABinary(f"There is no {_shown(name)} in the archive.", "Build it again.")
        if stat.S_ISLNK(entry.mode):
            raise NotABinary(
                f"{_shown(name)} is a symbolic link in the archive, not a file.", "Build it again."
            )
        return entry

    def _packed(self, entry: Entry) -> Window:
        what = _shown(entry.name)
        if entry.method not in (0, _DEFLATED):
            raise NotABinary(f"{what} is packed by method {entry.method}, which is not readable.")
        if entry.method == 0 and entry.packed != entry.size:
            raise NotABinary(f"{what} is stored, yet states two sizes.", "Build it again.")
        magic, _method, name_size, extra = _LOCAL.unpack(self._view.take(entry.offset, _LOCAL.size))
        name_at = entry.offset + _LOCAL.size
        if magic != b"PK\3\4" or self._view.take(name_at, name_size) != entry.name:
            raise self._view.broken(f"the archive states {what} where something else lies")
        return self._view.part(name_at + name_size + extra, entry.packed, what)


#: Several inspectors ask for the same directory in turn: what came of it, while the file is open.
_read_already: "weakref.WeakKeyDictionary[BinaryIO, ZipDirectory | NotABinary]"
_read_already = weakref.WeakKeyDictionary()


def directory_of(file: BinaryIO) -> ZipDirectory:
    """Read and check the central directory of an archive, once per open file.

    Raises:
        NotABinary: There is none, or it contradicts itself or breaks a limit.
    """
    known = _read_already.get(file)
    if known is None:
        try:
            known = _read_directory(Window.of_file(file))
        except NotABinary as error:
            known = error
        _read_already[file] = known
    if isinstance(known, NotABinary):
        raise known
    return known


def zip_directory(file: BinaryIO) -> ZipDirectory | None:
    """Return the directory, or None where the file is no whole archive."""
    try:
        return directory_of(file)
    except NotABinary:
        return None


def _read_directory(view: Window) -> ZipDirectory:
    count, size, start = find_directory(view)
    entries: dict[bytes, Entry] = {}
    twice: set[bytes] = set()
    spans: list[tuple[int, int]] = []
    for entry in scan_entries(view.part(start, size, "The archive's table of contents"), count):
        if entries.setdefault(entry.name, entry) is not entry:
            twice.add(entry.name)
        spans.append((entry.offset, entry.offset + _LOCAL.size + len(entry.name) + entry.packed))
    _check_spans(spans, start, view)
    return ZipDirectory(view, entries, twice, start)


def _check_spans(spans: list[tuple[int, int]], end: int, view: Window) -> None:
    """Refuse entries that share bytes: that is how a small archive unpacks to petabytes."""
    spans.sort()
    starts = [start for start, _ in spans[1:]]
    starts.append(end)
    for (_, span_end), next_start in zip(spans, starts, strict=False):
        if span_end > next_start:
            raise view.broken("two of its entries lie over each other")


def _inflate(packed: Window, entry: Entry) -> bytes:
    """Unpack exactly the stated size: more or less than that is a lie."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    room, at = entry.size + 1, 0
    try:
        while room and at < packed.size and not unpacker.eof:
            step = min(_STEP, packed.size - at)
            piece = unpacker.decompress(packed.take(at, step), room)
            pieces.append(piece)
            room, at = room - len(piece), at + step
    except zlib.error as error:
        raise packed.broken("it cannot be unpacked") from error
    if room != 1 or not unpacker.eof:
        raise packed.broken(f"it does not unpack to the {entry.size} bytes that it states")
    return b"".join(pieces)


def _shown(name: bytes) -> str:
    """Return an entry's name for a sentence: printable, and no longer than a line."""
    text = name[:120].decode("utf-8", "replace")
    return "".join(one if one.isprintable() else "?" for one in text)
