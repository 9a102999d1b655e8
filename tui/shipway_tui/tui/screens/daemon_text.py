"""What the Daemon place shows: which daemon answers, and what it is at."""

from dataclasses import dataclass

from shipway_client.client import Client
from shipway_client.version import VERSION
from shipway_client.wire import Health, JobState, UploadState
from shipway_plugins.words import EnvironmentStatus
from textual.content import Content

from shipway_tui.tui.desk import Desk, Link
from shipway_tui.tui.widgets.detail import fact, heading, lines, muted, toned
from shipway_tui.tui.widgets.status_line import LINKS
from shipway_tui.tui.words import Tone, Word, ago_text, clock_text

#: One page of each noun is counted; what is beyond it is "and more".
_PAGE = 200


@dataclass(frozen=True)
class Standing:
    """A daemon's word about itself, and what it is at."""

    health: Health
    open_jobs: str
    environments: str
    folders: str
    uploads: str


async def read_standing(client: Client) -> Standing:
    """Ask the daemon.

    Raises:
        ShipwayError: It does not answer.
    """
    health = await client.history.health()
    states = [state for state in JobState if state is not JobState.DONE]
    jobs = await client.jobs.list(state=states, limit=_PAGE)
    environments = await client.environments.list(limit=_PAGE)
    away = [e.name for e in environments.items if e.status is not EnvironmentStatus.AVAILABLE]
    folders = await client.folders.list(limit=_PAGE)
    waiting = sum(folder.waiting for folder in folders.items)
    uploads = await client.uploads.list()
    under_way = [each for each in uploads.items if each.state is not UploadState.DONE]
    return Standing(
        health=health,
        open_jobs=_count(len(jobs.items), jobs.after),
        environments=_count(len(environments.items), environments.after)
        + (f", not Available: {', '.join(away)}" if away else ""),
        folders=_count(len(folders.items), folders.after)
        + (f", {waiting} files waiting" if waiting else ""),
        uploads=_count(len(under_way), uploads.after),
    )


def _count(number: int, after: str | None) -> str:
    return f"{number} and more" if after else str(number)


def describe_daemon(desk: Desk, standing: Standing | None) -> Content:
    """Write what is known; where no daemon answers, what to do."""
    locations = desk.client.locations
    link = desk.connection.link
    parts = [heading("Daemon"), fact("connection", LINKS[link])]
    if link is Link.RECONNECTING:
        parts.append(toned(Word("▲", "No daemon answers. R starts one.", Tone.CAUTION)))
    if standing is not None:
        parts += _about(standing, desk)
    parts += [
        Content(""),
        heading("Home"),
        fact("home", str(locations.home)),
        fact("socket", desk.client.api.address),
        fact("log", str(locations.log)),
        fact("config", str(locations.config / "config.toml")),
    ]
    return lines(parts)


def _about(standing: Standing, desk: Desk) -> list[Content]:
    health = standing.health
    since = f"{clock_text(health.started_at)} ({ago_text(health.started_at, desk.now())})"
    parts = [
        fact("version", health.version),
        fact("client", VERSION),
        fact("process", str(health.pid)),
        fact("since", since),
        fact("starts", str(health.epoch)),
        Content(""),
        heading("At work"),
        fact("open jobs", standing.open_jobs),
        fact("environments", standing.environments),
        fact("folders", standing.folders),
        fact("uploads", standing.uploads),
        fact("unmatched", str(desk.unmatched)),
    ]
    if health.version != VERSION:
        words = Word("▲", "Daemon and client are of different versions: restart it.", Tone.CAUTION)
        parts.insert(2, toned(words))
    if desk.connection.link is Link.RECONNECTING:
        return [muted("This is what the last one said:"), *parts]
    return parts
