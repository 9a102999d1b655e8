"""What a person or a program says of a file that comes by hand, checked, as an arrival."""

from shipway_client.wire import Arriving

from shipway_daemon.filing.match import Wanted
from shipway_daemon.intake.record import Arrival
from shipway_daemon.rules.channels import check_channel
from shipway_daemon.rules.facts import check_facts
from shipway_daemon.rules.versions import check_notes, check_number


def arrival_of(said: Arriving, file_name: str, source: str, actor: str) -> Arrival:
    """Make an arrival of what was said; it may be long before the bytes are here.

    Raises:
        WrongUsage: The channel, the notes, a number or a fact cannot be so.
    """
    for given, what in ((said.build_version, "version"), (said.build_number, "build")):
        if given is not None:
            check_number(given, what)
    return Arrival(
        file_name=file_name,
        source=source,
        wanted=Wanted(
            profile=said.profile,
            channel=check_channel(said.channel) if said.channel else None,
            actor=actor,
        ),
        notes=check_notes(said.notes or ""),
        candidate=said.candidate,
        build_version=said.build_version,
        build_number=said.build_number,
        facts=check_facts(said.facts),
    )
