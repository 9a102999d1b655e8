"""The routes: each translates a request, asks the store, and translates the answer."""

import asyncio
import hashlib
import re
import time
from pathlib import Path

import msgspec
from aiohttp import web

from management_server.bodies import Refusal, answer, json_body, whole_body
from management_server.gate import SWITCHES, Gate
from management_server.store import Store
from management_server.words import Publication, Status, Target, Targets, UploadRequest

#: The largest chunk of an upload, in bytes.
CHUNK_BYTES = 16 * 1024 * 1024

_KEY = re.compile(r"[A-Za-z0-9._~-]{1,100}")
_UPLOAD = re.compile(r"[A-Za-z0-9_-]{1,100}")


class Routes:
    """What the contract lists, over one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        #: One upload is written by one request at a time.
        self._writing = asyncio.Lock()

    def table(self) -> list[web.RouteDef]:
        """List all routes."""
        publication = "/v1/apps/{app}/publications/{key}"
        return [
            web.get("/v1/status", self.status, allow_head=False),
            web.get("/v1/targets", self.targets, allow_head=False),
            web.post("/v1/uploads", self.begin_upload),
            web.head("/v1/uploads/{id}", self.upload_offset),
            web.patch("/v1/uploads/{id}", self.append),
            web.get("/v1/apps/{app}", self.app, allow_head=False),
            web.delete("/v1/apps/{app}", self.unpublish),
            web.get(publication, self.publication, allow_head=False),
            web.put(publication, self.publish),
        ]

    async def status(self, request: web.Request) -> web.Response:
        """Say whether a publish can be taken now."""
        switches = request[SWITCHES]
        at_work = self._store.at_work
        if switches.busy or at_work is not None:
            why = f"The server is at work on {at_work}." if at_work else "The server is busy."
            told = Status(
                state="busy", reason=why, remedy="Wait until it is done.", now=time.time()
            )
            return answer(told)
        reason = "The server takes publications."
        most = switches.max_bytes
        return answer(Status(state="available", reason=reason, max_bytes=most, now=time.time()))

    async def targets(self, request: web.Request) -> web.Response:
        """List who can be aimed at, or who was before."""
        query = request.query.get("query", "").casefold()
        if len(query) > 200:
            raise Refusal(400, "The query has more than 200 characters.")
        named, source = request[SWITCHES].targets, "directory"
        if not named:
            entries = [one for app in self._store.index.apps.values() for one in app.taken]
            named = sorted({target for entry in entries for target in entry.targets})
            source = "earlier publications"
        found = [
            Target(address=address, title=address.partition(":")[2], source=source)
            for address in named
            if query in address.casefold()
        ]
        return answer(Targets(targets=found[:200]))

    async def begin_upload(self, request: web.Request) -> web.Response:
        """Begin an upload, or find the one that is there."""
        asked = await json_body(request, UploadRequest)
        most = request[SWITCHES].max_bytes
        if most is not None and asked.size > most:
            raise Refusal(413, f"This server takes binaries of at most {most} bytes.")
        async with self._writing:
            upload, new = await asyncio.to_thread(self._store.binaries.begin, asked)
        return answer(upload, 201 if new else 200)

    async def upload_offset(self, request: web.Request) -> web.Response:
        """Say how much of an upload is kept."""
        async with self._writing:
            upload = await asyncio.to_thread(self._store.binaries.find, _upload_id(request))
        told = {
            "Upload-Offset": str(upload.offset),
            "Upload-Length": str(upload.size),
            "Cache-Control": "no-store",
        }
        return web.Response(headers=told)

    async def append(self, request: web.Request) -> web.Response:
        """Keep the next bytes of an upload."""
        if request.content_type != "application/offset+octet-stream":
            raise Refusal(415, "A chunk is application/offset+octet-stream.")
        offset = request.headers.get("Upload-Offset", "")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 20):
            raise Refusal(400, "The header Upload-Offset is missing, or no number.")
        content = await whole_body(request)
        if not content:
            raise Refusal(400, "The chunk is empty.")
        async with self._writing:
            upload = await asyncio.to_thread(
                self._store.binaries.append, _upload_id(request), int(offset), content
            )
        return answer(upload, headers={"Upload-Offset": str(upload.offset)})

    async def app(self, request: web.Request) -> web.Response:
        """Show what is live of an app."""
        shown = self._store.show(_app(request), request[SWITCHES])
        tag = hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]
        return answer(shown, headers={"ETag": f'"{tag}"'})

    async def publication(self, request: web.Request) -> web.Response:
        """Say whether an attempt was taken."""
        return answer(self._store.receipt(_app(request), _key(request.match_info["key"])))

    async def publish(self, request: web.Request) -> web.Response:
        """Take a publication."""
        app, key = _app(request), _key(request.match_info["key"])
        asked = await json_body(request, Publication)
        if (app, key) != (asked.app, asked.key):
            why = f"The path names {app} and {key}, the body {asked.app} and {asked.key}."
            raise Refusal(400, why, name="damaged")
        receipt, new = await self._store.publish(asked, request[SWITCHES])
        return answer(receipt, 201 if new else 200)

    async def unpublish(self, request: web.Request) -> web.Response:
        """Let go of everything of an app."""
        key = _key(request.headers.get("Idempotency-Key", ""))
        until = _time(request.headers.get("Valid-Until"))
        return answer(await self._store.unpublish(_app(request), key, until, request[SWITCHES]))


def make_app(folder: Path, token: str) -> web.Application:
    """Make the server over a folder; it is made if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = web.Application(
        middlewares=[Gate(folder, token).middleware()], client_max_size=CHUNK_BYTES
    )
    app.add_routes(Routes(Store(folder)).table())
    return app


def _app(request: web.Request) -> str:
    name = request.match_info["app"]
    if not 1 <= len(name) <= 200:
        raise Refusal(400, "The name of an app has 1 to 200 characters.")
    return name


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Refusal(400, "A key has 1 to 100 letters, digits, dots, dashes, tildes, underscores.")
    return key


def _time(told: str | None) -> float | None:
    try:
        return None if told is None else float(told)
    except ValueError as broken:
        raise Refusal(400, "The header Valid-Until is no number.") from broken


def _upload_id(request: web.Request) -> str:
    if not _UPLOAD.fullmatch(request.match_info["id"]):
        raise Refusal(404, "There is no such upload.")
    return request.match_info["id"]
