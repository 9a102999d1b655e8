"""`shipwayd inspect`: what binaries are, in the same worker as the daemon's, without a daemon."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from shipway_client.errors import Failed, Refused, ShipwayError
from shipway_plugins.errors import NotABinary

from shipway_daemon.blobs.staging import open_source
from shipway_daemon.workers.inspection import Inspector

_CHUNK = 1024 * 1024


async def inspect(paths: list[str]) -> AsyncIterator[dict[str, Any]]:
    """Yield one answer per path, in order; a file that is refused gives an `error`."""
    inspector = Inspector()
    try:
        for path in paths:
            yield await _inspect(inspector, path)
    finally:
        await inspector.close()


async def _inspect(inspector: Inspector, path: str) -> dict[str, Any]:
    try:
        sha256, md5, size = await asyncio.to_thread(_digests, Path(path))
        found = await inspector.identify(_absolute(path), Path(path).name)
    except (NotABinary, ShipwayError) as error:
        code = error.code if isinstance(error, ShipwayError) else Refused.code
        return {
            "path": path,
            "error": {"code": code, "message": error.message, "hint": error.hint},
        }
    told: dict[str, Any] = msgspec.to_builtins(found)
    details = told.pop("details", {})
    return {"path": path, **told, **details, "size": size, "sha256": sha256, "md5": md5}


def _digests(path: Path) -> tuple[str, str, int]:
    """Read a file once for its digests and its size, in bytes.

    Raises:
        Refused: It is no readable regular file.
        Failed: Reading it broke off.
    """
    descriptor = open_source(path)
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    try:
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            size = os.fstat(descriptor).st_size
            while chunk := file.read(_CHUNK):
                sha256.update(chunk)
                md5.update(chunk)
    except OSError as error:
        raise Failed(f"{path} cannot be read: {error.strerror}.") from error
    return sha256.hexdigest(), md5.hexdigest(), size


def _absolute(path: str) -> Path:
    """The path from the root, links left as they are: the worker has no folder of its own."""
    return Path.cwd() / path
