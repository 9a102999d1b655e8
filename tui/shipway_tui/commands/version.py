"""`shipway version`: the versions of a profile, and what may change of them."""

import click
from shipway_client.client import Client
from shipway_client.live import live_in
from shipway_client.reading import readings
from shipway_client.wire import ChangeVersion, Reading, Version
from shipway_client.wire.queries import VERSIONS

from shipway_tui.commands.asking import ask
from shipway_tui.commands.build_facts import facts_details
from shipway_tui.commands.gone import say_gone
from shipway_tui.commands.listing import none_of, show_list
from shipway_tui.commands.notes import chosen_notes
from shipway_tui.commands.options import (
    ProfileAddress,
    json_option,
    list_options,
    query_options,
    version_argument,
)
from shipway_tui.commands.output.details import print_details, print_findings
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import digest, or_dash, size, when
from shipway_tui.commands.quiet import say
from shipway_tui.commands.shape import Group
from shipway_tui.commands.version_diff import diff
from shipway_tui.commands.version_file import download


def _candidate(version: Version) -> str:
    if not version.candidate:
        return ""
    return "current" if version.current else "yes"


COLUMNS = (
    Column[Version]("ADDRESS", lambda version: version.address),
    Column[Version]("VERSION", lambda version: or_dash(version.version)),
    Column[Version]("BUILD", lambda version: or_dash(version.build)),
    Column[Version]("STATE", lambda version: version.state, word=lambda version: version.state),
    Column[Version]("CANDIDATE", _candidate),
    Column[Version]("SIZE", lambda version: size(version.size), right=True),
    Column[Version]("SHA-256", lambda version: digest(version.sha256)),
)


@click.group(name="version", cls=Group)
def command() -> None:
    """Versions: the binaries of a profile, numbered from 1."""


@command.command("list")
@click.argument("profile", type=ProfileAddress(), metavar="[OWNER/NAME]", required=False)
@query_options(VERSIONS)
@list_options
def list_versions(
    profile: str | None,
    *,
    query: str | None,
    sort: str | None,
    as_json: bool,
    limit: int | None,
) -> None:
    """List the versions of a profile, or of all, newest first."""
    show_list(
        lambda client, after, count: client.versions.list(
            profile=profile, query=query, sort=sort, after=after, limit=count
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=none_of(
            query,
            "No versions. Bring one with `shipway add FILE`, or watch a build folder.",
        ),
    )


@command.command("show")
@version_argument
@json_option
def show(address: str, *, as_json: bool) -> None:
    """Show a version: what was read from it, its notes and findings."""
    version = ask(lambda client: client.versions.show(address))
    if as_json:
        print_object(version)
        return
    print_details(_details(version))
    if version.notes:
        click.echo("\n" + "\n".join(safe(line) for line in version.notes.splitlines()))
    if version.findings:
        click.echo()
        print_findings(version.findings)


@command.command("set")
@version_argument
@click.option("--version", "number", metavar="V", help="The version that could not be read.")
@click.option("--build", metavar="B", help="The build that could not be read.")
@json_option
def set_version(address: str, *, number: str | None, build: str | None, as_json: bool) -> None:
    """Give once what could not be read from an incomplete version."""
    if number is None and build is None:
        raise click.UsageError("Give --version, --build, or both.")
    request = ChangeVersion(version=number, build=build)
    _say("Changed", ask(lambda client: client.versions.change(address, request)), as_json=as_json)


@command.command("notes")
@version_argument
@click.argument("text", required=False)
@click.option(
    "--file",
    type=click.Path(),
    metavar="FILE",
    help="Notes from a UTF-8 file; - is standard input.",
)
@json_option
def notes(address: str, text: str | None, *, file: str | None, as_json: bool) -> None:
    """Print the release notes, or write them anew."""
    chosen = chosen_notes(text, file)
    if chosen is None:
        version = ask(lambda client: client.versions.show(address))
        if not as_json:
            click.echo("\n".join(safe(line) for line in version.notes.splitlines()))
            return
    else:
        request = ChangeVersion(notes=chosen)
        version = ask(lambda client: client.versions.change(address, request))
    _say("Notes written for", version, as_json=as_json)


@command.command("candidate")
@version_argument
@json_option
def candidate(address: str, *, as_json: bool) -> None:
    """Mark a version as release candidate; it becomes its profile's current one."""
    _say("Marked", ask(lambda client: client.versions.mark_candidate(address)), as_json=as_json)


@command.command("uncandidate")
@version_argument
@json_option
def uncandidate(address: str, *, as_json: bool) -> None:
    """Take the candidate mark away."""
    _say("Unmarked", ask(lambda client: client.versions.unmark_candidate(address)), as_json=as_json)


@command.command("reject")
@version_argument
@click.option("--message", required=True, metavar="TEXT", help="Why; kept with the version.")
@json_option
def reject(address: str, *, message: str, as_json: bool) -> None:
    """Reject a version for ever."""
    version = ask(lambda client: client.versions.reject(address, message))
    _say("Rejected", version, as_json=as_json)


@command.command("delete")
@version_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def delete(address: str, *, yes: bool, as_json: bool) -> None:
    """Delete a version here; what stores hold of it stays there."""
    from shipway_tui.commands.confirm import agreed

    places = ask(lambda client: _places(client, address))
    where = f" It is live in {', '.join(map(safe, places))}, and stays there." if places else ""
    agreed(f"{safe(address)} will be deleted.{where}", yes=yes)
    ask(lambda client: client.versions.delete(address))
    say_gone(address, f"Deleted {safe(address)}.{where}", as_json=as_json, live=places)


async def _places(client: Client, address: str) -> list[str]:
    """Name every environment where a version is live; an unknown version is an error first."""
    found = await live_in(client, await client.versions.show(address))
    return [one.environment for one in found]


command.add_command(diff)
command.add_command(download)


def _say(what: str, version: Version, *, as_json: bool) -> None:
    if as_json:
        print_object(version)
        return
    numbers = f"{or_dash(version.version)} ({or_dash(version.build)})"
    say(f"{what} {safe(version.address)}, {safe(numbers)}, {version.state}.")


def _details(version: Version) -> list[tuple[str, str]]:
    return [
        ("address", version.address),
        ("state", version.state),
        ("rejected", version.rejected or "-"),
        ("candidate", _candidate(version) or "no"),
        ("version", or_dash(version.version)),
        ("build", or_dash(version.build)),
        ("name", or_dash(version.name)),
        ("identifier", or_dash(version.identifier)),
        ("channel", version.channel),
        ("platform", version.platform),
        ("format", version.format),
        ("minimum OS", or_dash(version.min_os)),
        ("target OS", or_dash(version.target_os)),
        ("file", version.file_name),
        ("size", f"{size(version.size)} ({version.size} bytes)"),
        ("SHA-256", version.sha256),
        *facts_details(version.facts),
        ("created", when(version.created_at)),
        *_read(version),
    ]


def _read(version: Version) -> list[tuple[str, str]]:
    """What was read from the binary beyond what every version has."""
    return [
        (f"{one.section} {one.name}", one.value if isinstance(one.value, str) else _joined(one))
        for one in readings(version.inspection)
        if one.section
    ]


def _joined(reading: Reading) -> str:
    return ", ".join(reading.value) or "-"
