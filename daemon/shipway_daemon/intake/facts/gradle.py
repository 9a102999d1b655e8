"""`output-metadata.json`, which the Android Gradle plugin writes beside the APKs of a variant.

Its elements name the files that the last build made, each with its numbers. Where none names the
APK, the file is of another build, and nothing of it is believed.
"""

from pathlib import Path

import msgspec
from shipway_plugins.words import Finding, Severity

from shipway_daemon.intake.facts.beside import Unusable, read_beside
from shipway_daemon.intake.facts.told import Told, complaint, fit, shown
from shipway_daemon.intake.numbers import Numbers

METADATA = "output-metadata.json"
_MAX_METADATA = 256 * 1024
_RULE = "output-metadata"


class _Element(msgspec.Struct, frozen=True, rename="camel"):
    """One file of the build. What is not needed of it is not read."""

    output_file: str = ""
    version_code: int | None = None
    version_name: str | None = None


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    variant_name: str = ""
    elements: list[_Element] = []


def read_metadata(binary: Path) -> Told:
    """Read what Gradle says of an APK, where it says anything. Blocks, so call it in a thread."""
    if not binary.name.lower().endswith(".apk"):
        return Told()
    try:
        data = read_beside(binary.with_name(METADATA), _MAX_METADATA)
        metadata = None if data is None else msgspec.json.decode(data, type=_Metadata)
    except Unusable as error:
        return Told(findings=[complaint(_RULE, f"The file {METADATA} {error}.")])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Told(findings=[complaint(_RULE, f"The file {METADATA} cannot be read: {error}.")])
    return Told() if metadata is None else _told(metadata, binary.name)


def _told(metadata: _Metadata, name: str) -> Told:
    element = next((one for one in metadata.elements if one.output_file == name), None)
    if element is None:
        return Told(findings=[_stale(shown(name))])
    facts, findings = fit({"variant": metadata.variant_name}, METADATA, _RULE)
    code = element.version_code
    numbers = Numbers(
        origin=METADATA,
        claimed=True,
        version=element.version_name or None,
        build=None if code is None else str(code),
    )
    return Told(facts=facts, numbers=numbers, findings=findings)


def _stale(name: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        rule=_RULE,
        sentence=f"The file {METADATA} does not name {name}: it is of another build.",
    )
