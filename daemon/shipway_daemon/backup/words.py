"""What is said of a backup: its manifest, each line of its contents, and what was done."""

import msgspec

#: The version of this layout; a program refuses one that it does not know.
FORMAT = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the contents: a blob, or with `path` a file below the home or its settings.

    `path` is relative, with `/`; `sha256` names the bytes in the pool.
    """

    sha256: str
    size: int
    path: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. It is written last: a folder without one is no backup.

    `lost` are digests that the catalogue names and whose bytes were missing or damaged at the time.
    """

    format: int
    made_at: str
    shipway: str
    home: str
    schema: str
    catalog_sha256: str
    contents_sha256: str
    profiles: int
    versions: int
    blobs: int
    files: int
    size: int
    lost: list[str] = []


class BackupReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup came to: where it lies, what is in it, and what was copied for it.

    `copied` blobs and files were not in an earlier backup of the same folder.
    """

    backup: str
    manifest: Manifest
    copied: int
    copied_size: int


class RestoreReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a restore did; `before` is where the home that was there lies now, or null."""

    home: str
    backup: str
    manifest: Manifest
    before: str | None


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """Left in a restored home for its first daemon, which settles what the backup left open.

    `seq` is the last event of the home that was there: numbers that were seen never come again.
    """

    made_at: str
    restored_at: str
    seq: int = 0


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 blob`, `1,200 blobs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def sized(count: int) -> str:
    """A number of bytes with its unit: `830 B`, `4.2 MB`."""
    for unit, length in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= length:
            return f"{count / length:,.1f} {unit}"
    return f"{count} B"
