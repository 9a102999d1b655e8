"""What is written of a version: one text for each tab of its screen."""

from collections.abc import Iterable, Sequence

from shipway_client.live import LiveIn
from shipway_client.reading import readings
from shipway_client.wire import Event, LiveVersion, Reading, Version
from textual.content import Content

from shipway_tui.tui.screens.build_text import build_lines
from shipway_tui.tui.widgets.detail import fact, finding_lines, heading, muted, toned
from shipway_tui.tui.widgets.hanging import LABEL_CELLS
from shipway_tui.tui.words import (
    PUBLISH_STATES,
    VERSION_STATES,
    candidate_word,
    clock_text,
    numbers,
    plain,
    size_text,
)

OVERVIEW, INFORMATION, FINDINGS = "overview", "information", "findings"
DISTRIBUTION, HISTORY = "distribution", "history"
#: The tabs in their order, each with its title.
TITLES = {
    OVERVIEW: "Overview",
    INFORMATION: "Binary information",
    FINDINGS: "Findings",
    DISTRIBUTION: "Distribution",
    HISTORY: "History",
}

#: The event with which a version's history begins.
CAME = "version.added"


def fact_lines(version: Version) -> list[Content]:
    """Write what the catalogue knows of a version."""
    return [
        heading(version.address),
        fact("version", numbers(version.version, version.build)),
        fact("state", VERSION_STATES[version.state]),
        *([fact("rejected", version.rejected)] if version.rejected else []),
        fact("candidate", candidate_word(version)),
        fact("identifier", version.identifier),
        fact("name", version.name),
        fact("channel", version.channel),
        fact("file", f"{version.file_name} ({version.format}, {size_text(version.size)})"),
        *build_lines(version.facts),
        fact("minimum OS", version.min_os),
        fact("target OS", version.target_os),
        fact("sha256", version.sha256),
        fact("came", clock_text(version.created_at)),
    ]


def note_lines(version: Version) -> list[Content]:
    """Write the release notes under a heading."""
    notes = Content(plain(version.notes, lines=True)) if version.notes else muted("No notes.")
    return [Content(""), heading("Notes"), *notes.split("\n", allow_blank=True)]


def remark_lines(version: Version) -> list[Content]:
    """Write the notes, then the findings where there are some."""
    parts = note_lines(version)
    if version.findings:
        parts += [Content(""), heading("Findings"), *finding_lines(version.findings)]
    return parts


def information_lines(version: Version) -> list[Content]:
    """Write all that was read from the binary; a list takes a line for each of its values."""
    written: list[Content] = []
    section = ""
    for reading in readings(version.inspection):
        if reading.section != section:
            section = reading.section
            written += [Content(""), heading(section)]
        written += _reading_lines(reading)
    return written


def _reading_lines(reading: Reading) -> list[Content]:
    if isinstance(reading.value, str):
        return [_pair(reading.name, reading.value)]
    if not reading.value:
        return [_pair(reading.name, "none")]
    if len(reading.value) == 1:
        return [_pair(reading.name, reading.value[0])]
    counted = muted(f"{len(reading.value)}")
    values = [Content(f"  {plain(value)}") for value in reading.value]
    return [Content.assemble(muted(plain(reading.name)), " ", counted), *values]


def _pair(name: str, value: str) -> Content:
    """A name that is longer than the labels stands on a line of its own."""
    if len(name) <= LABEL_CELLS:
        return fact(name, value)
    return Content.assemble(muted(plain(name)), " ", plain(value))


def finding_text(version: Version) -> list[Content]:
    """Write the findings, or that there is none."""
    if not version.findings:
        return [muted("No findings: nothing was noticed when it came.")]
    return finding_lines(version.findings)


def distribution_lines(places: Iterable[LiveIn]) -> list[Content]:
    """Write where a version is live, by the last read-back of each environment."""
    written: list[Content] = []
    for one in places:
        written.append(heading(one.environment))
        for live in one.live:
            written += _live_lines(live)
        written += [fact("read back", clock_text(one.publication.read_at)), Content("")]
    if not written:
        written = [muted("Live in no environment."), Content("")]
    return [*written, muted("Not distributed: groups, testers and stores come with distribution.")]


def _live_lines(live: LiveVersion) -> list[Content]:
    state = Content.assemble(toned(PUBLISH_STATES[live.state]), muted(f"  {live.copy.value}"))
    written = [fact("channel", live.channel), fact("state", state)]
    if live.targets:
        written.append(fact("targets", ", ".join(live.targets)))
    return written


def history_lines(events: Sequence[Event], *, more: bool) -> list[Content]:
    """Write what happened to a version, newest first; `more` where the rest was not read."""
    written: list[Content] = []
    for event in events:
        verb = event.kind.partition(".")[2].replace("-", " ")
        written.append(
            Content.assemble(muted(f"{clock_text(event.at)}  "), verb, muted(f"  {event.actor}"))
        )
        written += [muted(f"  {text}") for text in _data_texts(event)]
    if more:
        written.append(muted("There is more: `shipway event list` has it all."))
    elif events and events[-1].kind != CAME:
        written.append(muted("What is older was told under another name of its profile."))
    return written or [muted("Nothing is told of it.")]


def _data_texts(event: Event) -> list[str]:
    """What an event says beside that it happened; the profile is known."""
    told = [(name, value) for name, value in event.data.items() if name != "profile"]
    return [f"{name.replace('_', ' ')}: {value}" for name, value in told if value or value == 0]


def copy_texts(version: Version) -> dict[str, str | None]:
    """What can be copied of a version, by its name; the address is what names it."""
    return {
        "address": version.address,
        "identifier": version.identifier,
        "sha256": version.sha256,
        "version": version.version,
        "build": version.build,
        "commit": version.facts.commit,
        "file": version.file_name,
    }
