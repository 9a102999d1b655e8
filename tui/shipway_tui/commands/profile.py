"""`shipway profile`: the publish profiles."""

from typing import Any

import click
import msgspec
from shipway_client.client import Client
from shipway_client.live import live_among
from shipway_client.wire import ChangeProfile, CreateProfile, Duplicates, Mismatch, Profile
from shipway_client.wire.queries import PROFILES
from shipway_plugins.words import Severity

from shipway_tui.commands.asking import ask
from shipway_tui.commands.gone import say_gone
from shipway_tui.commands.listing import none_of, show_list
from shipway_tui.commands.names import APP
from shipway_tui.commands.options import json_option, list_options, profile_argument, query_options
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import or_dash, when
from shipway_tui.commands.quiet import say
from shipway_tui.commands.retention import changed, in_words, retention_options
from shipway_tui.commands.shape import Group


def _latest(profile: Profile) -> str:
    if profile.latest is None:
        return "-"
    numbers = f"{or_dash(profile.latest_version)} ({or_dash(profile.latest_build)})"
    return f"@{profile.latest} {numbers}"


COLUMNS = (
    Column[Profile]("PROFILE", lambda profile: profile.address),
    Column[Profile]("CHANNEL", lambda profile: profile.channel),
    Column[Profile]("IDENTIFIER", lambda profile: or_dash(profile.identifier)),
    Column[Profile]("LATEST", _latest),
    Column[Profile]("CANDIDATE", lambda profile: _number(profile.candidate)),
)


#: The word that takes a rule away.
_NONE = "none"


@click.group(name="profile", cls=Group)
def command() -> None:
    """Publish profiles: an app on a channel."""


@command.command("create")
@click.argument("name", metavar="[OWNER/]NAME")
@click.option("--channel", required=True, metavar="C", help="For instance android-phone.")
@click.option(
    "--app", type=APP, metavar="A", help="The app it belongs to; else one of its own name."
)
@click.option("--identifier", metavar="ID", help="Else adopted from its first binary.")
@json_option
def create(
    name: str, *, channel: str, app: str | None, identifier: str | None, as_json: bool
) -> None:
    """Make a profile."""
    owner, slash, rest = name.partition("/")
    request = CreateProfile(
        name=rest if slash else name,
        owner=owner if slash else None,
        channel=channel,
        app=app,
        identifier=identifier,
    )
    _say("Made", ask(lambda client: client.profiles.create(request)), as_json=as_json)


@command.command("list")
@query_options(PROFILES)
@list_options
def list_profiles(*, query: str | None, sort: str | None, as_json: bool, limit: int | None) -> None:
    """List the profiles, by address."""
    show_list(
        lambda client, after, count: client.profiles.list(
            query=query, sort=sort, after=after, limit=count
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=none_of(
            query,
            "No profiles. Watch a build folder with `shipway watch add DIR`, or make one with "
            "`shipway profile create`.",
        ),
    )


@command.command("show")
@profile_argument
@json_option
def show(address: str, *, as_json: bool) -> None:
    """Show a profile with its settings."""
    profile = ask(lambda client: client.profiles.show(address))
    if as_json:
        print_object(profile)
    else:
        print_details(_details(profile))


@command.command("rename")
@profile_argument
@click.argument("name", metavar="NEW-NAME")
@json_option
def rename(address: str, name: str, *, as_json: bool) -> None:
    """Give a profile another name; its owner and its versions stay."""
    request = ChangeProfile(name=name)
    _say("Renamed", ask(lambda client: client.profiles.change(address, request)), as_json=as_json)


@command.command("set")
@profile_argument
@click.option(
    "--duplicates",
    type=click.Choice([word.value for word in Duplicates]),
    help="Other bytes of the same version and build: accept them (default), or refuse.",
)
@click.option(
    "--mismatch",
    type=click.Choice([word.value for word in Mismatch]),
    help="A binary of another identifier: flag it (default), or refuse.",
)
@click.option(
    "--require-newer-build",
    type=click.Choice([*(word.value for word in Severity), _NONE]),
    help="How much it weighs when a build is not newer than the last; none: nothing.",
)
@retention_options
@json_option
def set_profile(
    address: str,
    *,
    duplicates: str | None,
    mismatch: str | None,
    require_newer_build: str | None,
    as_json: bool,
    **kept: Any,
) -> None:
    """Change the rules of a profile; what is not named stays.

    Without --keep-last and --keep-days versions are kept for ever; with both, one goes only when
    both let it go. The newest one always stays.
    """
    keeps = any(value is not None for value in kept.values())
    if not (duplicates or mismatch or require_newer_build or keeps):
        raise click.UsageError("Name at least one setting to change.")
    request = ChangeProfile(
        duplicates=Duplicates(duplicates) if duplicates else None,
        mismatch=Mismatch(mismatch) if mismatch else None,
        require_newer_build=_newer(require_newer_build),
    )
    given = kept if keeps else None
    profile = ask(lambda client: _change(client, address, request, given))
    _say("Changed", profile, as_json=as_json)


def _newer(word: str | None) -> Severity | msgspec.UnsetType | None:
    if word is None:
        return msgspec.UNSET
    return None if word == _NONE else Severity(word)


async def _change(
    client: Client, address: str, request: ChangeProfile, kept: dict[str, Any] | None
) -> Profile:
    """Change what was named; a retention is sent whole, so what is there is asked for first."""
    if kept is not None:
        there = (await client.profiles.show(address)).settings.retention
        request = msgspec.structs.replace(request, retention=changed(there, **kept))
    return await client.profiles.change(address, request)


@command.command("delete")
@profile_argument
@click.option("--confirm", metavar="OWNER/NAME", help="The address again, instead of typing it.")
@json_option
def delete(address: str, *, confirm: str | None, as_json: bool) -> None:
    """Delete a profile with all its versions; what stores hold stays there."""
    profile, places = ask(lambda client: _with_places(client, address))
    where = f" It is live in {', '.join(map(safe, places))}, and stays there." if places else ""
    if confirm is None and profile.latest is not None:
        from shipway_tui.commands.confirm import typed

        warning = f"{safe(address)} has versions, which are deleted with it.{where}"
        confirm = typed(warning, address, "--confirm")
    ask(lambda client: client.profiles.delete(address, confirm))
    say_gone(address, f"Deleted {safe(address)}.{where}", as_json=as_json, live=places)


async def _with_places(client: Client, address: str) -> tuple[Profile, list[str]]:
    """Read a profile, and the environments where one of its versions is live."""
    profile = await client.profiles.show(address)
    return profile, [one.environment for one in await live_among(client, address)]


def _say(what: str, profile: Profile, *, as_json: bool) -> None:
    if as_json:
        print_object(profile)
    else:
        address = safe(profile.address)
        say(f"{what} {address} ({safe(profile.channel)}).", only=address)


def _details(profile: Profile) -> list[tuple[str, str]]:
    settings = profile.settings
    return [
        ("profile", profile.address),
        ("app", profile.app),
        ("channel", profile.channel),
        ("identifier", or_dash(profile.identifier)),
        ("latest", _latest(profile)),
        ("candidate", _number(profile.candidate)),
        ("duplicates", settings.duplicates),
        ("mismatch", settings.mismatch),
        ("require newer build", or_dash(settings.require_newer_build)),
        ("keeps", in_words(settings.retention)),
        ("created", when(profile.created_at)),
    ]


def _number(number: int | None) -> str:
    return "-" if number is None else f"@{number}"
