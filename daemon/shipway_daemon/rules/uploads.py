"""What may be uploaded: names, sizes and digests."""

import re

from shipway_client.errors import Unavailable, WrongUsage

#: The largest file that is taken, in bytes; the room on the disk is a rule of its own.
MAX_SIZE = 1 << 40
#: How many uploads may be open at once; each has a row and a file.
MAX_OPEN = 1_000
_MAX_NAME = 255
_MAX_KEY = 200
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def check_file_name(name: str) -> str:
    """Return `name` if a file may be called so.

    Raises:
        WrongUsage: It is empty, a path, or longer than 255 bytes.
    """
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise WrongUsage(f"{name!r} is no name of a file.", "Give its name without its folder.")
    if len(name.encode("utf-8", "replace")) > _MAX_NAME:
        raise WrongUsage(f"The name of a file has at most {_MAX_NAME} bytes.")
    return name


def check_size(size: int) -> int:
    """Return `size` if an upload may have so many bytes.

    Raises:
        WrongUsage: It is empty, or too large.
    """
    if not 1 <= size <= MAX_SIZE:
        raise WrongUsage(
            f"An upload has 1 to {MAX_SIZE:,} bytes, not {size:,}.",
            "See that the build wrote the file whole.",
        )
    return size


def check_digest(sha256: str) -> str:
    """Return `sha256` if it is one, in lower-case figures.

    Raises:
        WrongUsage: It is none.
    """
    if not _DIGEST.match(sha256):
        raise WrongUsage(f"{sha256[:80]!r} is no SHA-256.", "It has 64 figures, 0-9 and a-f.")
    return sha256


def check_key(key: str | None) -> str | None:
    """Return `key` if an upload may be found again by it.

    Raises:
        WrongUsage: It is empty or longer than 200 characters.
    """
    if key is not None and not 1 <= len(key) <= _MAX_KEY:
        raise WrongUsage(f"The key of an upload has 1 to {_MAX_KEY} characters.")
    return key


def check_count(count: int) -> None:
    """See that one more upload may be open beside `count` others.

    Raises:
        Unavailable: There are too many.
    """
    if count >= MAX_OPEN:
        raise Unavailable(
            f"{count:,} uploads are open already.",
            "End some with `shipway upload cancel`; what nobody goes on with expires after a day.",
        )
