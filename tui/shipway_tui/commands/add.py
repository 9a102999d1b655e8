"""`shipway add`: ingest files by hand."""

from pathlib import Path

import click
from shipway_client.errors import NoDaemon, ShipwayError
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


@click.command(name="add", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--profile", type=ProfileAddress(), help="File it here, whatever it says it is.")
@click.option("--channel", help="For instance ios-tablet; else read from the file.")
@notes_options
@click.option("--candidate", is_flag=True, help="Mark it as release candidate.")
@click.option("--build-version", metavar="V", help="The version, where the file does not say.")
@click.option("--build-number", metavar="N", help="The build, where the file does not say.")
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
    upload: bool,
    as_json: bool,
    **facts: str | None,
) -> int:
    """Ingest binaries by hand.

    A file that the daemon cannot read is uploaded; an upload that broke off goes on when the same
    command is given again. The same bytes again answer with the version that has them. What is
    wrong with one file does not stop the others. What is not said of the build of a file that is
    not uploaded is read from its sidecar FILE.shipway.json, and from the git checkout around it.
    """
    text = chosen_notes(notes, notes_file)
    code = 0
    for file in files:
        request = AddFile(
            path=str(Path(file).absolute()),
            profile=profile,
            channel=channel,
            notes=text,
            candidate=candidate,
            build_version=build_version,
            build_number=build_number,
            facts=BuildFacts(**facts),
        )
        code = _add(request, upload=upload, as_json=as_json) or code
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
    return 0


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
