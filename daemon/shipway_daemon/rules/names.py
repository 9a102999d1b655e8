"""What things may be called."""

import getpass
import os
import re
import unicodedata

from shipway_client.errors import WrongUsage

_MAX_NAME = 100
_ENVIRONMENT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")


def check_name(name: str, noun: str) -> str:
    """Return `name` if an owner, an app or a profile may be called so.

    Raises:
        WrongUsage: It is empty, too long, or has a character that an address is split at.
    """
    if not name or name != name.strip() or len(name) > _MAX_NAME:
        raise WrongUsage(
            f"{name!r} cannot be the name of {noun}.",
            f"Use 1 to {_MAX_NAME} characters, with no space at either end.",
        )
    split = any(char in "/@\\" or unicodedata.category(char).startswith("C") for char in name)
    if split or name in (".", ".."):
        raise WrongUsage(
            f"{name!r} cannot be the name of {noun}.",
            "Leave out slashes, @ and control characters, and use more than dots.",
        )
    return name


def check_environment_name(name: str) -> str:
    """Return `name` if an environment may be called so.

    Raises:
        WrongUsage: It is not lower-case letters, digits, dots, dashes and underscores.
    """
    if not _ENVIRONMENT.match(name):
        raise WrongUsage(
            f"{name!r} cannot be the name of an environment.",
            "Use up to 64 lower-case letters, digits, dots, dashes and underscores.",
        )
    return name


def name_from(label: str) -> str:
    """Make a name that needs no quoting out of what a binary calls itself."""
    kept = "".join(
        char if char.isalnum() or char in "._-" else "-"
        for char in unicodedata.normalize("NFC", label)
    )
    name = re.sub(r"-{2,}", "-", kept).strip("-._")
    return name[:_MAX_NAME] or "unnamed"


def default_owner() -> str:
    """The login name of whom the daemon runs as."""
    try:
        return name_from(getpass.getuser())
    except (KeyError, OSError):
        return f"user-{os.getuid()}"
