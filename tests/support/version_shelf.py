"""Versions of many kinds in a catalogue, and what a query means said over in plain Python."""

import re

import msgspec
from shipway_client.wire import Version, VersionState
from shipway_daemon.catalog import versions
from shipway_daemon.queries.words import Query, Term
from shipway_plugins.words import Signing, SigningState
from sqlalchemy import Connection
from support.versions import add, inspection

_TOKEN = re.compile(r"[^\W_]+")

#: For each field of words, where they are.
_WORDS = {
    "name": lambda version: version.name,
    "identifier": lambda version: version.identifier,
    "file": lambda version: version.file_name,
    "notes": lambda version: version.notes,
    "branch": lambda version: version.facts.branch,
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a version is to be; one that lapses expires after it came."""

    identifier: str = "com.example.app"
    name: str | None = "Example"
    version: str | None = "1.0"
    build: str | None = "1"
    file_name: str = "app.apk"
    notes: str = ""
    expires: str | None = None
    lapses: bool = False
    rejected: bool = False
    marked: bool = False
    size: int = 1_000


def shelve(tx: Connection, told: Told, salt: str) -> Version:
    """File a version as it is told."""
    found = inspection(
        told.identifier, told.version, told.build, name=told.name, signing=_signed(told.expires)
    )
    made = add(tx, found, salt=salt, file_name=told.file_name, notes=told.notes)
    if told.rejected:
        versions.change(tx, made.id, state=str(VersionState.REJECTED), rejected="No.")
    if told.marked:
        versions.mark_candidate(tx, made.id)
    if told.lapses:
        lapsed = msgspec.structs.replace(found, signing=_signed("2001-01-01T00:00:00Z"))
        versions.change(tx, made.id, inspection=lapsed)
    return versions.change(tx, made.id, size=told.size)


def _signed(expires: str | None) -> Signing:
    return Signing(state=SigningState.VALID, expires=expires)


def fits(version: Version, query: Query) -> bool:
    """Tell whether a version has what a query says."""
    texts = [version.name, version.identifier, version.version, version.build]
    texts += [version.file_name, version.notes]
    return (
        all(_term(version, term) is not term.excluded for term in query.terms)
        and all(_somewhere(texts, word) for word in query.words)
        and not any(_somewhere(texts, word) for word in query.without)
    )


def _somewhere(texts: list[str | None], phrase: str) -> bool:
    return any(has_words(text, phrase) for text in texts)


def has_words(text: str | None, phrase: str) -> bool:
    """Tell whether a text has some words one after the other, the last of which may go on."""
    tokens, wanted = _tokens(text), _tokens(phrase)
    size = len(wanted)
    starts = range(len(tokens) - size + 1)
    return size > 0 and any(
        tokens[at : at + size - 1] == wanted[:-1] and tokens[at + size - 1].startswith(wanted[-1])
        for at in starts
    )


def _tokens(text: str | None) -> list[str]:
    return [token.lower() for token in _TOKEN.findall(text or "")]


def _term(version: Version, term: Term) -> bool:
    if term.field in _WORDS:
        return has_words(_WORDS[term.field](version), term.value)
    if term.field == "candidate":
        told = {"yes": version.candidate, "no": not version.candidate, "current": version.current}
        return told[term.value]
    if term.field == "profile":
        return version.profile.partition("/")[2] == term.value
    value = str(getattr(version, term.field) or "")
    return value.startswith(term.value) if term.beginning else value == term.value
