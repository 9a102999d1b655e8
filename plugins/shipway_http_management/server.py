"""The management server, resource by resource."""

from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec
from shipway_plugins.errors import StoreRefused, StoreUnreachable
from shipway_plugins.words import Target

from shipway_http_management.answers import read
from shipway_http_management.faults import Interrupted
from shipway_http_management.options import HttpManagementOptions
from shipway_http_management.patience import Patience
from shipway_http_management.permit import Permit
from shipway_http_management.transport import Answer, Question, Transport
from shipway_http_management.wire import (
    App,
    Body,
    Publication,
    Receipt,
    Status,
    Targets,
    Upload,
    UploadRequest,
)

T = TypeVar("T", bound=Body)

#: A read ends well before the daemon ends the lane: all its tries take less than a minute.
_READ_SECONDS = 15.0
_STATUS_SECONDS = 7.0
_CHUNK = "application/offset+octet-stream"


class Server:
    """What can be asked of it; reads are asked again by themselves, nothing else is."""

    def __init__(self, options: HttpManagementOptions) -> None:
        self._transport = Transport(options)
        self._seconds = options.timeout

    # ---------------------------------------------------------------------- reads

    def status(self) -> Status:
        """Ask how it is, once: a status is soon asked again anyway."""
        seconds = min(self._seconds, _STATUS_SECONDS)
        return read(self._ask("GET", "/v1/status", seconds=seconds), Status)

    def targets(self, query: str) -> list[Target]:
        """Ask whom a publish can be aimed at."""
        path = "/v1/targets?" + urlencode({"query": query[:200]})
        return self._again(path, Targets).targets

    def app(self, app: str) -> App:
        """Ask what is live of an app.

        Raises:
            StoreUnreachable: No answer came, or one that is about another app.
        """
        found = self._again(f"/v1/apps/{quote(app, safe='')}", App)
        if found.app != app:
            raise StoreUnreachable(f"The server was asked for {app} and answered {found.app}.")
        return found

    def receipt(self, app: str, key: str) -> Receipt | None:
        """Ask whether an attempt was taken; None: it was not, nor is it worked on now."""

        def ask() -> Receipt | None:
            answer = self._ask("GET", _publication(app, key), seconds=self._read_seconds)
            try:
                return read(answer, Receipt)
            except StoreRefused:
                if answer.status == 404:
                    return None
                raise

        return Patience(_READ_SECONDS).again(ask)

    # --------------------------------------------------------------------- uploads

    def announce(self, asked: UploadRequest) -> Upload:
        """Announce a binary, and learn where its upload stands. Safe to ask again.

        Raises:
            StoreUnreachable: No answer came, or one that is about another binary.
        """
        body = msgspec.json.encode(asked)
        upload = read(self._ask("POST", "/v1/uploads", body=body), Upload, good=(200, 201))
        return _same(upload, asked)

    def append(self, asked: UploadRequest, name: str, offset: int, chunk: bytes) -> Upload:
        """Send the bytes that begin at `offset`."""
        answer = self._ask(
            "PATCH",
            _upload(name),
            body=chunk,
            kind=_CHUNK,
            headers={"Upload-Offset": str(offset)},
        )
        return _same(read(answer, Upload), asked)

    def offset(self, name: str) -> int | None:
        """Ask how many bytes of an upload are kept; None: there is none, or it is complete.

        Raises:
            Interrupted: No answer came, or one that says no number.
        """
        answer = self._ask("HEAD", _upload(name), seconds=self._read_seconds)
        told = answer.headers.get("Upload-Offset", "")
        if answer.status == 404:
            return None
        if answer.status != 200 or not (told.isascii() and told.isdigit()):
            raise Interrupted(f"The server does not say how far the upload is ({answer.status}).")
        return int(told)

    # -------------------------------------------------------------------- changes

    def publish(self, publication: Publication) -> Receipt:
        """Send a publication, once.

        Raises:
            Interrupted: The answer was lost; ask for the receipt.
        """
        path = _publication(publication.app, publication.key)
        body = msgspec.json.encode(publication)
        return read(self._ask("PUT", path, body=body), Receipt, good=(200, 201))

    def permit(self) -> Permit:
        """Ask for the server's time, and make a permit of our patience from it."""
        return Permit(self._again("/v1/status", Status).now, self._seconds)

    def unpublish(self, app: str, key: str, permit: Permit) -> Receipt:
        """Take an app away, once.

        Raises:
            Interrupted: The answer was lost; ask for the receipt.
        """
        path = f"/v1/apps/{quote(app, safe='')}"
        headers = {"Idempotency-Key": key, "Valid-Until": str(permit.valid_until)}
        return read(self._ask("DELETE", path, headers=headers), Receipt)

    # ---------------------------------------------------------------------- parts

    @property
    def _read_seconds(self) -> float:
        return min(self._seconds, _READ_SECONDS)

    def _again(self, path: str, kind: type[T]) -> T:
        """Read, as often as it takes."""
        return Patience(_READ_SECONDS).again(
            lambda: read(self._ask("GET", path, seconds=self._read_seconds), kind)
        )

    def _ask(
        self,
        method: str,
        path: str,
        *,
        seconds: float | None = None,
        body: bytes = b"",
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        return self._transport.exchange(
            Question(
                method=method,
                path=path,
                seconds=self._seconds if seconds is None else seconds,
                body=body,
                kind=kind,
                headers=headers or {},
            )
        )


def _publication(app: str, key: str) -> str:
    return f"/v1/apps/{quote(app, safe='')}/publications/{quote(key, safe='')}"


def _upload(name: str) -> str:
    return f"/v1/uploads/{quote(name, safe='')}"


def _same(upload: Upload, asked: UploadRequest) -> Upload:
    """See that the server speaks of the binary that we speak of."""
    if (upload.digest, upload.size) != (asked.digest, asked.size):
        raise StoreUnreachable(
            f"The server was told of {asked.digest} ({asked.size} bytes), and speaks of "
            f"{upload.digest} ({upload.size} bytes)."
        )
    if not 0 <= upload.offset <= upload.size or upload.complete > (upload.offset == upload.size):
        raise StoreUnreachable(f"The server is at {upload.offset} of {upload.size} bytes.")
    return upload
