"""`shipway add`: ingest files by hand."""

from contextlib import nullcontext
from pathlib import Path

import click
import msgspec
from shipway_client.errors import NoDaemon, ShipwayError, WrongUsage
from shipway_client.wire import AddFile, Ingested
from shipway_plugins.words import BuildFacts

from shipway_tui.commands.asking import ask
from shipway_tui.commands.build_facts import facts_options
from shipway_tui.commands.ingesting import ingest
from shipway_tui.commands.notes import chosen_notes, notes_options
from shipway_tui.commands.options import ProfileAddress, json_option
from shipway_tui.commands.output.details import print_findings
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.problems import print_problem
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import or_dash
from shipway_tui.commands.quiet import is_quiet, say
from shipway_tui.commands.shape import Command
from shipway_tui.commands.standard_input import STANDARD_INPUT, spooled


@click.command(name="add", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--profile", type=ProfileAddress(), help="File it here, whatever it says it is.")
@click.option("--channel", help="For instance ios-tablet; else read from the file.")
@notes_options
@click.option("--candidate", is_flag=True, help="Mark it as release candidate.")
@click.option("--build-version", metavar="V", help="The version, where the file does not say.")
@click.option("--build-number", metavar="N", help="The build, where the file does not say.")
@click.option("--name", metavar="NAME", help="The file's name, where it is standard input.")
@facts_options
@click.option("--upload", is_flag=True, help="Send the file, even if the daemon can read it.")
@json_option
def command(
    files: tuple[str, ...],
    *,
    profile: str | None,
    channel: str | None,
    notes: str | None,
    notes_file: str | None,
    candidate: bool,
    build_version: str | None,
    build_number: str | None,
    name: str | None,
    upload: bool,
    as_json: bool,
    **facts: str | None,
) -> int:
    """Ingest binaries by hand; - is standard input.

    A file that the daemon cannot read is uploaded; an upload that broke off goes on when the same
    command is given again. The same bytes again answer with the version that has them. What is
    wrong with one file does not stop the others. What is not said of the build of a file that is
    not uploaded is read from its sidecar FILE.shipway.json, and from the git checkout around it.
    """
    said = AddFile(
        path="",
        profile=profile,
        channel=channel,
        notes=chosen_notes(notes, notes_file),
        candidate=candidate,
        build_version=build_version,
        build_number=build_number,
        facts=BuildFacts(**facts),
    )
    if files.count(STANDARD_INPUT) + (notes_file == STANDARD_INPUT) > 1:
        raise WrongUsage("Standard input can be read once only.")
    code = 0
    for file in files:
        with spooled(name) if file == STANDARD_INPUT else nullcontext(Path(file)) as path:
            request = msgspec.structs.replace(said, path=str(path.absolute()))
            sent = upload or file == STANDARD_INPUT
            code = _add(request, upload=sent, as_json=as_json) or code
    return code


def _add(request: AddFile, *, upload: bool, as_json: bool) -> int:
    """Ingest one file; what is wrong with it does not keep the others from going on."""
    try:
        ingested = ask(lambda client: ingest(client, request, upload=upload))
    except NoDaemon:
        raise
    except ShipwayError as error:
        print_problem(error, as_json=as_json)
        return error.exit_code
    if as_json:
        print_object(ingested)
    else:
        _print(ingested)
        _tell_unchanged(request, ingested)
    return 0


def _tell_unchanged(request: AddFile, ingested: Ingested) -> None:
    """Say what was said in vain: a version that is there stays as it is, but for its mark."""
    facts = [name for name, told in msgspec.structs.asdict(request.facts).items() if told]
    numbers = [name for name in ("build_version", "build_number") if getattr(request, name)]
    said = [*(["notes"] if request.notes else []), *numbers, *facts]
    if ingested.created or not said or is_quiet():
        return
    names = ", ".join(f"--{name.replace('_', '-')}" for name in said)
    click.echo(f"It stays as it was: {names} changed nothing.", err=True)
    if request.notes:
        address = safe(ingested.version.address)
        click.echo(f"`shipway version notes {address} TEXT` changes its notes.", err=True)


def _print(ingested: Ingested) -> None:
    version = ingested.version
    what = "Added" if ingested.created else "Already there"
    numbers = f"{or_dash(version.version)} ({or_dash(version.build)})"
    say(
        f"{what}: {safe(version.address)}, {safe(numbers)}, {version.state}.",
        only=safe(version.address),
    )
    if not is_quiet():
        print_findings(version.findings)
