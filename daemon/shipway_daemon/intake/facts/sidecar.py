"""The sidecar: `app.apk.shipway.json` or `app.shipway.json`, which a build puts beside its binary.

It is one JSON object of text: `branch`, `commit`, `message`, `run_url`, `variant`, `notes`. What is
wrong with it is a finding on the version, and never keeps the binary from being taken.
"""

from pathlib import Path
from typing import Any

import msgspec
from shipway_client.errors import WrongUsage
from shipway_plugins.words import BuildFacts, Finding

from shipway_daemon.intake.facts.beside import Unusable, read_beside
from shipway_daemon.intake.facts.told import Told, complaint, fit, shown
from shipway_daemon.rules.versions import check_notes

MAX_SIDECAR = 64 * 1024
SUFFIX = ".shipway.json"
_RULE = "sidecar"
_FACTS = BuildFacts.__struct_fields__
#: The second half of endings such as `.app.zip`.
_DOUBLE = (".app", ".xcarchive")
_SHOWN = 5


def read_sidecar(binary: Path) -> Told:
    """Read the sidecar of a binary, where it has one. Blocks, so call it in a thread."""
    for name in _names(binary.name):
        try:
            data = read_beside(binary.with_name(name), MAX_SIDECAR)
        except Unusable as error:
            return Told(findings=[_wrong(shown(name), f"It {error}")])
        if data is not None:
            return _told(shown(name), data)
    return Told()


def _names(binary: str) -> list[str]:
    """What the sidecar may be called; the first that is there is the one that is read."""
    stem = binary.rpartition(".")[0] or binary
    for ending in _DOUBLE:
        stem = stem.removesuffix(ending)
    return [f"{binary}{SUFFIX}", f"{stem}{SUFFIX}"]


def _told(name: str, data: bytes) -> Told:
    try:
        fields = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Told(findings=[_wrong(name, f"It is no JSON object: {error}")])
    text = {key: value for key, value in fields.items() if isinstance(value, str)}
    given = {key: text[key] for key in _FACTS if key in text}
    facts, findings = fit(given, f"The sidecar {name}", _RULE)
    try:
        notes = check_notes(text.get("notes", ""))
    except WrongUsage as error:
        notes = ""
        findings.append(_wrong(name, error.message.rstrip(".")))
    return Told(facts=facts, notes=notes, findings=[*findings, *_unread(name, fields)])


def _unread(name: str, fields: dict[str, Any]) -> list[Finding]:
    """Name the keys that say nothing to anybody, and those whose value is no text."""
    known = (*_FACTS, "notes")
    unknown = [key for key in fields if key not in known]
    no_text = [key for key in known if not isinstance(fields.get(key), str | None)]
    told = [("It has keys that mean nothing here", unknown), ("It gives no text for", no_text)]
    return [
        _wrong(name, f"{what}: {', '.join(key[:40] for key in keys[:_SHOWN])}")
        for what, keys in told
        if keys
    ]


def _wrong(name: str, sentence: str) -> Finding:
    remedy = f"It is a JSON object of text, with any of {', '.join(_FACTS)} and notes."
    return complaint(_RULE, f"The sidecar {name}: {sentence}.", remedy)
