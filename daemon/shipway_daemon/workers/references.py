"""References to credentials: where a secret is to be found, never the secret.

`env:NAME` is a variable of the daemon's own environment, `file:/absolute/path` a file that is its
owner's alone, `keyring:service/user` an entry of the system's keyring (the extra
`shipway[keyring]`).
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, TypeAlias

import msgspec
from shipway_plugins.credentials import CredentialPath

from shipway_daemon.workers.errors import BadCredential

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WANTED = "it is a reference: env:NAME, file:/absolute/path or keyring:service/user"


class Place(StrEnum):
    """Where a reference points to."""

    ENVIRONMENT = "env"
    FILE = "file"
    KEYRING = "keyring"


class Reference(msgspec.Struct, frozen=True):
    """A parsed reference: the place, and what to look for there."""

    place: Place
    name: str


#: References, by where they are among the settings.
References: TypeAlias = dict[CredentialPath, Reference]


class NoReference(ValueError):
    """What was given is no reference; the sentence never repeats it, for it may be a secret."""


def parse(text: object) -> Reference:
    """Read a reference.

    Raises:
        NoReference: It is a plain value, or no reference of a known kind.
    """
    place, colon, name = str(text).partition(":")
    if not colon or place not in {kind.value for kind in Place}:
        raise NoReference(f"A credential is never given itself; {_WANTED}.")
    reference = Reference(Place(place), name)
    if not _is_complete(reference):
        raise NoReference(f"This is no complete reference; {_WANTED}.")
    return reference


def _is_complete(reference: Reference) -> bool:
    name = reference.name
    if not name.isprintable():
        return False
    if reference.place is Place.ENVIRONMENT:
        return _VARIABLE.fullmatch(name) is not None
    if reference.place is Place.FILE:
        return PurePosixPath(name).is_absolute()
    service, slash, user = name.rpartition("/")
    return bool(service and slash and user)


def parse_all(credentials: Mapping[CredentialPath, Any]) -> References:
    """Read the references among the settings of an environment.

    Raises:
        BadCredential: Some are none; `fields` has a sentence for each.
    """
    found: References = {}
    wrong: dict[str, str] = {}
    for path, value in credentials.items():
        try:
            found[path] = parse(value)
        except NoReference as problem:
            wrong[field(path)] = str(problem)
    if wrong:
        raise BadCredential(wrong)
    return found


def field(path: CredentialPath) -> str:
    """Name a credential as a form does: `token`, or `more.API_KEY` within a table."""
    return ".".join(path)
