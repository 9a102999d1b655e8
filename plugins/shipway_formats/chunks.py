"""The chunks that Android's compiled files are made of: a kind, a head, and a size each.

Source of the layout: `ResChunk_header` in AOSP's ResourceTypes.h.
"""

import struct
from collections.abc import Iterator

from shipway_formats.window import Window

#: A large app's resources have some ten thousand in one place.
MAX_CHILDREN = 131_072

HEAD = struct.Struct("<HHI")


def open_chunk(view: Window, kind: int, what: str) -> tuple[Window, int]:
    """Return the chunk that a file consists of, and where its first child lies.

    Raises:
        NotABinary: The file begins otherwise; `what` says what it should be.
    """
    if view.size < HEAD.size:
        raise view.broken(f"it is not {what}")
    found, header_size, size = HEAD.unpack(view.take(0, HEAD.size))
    if found != kind or header_size < HEAD.size:
        raise view.broken(f"it is not {what}")
    return view.part(0, min(size, view.size)), header_size


def children(view: Window, at: int) -> Iterator[tuple[int, Window]]:
    """Yield the kind and the bytes of each chunk from `at` on.

    Raises:
        NotABinary: One states a size that it cannot have, or there are too many.
    """
    count = 0
    while at + HEAD.size <= view.size:
        count += 1
        if count > MAX_CHILDREN:
            raise view.broken(f"it has more than {MAX_CHILDREN} parts")
        kind, header_size, size = HEAD.unpack(view.take(at, HEAD.size))
        if size < HEAD.size or header_size > size:
            raise view.broken("a part of it states an impossible size")
        yield kind, view.part(at, size)
        at += size
