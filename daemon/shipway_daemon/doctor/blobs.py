"""Whether every blob that is named is there, whole, and what lies there that nothing names."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from shipway_client.locations import Locations
from shipway_plugins.words import Finding
from sqlalchemy import Engine

from shipway_daemon.blobs.store import BlobStore, is_digest
from shipway_daemon.catalog import offline, orphans
from shipway_daemon.doctor.words import Checked, counted, error, info

NAME = "blobs"
_PAGE = 1_000
_CHUNK = 1024 * 1024
#: How many findings of one rule are listed; the rest is counted.
_MOST = 20
_RESTORE = (
    "Add the file again with `shipway add`: the same bytes heal it. Or restore a backup; else "
    "delete what names it."
)

#: Told the bytes that are hashed, and how many there are.
Progress = Callable[[int, int], None]


def check(
    locations: Locations, catalogue: Engine, *, runs: bool, scrub: bool, progress: Progress
) -> Checked:
    """Look at each blob, and with `scrub` read each; memory does not grow with their number."""
    store = BlobStore(locations.blobs, locations.staging)
    total = sum(size for _, size in _recorded(catalogue)) if scrub else 0
    count, done = 0, 0
    wrong: list[Finding] = []
    for sha256, size in _recorded(catalogue):
        count += 1
        problem = _look(store.path(sha256), size) or (scrub and _read(store.path(sha256), sha256))
        if problem and (names := _names(catalogue, sha256)):
            wrong.append(_wrong(problem, sha256, names))
        done += size
        progress(done, total)
    lost = [*_orphans(store, locations, catalogue), *_strangers(locations)]
    unfinished = [] if runs else _unfinished(locations)
    method = "read and hashed" if scrub else "looked at"
    summary = f"{counted(count, 'blob')} {method}, {len(wrong):,} wrong."
    return Checked(name=NAME, summary=summary, findings=[*_first(wrong), *lost, *unfinished])


def _recorded(catalogue: Engine) -> Iterator[tuple[str, int]]:
    """Every recorded digest with its size; each page is read for itself, so nothing is held."""
    after = ""
    while True:
        with catalogue.connect() as tx:
            page = offline.blob_page(tx, after, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1][0]


def _look(path: Path, size: int) -> str:
    try:
        there = path.stat().st_size
    except FileNotFoundError:
        return "is missing"
    except OSError as problem:
        return f"cannot be looked at ({problem.strerror})"
    return "" if there == size else f"has {there:,} bytes instead of {size:,}"


def _read(path: Path, sha256: str) -> str:
    """Hash a blob, a piece at a time."""
    digest = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as problem:
        return f"cannot be read ({problem.strerror})"
    return "" if digest.hexdigest() == sha256 else "holds other bytes than its name says"


def _names(catalogue: Engine, sha256: str) -> list[str]:
    """Who names a digest now: a daemon may have deleted it while we looked."""
    with catalogue.connect() as tx:
        return offline.namers(tx, sha256, 3)


def _wrong(problem: str, sha256: str, names: list[str]) -> Finding:
    rule = "blob-missing" if problem == "is missing" else "blob-damaged"
    sentence = f"The blob {sha256[:12]} of {', '.join(names)} {problem}."
    return error(rule, sentence, _RESTORE)


def _first(findings: list[Finding]) -> list[Finding]:
    more = len(findings) - _MOST
    if more <= 0:
        return findings
    rest = error("blobs-more", f"Wrong are also {more:,} more.", _RESTORE)
    return [*findings[:_MOST], rest]


def _orphans(store: BlobStore, locations: Locations, catalogue: Engine) -> list[Finding]:
    if not locations.blobs.is_dir():
        return []
    count, size = 0, 0
    for first in "0123456789abcdef":
        there = _digests(store, first)
        with catalogue.connect() as tx:
            lost = (there - orphans.recorded(tx, first)) | orphans.unnamed(tx, first)
        sizes = [told for sha256 in lost if (told := store.size(sha256)) is not None]
        count, size = count + len(sizes), size + sum(sizes)
    if not count:
        return []
    return [
        info(
            "blob-orphans",
            f"Named by nothing, or on the way in: {counted(count, 'file')} of {size:,} bytes.",
            "The daemon removes what a crash left behind at its start and every hour; "
            "`shipway prune` does it now.",
        )
    ]


def _digests(store: BlobStore, first: str) -> set[str]:
    try:
        return store.digests(first)
    except FileNotFoundError:
        return set()


def _strangers(locations: Locations) -> list[Finding]:
    """What lies among the blobs and is none; nobody removes it."""
    if not locations.blobs.is_dir():
        return []
    count = sum(
        1
        for folder in locations.blobs.iterdir()
        for path in (folder.iterdir() if folder.is_dir() else [folder])
        if not (is_digest(path.name) and path.name.startswith(folder.name))
    )
    if not count:
        return []
    sentence = f"Among the blobs, and not of Shipway: {counted(count, 'file')}."
    return [info("blob-strangers", sentence, f"Look into {locations.blobs}; it does no harm.")]


def _unfinished(locations: Locations) -> list[Finding]:
    """Copies that a killed daemon left; while one runs they are at work."""
    parts = list(locations.staging.glob("*")) if locations.staging.is_dir() else []
    if not parts:
        return []
    size = sum(path.lstat().st_size for path in parts)
    sentence = f"Left in staging: {counted(len(parts), 'unfinished file')} of {size:,} bytes."
    return [info("staging-parts", sentence, "The next start of the daemon removes them.")]
