"""In what two versions differ: one answer for the command line and for the screen."""

from shipway_client.reading import NOT_READ, readings
from shipway_client.wire import Comparison, Difference, Reading, Version

Value = str | list[str]


def compare(before: Version, after: Version) -> Comparison:
    """Tell all that is not the same in two versions, of one profile or of two."""
    old, new = _known(before), _known(after)
    names = [*old, *(name for name in new if name not in old)]
    return Comparison(
        before=before.address,
        after=after.address,
        same_bytes=before.sha256 == after.sha256,
        differences=[
            _difference(*name, old.get(name), new.get(name))
            for name in names
            if (old.get(name) or None) != (new.get(name) or None)
        ],
    )


def _known(version: Version) -> dict[tuple[str, str], Value]:
    """What the catalogue knows, then what the file says beyond that."""
    known: dict[tuple[str, str], Value] = {("", name): text for name, text in _texts(version)}
    known["", "findings"] = [f"{one.rule}: {one.sentence}" for one in version.findings]
    told = [one for one in readings(version.inspection) if (one.section, one.name) not in known]
    return known | {(one.section, one.name): _ordered(one) for one in told}


def _texts(version: Version) -> list[tuple[str, str]]:
    facts = version.facts
    told = {
        "version": version.version,
        "build": version.build,
        "identifier": version.identifier,
        "name": version.name,
        "channel": version.channel,
        "format": version.format,
        "minimum OS": version.min_os,
        "target OS": version.target_os,
        "size": f"{version.size} bytes",
        "sha256": version.sha256,
        "state": version.state.value,
        "branch": facts.branch,
        "commit": facts.commit,
        "variant": facts.variant,
    }
    return [(name, NOT_READ if text is None else text) for name, text in told.items()]


def _ordered(reading: Reading) -> Value:
    """The order in which a file names its permissions is no difference."""
    return sorted(reading.value) if isinstance(reading.value, list) else reading.value


def _difference(section: str, name: str, old: Value | None, new: Value | None) -> Difference:
    if isinstance(old, list) or isinstance(new, list):
        there, here = _as_list(old), _as_list(new)
        return Difference(
            section=section,
            name=name,
            added=[one for one in here if one not in there],
            removed=[one for one in there if one not in here],
        )
    return Difference(section=section, name=name, before=old, after=new)


def _as_list(value: Value | None) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
