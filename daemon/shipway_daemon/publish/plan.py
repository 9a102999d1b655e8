"""Turn a request into a plan: per channel keep, a version, or remove."""

import secrets
from typing import Any

import msgspec
from shipway_client.errors import NotFound, Refused, WrongUsage
from shipway_client.wire import Profile, PublishRequest, Selection, Version
from shipway_plugins.words import ItemAction, LiveEntry, Plan, PlanItem, VersionFacts
from sqlalchemy import Connection, Row

from shipway_daemon.catalog import owners, profiles, versions
from shipway_daemon.catalog.environments import PublicationRow

#: What is read as a version number rather than as a marketing version.
_MAX_DIGITS = 9


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with the versions that it would publish, for the rules to look at."""

    plan: Plan
    versions: list[Version]


def new_tracking() -> str:
    """Make the key of an attempt: unique, and short enough to read out."""
    return secrets.token_hex(8)


def make(
    tx: Connection, request: PublishRequest, publication: PublicationRow | None, tracking: str
) -> Planned:
    """Plan what is asked for against what the environment held when it was last read.

    Raises:
        NotFound: The app, or a version, is not there.
        WrongUsage: A selection makes no sense.
        Refused: Nothing would be published or removed.
    """
    app = owners.app_by_address(tx, request.app)
    members = profiles.of_app(tx, app.id)
    live = publication.live if publication else []
    chosen = _selections(request, members)
    picked = {
        selection.channel: _version(tx, members, selection)
        for selection in chosen.values()
        if selection.action is ItemAction.PUBLISH
    }
    channels = sorted({*(member.channel for member in members), *chosen, *_channels(live)})
    items = [_item(channel, chosen, picked, live, request) for channel in channels]
    _check_something(app, items)
    plan = Plan(
        key=tracking,
        app=request.app,
        environment=request.environment,
        items=items,
        copy=request.copy,
        signing=request.signing,
        state=request.state,
        targets=request.targets,
    )
    return Planned(plan=plan, versions=list(picked.values()))


def _selections(request: PublishRequest, members: list[Profile]) -> dict[str, Selection]:
    """What was asked for by channel; with nothing asked for, every current candidate."""
    if request.selections:
        chosen = {selection.channel: selection for selection in request.selections}
        if len(chosen) < len(request.selections):
            raise WrongUsage("A channel is selected twice.", "Select one version per channel.")
        return chosen
    return {
        member.channel: Selection(
            channel=member.channel,
            action=ItemAction.PUBLISH,
            version=f"{member.address}@{member.candidate}",
        )
        for member in members
        if member.candidate is not None
    }


def _channels(live: list[LiveEntry]) -> list[str]:
    return [entry.channel for entry in live]


def _item(
    channel: str,
    chosen: dict[str, Selection],
    picked: dict[str, Version],
    live: list[LiveEntry],
    request: PublishRequest,
) -> PlanItem:
    selection = chosen.get(channel)
    current = [entry for entry in live if entry.channel == channel and entry.copy is request.copy]
    if selection is None or selection.action is ItemAction.KEEP:
        return PlanItem(channel=channel, action=ItemAction.KEEP, current=current)
    if selection.action is ItemAction.REMOVE:
        return PlanItem(channel=channel, action=ItemAction.REMOVE, current=current)
    return PlanItem(
        channel=channel,
        action=ItemAction.PUBLISH,
        version=facts_of(picked[channel]),
        current=current,
    )


def _version(tx: Connection, members: list[Profile], selection: Selection) -> Version:
    """Find what a selection names: an address, a number, or a marketing version.

    Raises:
        NotFound: There is no such version on the channel.
        WrongUsage: The words name several.
    """
    words = (selection.version or "").strip()
    on_channel = [member for member in members if member.channel == selection.channel]
    if not words:
        raise WrongUsage(
            f"No version is given for {selection.channel}.", "Say CHANNEL=VERSION, keep or remove."
        )
    if not on_channel:
        raise NotFound(
            f"The app has no profile on {selection.channel}.",
            "See `shipway app list` for its profiles.",
        )
    if "@" in words:
        return _by_address(tx, on_channel, words)
    found = [match for member in on_channel for match in _by_words(tx, member, words)]
    if len(found) > 1:
        names = ", ".join(version.address for version in found[:3])
        raise WrongUsage(f"{words} names several versions: {names}.", "Give the whole address.")
    if not found:
        raise NotFound(
            f"There is no version {words} on {selection.channel}.",
            f"See `shipway version list {on_channel[0].address}`.",
        )
    return found[0]


def _by_address(tx: Connection, members: list[Profile], words: str) -> Version:
    profile, _, number = words.rpartition("@")
    if profile not in [member.address for member in members] or not _is_number(number):
        raise NotFound(
            f"{words} is no version of this app on that channel.",
            f"See `shipway version list {members[0].address}`.",
        )
    return versions.read(tx, profile, int(number))


def _by_words(tx: Connection, member: Profile, words: str) -> list[Version]:
    """A version's number goes before a marketing version of the same look, such as `7`."""
    numbered = versions.with_number(tx, member.id, int(words)) if _is_number(words) else None
    return [numbered] if numbered else versions.with_marketing(tx, member.id, words)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS


def _check_something(app: Row[Any], items: list[PlanItem]) -> None:
    if all(item.action is ItemAction.KEEP for item in items):
        raise Refused(
            f"There is nothing to publish of {app.address}.",
            "Mark a version as candidate, or select one per channel.",
        )


def facts_of(version: Version) -> VersionFacts:
    """What an adapter is told of a version; its file is only known inside a lane."""
    return VersionFacts(
        address=version.address,
        number=version.number,
        channel=version.channel,
        platform=version.platform,
        format=version.format,
        digest=version.sha256,
        size=version.size,
        file_name=version.file_name,
        identifier=version.identifier,
        name=version.name,
        version=version.version,
        build=version.build,
        min_os=version.min_os,
        notes=version.notes,
        facts=version.facts,
    )
