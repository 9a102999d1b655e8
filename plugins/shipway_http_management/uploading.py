"""Uploading: a binary goes from disk to the server, and goes on where it stopped."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from shipway_plugins.errors import StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.words import VersionFacts

from shipway_http_management.faults import BytesRefused, Interrupted, UploadElsewhere
from shipway_http_management.patience import Patience
from shipway_http_management.server import Server
from shipway_http_management.wire import Upload, UploadRequest

#: Tells how many bytes of how many the server has.
Progress = Callable[[int, int], None]

#: The whole of one upload; it is ended by failures in a row long before.
_SECONDS = 6 * 3600.0


class Uploading:
    """The upload of one version. What was sent in an earlier try is not sent again.

    A request that is lost is no end: the server is asked how far it is, and the upload goes on from
    there. Four failures in a row without a byte gained are the end.
    """

    def __init__(self, server: Server, version: VersionFacts, chunk_size: int) -> None:
        self._server = server
        self._version = version
        self._chunk_size = chunk_size
        self._patience = Patience(_SECONDS)
        self._asked = UploadRequest(
            digest=version.digest, size=version.size, file_name=version.file_name
        )
        self._furthest = 0

    def announce(self) -> Upload:
        """Tell the server of it; an upload that answers complete has nothing left to send.

        Raises:
            StoreBusy: The server asks to be left alone for longer than can be waited here.
            StoreUnreachable: It does not answer.
        """
        return self._patience.again(lambda: self._server.announce(self._asked))

    def send(self, upload: Upload, progress: Progress) -> None:
        """Send what the server lacks; when this returns, it holds bytes of the right digest.

        Raises:
            StoreRefused: The file is not what the plan says, or the server does not want it.
            StoreBusy: The server asks to be left alone for longer than can be waited here.
            StoreUnreachable: It does not answer any more.
        """
        resumed = upload.offset > 0
        with Path(self._version.path).open("rb") as file:
            try:
                self._send_rest(file, upload, progress)
            except BytesRefused:
                if not resumed:
                    raise
                # What an earlier try had sent may be what is wrong; the server has dropped it.
                self._send_rest(file, self.announce(), progress)

    def _send_rest(self, file: BinaryIO, upload: Upload, progress: Progress) -> None:
        while not upload.complete:
            self._tell(upload, progress)
            upload = self._next(file, upload)
        self._tell(upload, progress)

    def _next(self, file: BinaryIO, upload: Upload) -> Upload:
        """Send one chunk; answer where the upload stands now, however that went."""
        try:
            chunk = self._read(file, upload.offset)
            done = self._server.append(self._asked, upload.id, upload.offset, chunk)
        except UploadElsewhere as error:
            self._patience.bear(Interrupted(error.message, error.hint))
        except (Interrupted, StoreBusy) as error:
            self._patience.bear(error)
        else:
            if done.offset <= upload.offset:
                raise StoreUnreachable(f"The server takes bytes and stays at {done.offset}.")
            self._patience.reward()
            return done
        return self._found_again(upload)

    def _found_again(self, upload: Upload) -> Upload:
        """Ask how far the server is; what it does not know (any more) is announced again."""
        offset = self._patience.again(lambda: self._server.offset(upload.id))
        if offset is None or not 0 <= offset < upload.size:
            return self.announce()
        return _at(upload, offset)

    def _read(self, file: BinaryIO, offset: int) -> bytes:
        version = self._version
        file.seek(offset)
        chunk = file.read(min(self._chunk_size, version.size - offset))
        if not chunk:
            raise StoreRefused(
                f"The file of {version.address} ends at {offset} of {version.size} bytes.",
                "Run `shipway doctor --scrub` to look for damaged files.",
            )
        return chunk

    def _tell(self, upload: Upload, progress: Progress) -> None:
        """Tell how far it is; an upload that begins anew is no step back for who watches."""
        self._furthest = max(self._furthest, upload.offset)
        progress(self._furthest, upload.size)


def _at(upload: Upload, offset: int) -> Upload:
    return Upload(
        id=upload.id, digest=upload.digest, size=upload.size, offset=offset, complete=False
    )
