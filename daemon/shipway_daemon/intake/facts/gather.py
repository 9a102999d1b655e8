"""Put together what is told of a binary: by options, its sidecar, Gradle, and the git checkout."""

import logging
from pathlib import Path
from typing import NamedTuple

import msgspec
from shipway_plugins.words import BuildFacts

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.intake.facts.checkout import checkout_around, read_checkout
from shipway_daemon.intake.facts.gradle import METADATA, read_metadata
from shipway_daemon.intake.facts.sidecar import read_sidecar
from shipway_daemon.intake.facts.told import Told, fit
from shipway_daemon.intake.record import Arrival
from shipway_daemon.patience import aside
from shipway_daemon.rules.facts import Source, join_facts

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0


class _Around(NamedTuple):
    """What lies around a binary."""

    sidecar: Told
    metadata: Told
    checkout: Path | None


async def gather(arrival: Arrival, source: Path, state: Signature) -> Arrival:
    """Add to an arrival what lies around its file says of it; what was said of it by hand is first.

    `state` is the file as it was taken. What cannot be read is a finding, or is left out: nothing
    here keeps a binary from being taken.
    """
    try:
        around = await aside(lambda: _look(source, state), _LOOK_SECONDS)
    except TimeoutError:
        _log.warning("what lies beside %r does not answer", source)
        return arrival
    told = [Source("what was said by hand", arrival.facts)]
    told.append(Source("the sidecar", around.sidecar.facts))
    told.append(Source(METADATA, around.metadata.facts))
    findings = [*arrival.findings, *around.sidecar.findings, *around.metadata.findings]
    if around.checkout is not None:
        checkout = await read_checkout(around.checkout, state.modified_ns)
        facts, wrong = fit(_text(checkout), "The git checkout", "checkout")
        told.append(Source("the git checkout", facts))
        findings += wrong
    facts, differing = join_facts(told)
    numbers = [around.metadata.numbers] if around.metadata.numbers else []
    return msgspec.structs.replace(
        arrival,
        facts=facts,
        notes=arrival.notes or around.sidecar.notes,
        findings=[*findings, *differing],
        numbers=[*numbers, *arrival.numbers],
    )


def _look(source: Path, state: Signature) -> _Around:
    """Look around a file, in a thread of its own.

    What lies beside it is believed only while it is the file that was taken: afterwards it may be
    that of the next build. A checkout has a proof of its own.
    """
    around = _Around(read_sidecar(source), read_metadata(source), checkout_around(source))
    if _state(source) == state:
        return around
    return _Around(Told(), Told(), around.checkout)


def _state(source: Path) -> Signature | None:
    try:
        return Signature.of(source.lstat())
    except OSError:
        return None


def _text(facts: BuildFacts) -> dict[str, str]:
    return {name: text for name, text in msgspec.structs.asdict(facts).items() if text is not None}
