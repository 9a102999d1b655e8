"""Bringing a version's file here, over lost connections, until its digest is proven."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from shipway_client.client import Client
from shipway_client.errors import Failed, WrongUsage
from shipway_client.local_file import PIECE_BYTES
from shipway_client.part_file import PartFile, there_is
from shipway_client.patience import PASSING, Patience
from shipway_client.wire import Version

T = TypeVar("T")

#: How long the daemon may send nothing before it is asked again.
STALL_SECONDS = 60.0
#: What a person can do whose download was given up.
RESUMED = "What came stays beside the file: the same command goes on where it was."

#: Is told how many bytes there are here, and how many there will be.
Report = Callable[[int, int], None]


def default_name(version: Version) -> str:
    """The name that a version's file came with, without what could lead out of a folder."""
    name = version.file_name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char if char.isprintable() else "_" for char in name).lstrip(".")
    return kept or f"{version.sha256[:16]}.{version.format}"


async def receive_file(
    client: Client, version: Version, target: Path, report: Report, *, force: bool = False
) -> None:
    """Download a version's file; goes on where an earlier try of the same bytes ended.

    Whatever ends this before its time, `target` is as it was, and what came stays for the next.

    Raises:
        OSError: The disk here does not take it.
        WrongUsage: The folder is not there, or the target is one.
        Refused: There is a file of this name, and `force` is not said.
        Busy: Another download of these bytes into this folder is at work.
        Failed: What came are other bytes.
        ShipwayError: What the daemon said, or that it has been away for two minutes.
    """
    await _in_thread(partial(_check, target, force=force))
    part = PartFile(target, version.sha256, version.size)
    try:
        await _in_thread(part.open)
        await _bring(client, version, part, report)
        await _in_thread(partial(part.finish, force=force))
    finally:
        await _in_thread(part.close)


async def copy_file(client: Client, version: Version, write: Callable[[bytes], object]) -> None:
    """Hand a version's file to `write` as it comes, in a thread, from its first byte on.

    Raises:
        Failed: What came are other bytes; the last piece was not handed over then.
        ShipwayError: What the daemon said, or that the connection broke off.
    """
    seen = hashlib.sha256()
    held = b""
    async with client.versions.file(version.address) as incoming:
        while piece := await _next_piece(incoming.pieces):
            await _in_thread(partial(write, held))
            seen.update(piece)
            held = piece
    if seen.hexdigest() != version.sha256:
        raise _other_bytes(version)
    await _in_thread(partial(write, held))


def _check(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise WrongUsage(f"{target} is a folder.", "Name the file in it.")
    if target.exists() and not force:
        raise there_is(target)


async def _bring(client: Client, version: Version, part: PartFile, report: Report) -> None:
    resumed = part.offset > 0
    await _bring_rest(client, version, part, report)
    if not part.is_right and resumed:  # what was there from before was damaged
        await _in_thread(part.begin_anew)
        await _bring_rest(client, version, part, report)
    if not part.is_right:
        await _in_thread(part.begin_anew)
        raise _other_bytes(version)


async def _bring_rest(client: Client, version: Version, part: PartFile, report: Report) -> None:
    patience = Patience(RESUMED)
    report(part.offset, version.size)
    while part.offset < version.size:
        before = part.offset
        try:
            async with client.versions.file(version.address, part.offset) as incoming:
                while piece := await _next_piece(incoming.pieces):
                    await _in_thread(partial(part.write, piece))
                    report(part.offset, version.size)
        except PASSING as error:
            if part.offset > before:
                patience.renew()
            await patience.wait(error)
            client.relocate()


async def _next_piece(chunks: AsyncIterator[bytes]) -> bytes:
    """Gather what comes into a larger piece, empty at the end.

    Raises:
        TimeoutError: The daemon fell silent.
    """
    gathered = bytearray()
    async with asyncio.timeout(STALL_SECONDS):
        while len(gathered) < PIECE_BYTES and (chunk := await anext(chunks, b"")):
            gathered += chunk
    return bytes(gathered)


async def _in_thread(work: Callable[[], T]) -> T:
    """Do blocking work to its end, even where nobody waits for it any more."""
    doing = asyncio.create_task(asyncio.to_thread(work), name="file")
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.gather(doing, return_exceptions=True)
        raise


def _other_bytes(version: Version) -> Failed:
    return Failed(
        f"What came are not the bytes of {version.address}.",
        "See what is wrong with `shipway doctor`.",
    )
