"""`shipway unpublish`: take an app out of an environment."""

import click
from shipway_client.wire import UnpublishRequest

from shipway_tui.commands.asking import ask
from shipway_tui.commands.names import APP, ENVIRONMENT
from shipway_tui.commands.options import json_option
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.shape import Command
from shipway_tui.commands.submitting import say_submitted
from shipway_tui.commands.waiting import wait_and_say


@click.command(name="unpublish", cls=Command)
@click.option("--app", type=APP, required=True, metavar="APP", help="See `shipway app list`.")
@click.option(
    "--env",
    "environment",
    type=ENVIRONMENT,
    required=True,
    metavar="ENV",
    help="Where to take it out.",
)
@click.option("--queue", is_flag=True, help="Wait for a busy environment instead of giving up.")
@click.option("--force", is_flag=True, help="Go on in spite of findings that allow it.")
@click.option("--no-wait", is_flag=True, help="Return when the job is submitted.")
@click.option("--confirm-remove", metavar="APP", help="The app again, instead of typing it.")
@json_option
def command(
    *,
    app: str,
    environment: str,
    queue: bool,
    force: bool,
    no_wait: bool,
    confirm_remove: str | None,
    as_json: bool,
) -> int:
    """Take an app out of an environment.

    All its channels are removed there; its versions stay here.
    """
    if confirm_remove is None:
        from shipway_tui.commands.confirm import typed

        warning = f"All of {safe(app)} will be taken out of {safe(environment)}."
        confirm_remove = typed(warning, app, "--confirm-remove")
    request = UnpublishRequest(
        app=app, environment=environment, queue=queue, force=force, confirm_remove=confirm_remove
    )
    job = ask(lambda client: client.jobs.unpublish(request))
    if no_wait:
        return say_submitted(job, as_json=as_json)
    return wait_and_say(job.id, as_json=as_json)
