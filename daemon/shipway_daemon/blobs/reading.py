"""Reading a blob piece by piece: who has it open reads it whole, whatever is deleted meanwhile."""

import asyncio
import os
from collections.abc import AsyncGenerator
from functools import partial
from typing import BinaryIO

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.patience import finish

#: How many bytes are read at once.
PIECE_BYTES = 1024 * 1024


class OpenBlob:
    """A blob that is open; its bytes stay on the disk until it is closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size

    async def pieces(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Read the bytes from `start` up to `end`.

        Raises:
            OSError: The disk does not give them.
        """
        while start < end:
            count = min(PIECE_BYTES, end - start)
            read = partial(os.pread, self._file.fileno(), count, start)
            # A thread that still reads must not find another file under the same number.
            piece = await finish(asyncio.create_task(asyncio.to_thread(read), name="read-blob"))
            if not piece:
                raise OSError(f"The blob ends at byte {start}.")
            start += len(piece)
            yield piece

    def close(self) -> None:
        """Let go of it."""
        self._file.close()


async def open_blob(blobs: BlobStore, sha256: str) -> OpenBlob:
    """Open a blob; call it while holding the digest, so that no collector comes between.

    Raises:
        OSError: It is not there, or cannot be read.
    """
    return OpenBlob(await asyncio.to_thread(blobs.path(sha256).open, "rb", 0))
