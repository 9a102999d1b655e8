"""`shipway publish`: bring versions of an app into an environment."""

import click
from shipway_client.errors import Refused, WrongUsage
from shipway_client.wire import Preview, PublishRequest
from shipway_plugins.words import Copy, ItemAction, PublishState, Severity, SigningAction

from shipway_tui.commands.asking import ask
from shipway_tui.commands.names import APP, ENVIRONMENT
from shipway_tui.commands.options import json_option
from shipway_tui.commands.output.details import print_findings
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import or_dash
from shipway_tui.commands.selecting import parsed_selections, parsed_targets
from shipway_tui.commands.shape import Command
from shipway_tui.commands.submitting import say_submitted
from shipway_tui.commands.waiting import wait_and_say


@click.command(name="publish", cls=Command)
@click.option("--app", type=APP, required=True, metavar="APP", help="See `shipway app list`.")
@click.option(
    "--env", "environment", type=ENVIRONMENT, required=True, metavar="ENV", help="Where to publish."
)
@click.option(
    "--select",
    "selections",
    multiple=True,
    metavar="CHANNEL=VERSION|keep|remove",
    help="What the environment shall hold on a channel: owner/name@7, 7, or 1.2.3 where that is "
    "unique. Without it, the current candidate of each profile. Repeatable.",
)
@click.option("--preview", is_flag=True, help="A copy that installs beside the production one.")
@click.option("--production", is_flag=True, help="The production copy (default).")
@click.option("--sign-only", is_flag=True, help="Sign, or leave the bytes as they are (default).")
@click.option("--wrap", is_flag=True, help="Wrap, where the environment can.")
@click.option("--draft", is_flag=True, help="Seen by operators only (default).")
@click.option("--active", is_flag=True, help="Offered to its targets; needs --target.")
@click.option(
    "--target", "targets", multiple=True, metavar="group:G|user:U", help="For whom. Repeatable."
)
@click.option("--queue", is_flag=True, help="Wait for a busy environment instead of giving up.")
@click.option("--force", is_flag=True, help="Publish in spite of findings that allow it.")
@click.option("--no-wait", is_flag=True, help="Return when the job is submitted.")
@click.option("--confirm-remove", metavar="APP", help="The app again, where a channel is removed.")
@click.option("--dry-run", is_flag=True, help="Print the plan and its findings; change nothing.")
@json_option
def command(
    *,
    app: str,
    environment: str,
    selections: tuple[str, ...],
    preview: bool,
    production: bool,
    sign_only: bool,
    wrap: bool,
    draft: bool,
    active: bool,
    targets: tuple[str, ...],
    queue: bool,
    force: bool,
    no_wait: bool,
    confirm_remove: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Publish an app to an environment.

    Waits until the store has been read back, and shows the stages meanwhile.

    Exits 0 when it is verified, 7 when it could not be, 1 when it failed, 8 when it was cancelled,
    4 when a rule stands against it and 5 when the environment is busy. Ctrl+c stops the waiting
    only; the job goes on in the daemon.
    """
    refuse_both(preview=preview, production=production)
    refuse_both(**{"sign-only": sign_only, "wrap": wrap})
    refuse_both(draft=draft, active=active)
    refuse_both(preview=preview, wrap=wrap)
    request = PublishRequest(
        app=app,
        environment=environment,
        selections=parsed_selections(selections),
        copy=Copy.PREVIEW if preview else Copy.PRODUCTION,
        signing=SigningAction.WRAP if wrap else SigningAction.SIGN_ONLY,
        state=PublishState.ACTIVE if active else PublishState.DRAFT,
        targets=parsed_targets(targets),
        queue=queue,
        force=force,
        confirm_remove=confirm_remove,
    )
    if dry_run:
        return _preview(request, as_json=as_json)
    request = _confirmed(request)
    job = ask(lambda client: client.jobs.publish(request))
    if no_wait:
        return say_submitted(job, as_json=as_json)
    return wait_and_say(job.id, as_json=as_json)


def refuse_both(**given: bool) -> None:
    """Refuse two options that exclude each other.

    Raises:
        WrongUsage: Both were given.
    """
    if all(given.values()):
        raise WrongUsage(f"{' and '.join(f'--{name}' for name in given)} exclude each other.")


def _preview(request: PublishRequest, *, as_json: bool) -> int:
    shown = ask(lambda client: client.jobs.preview(request))
    if as_json:
        print_object(shown)
    else:
        _print_preview(shown)
    refused = any(finding.severity is Severity.ERROR for finding in shown.findings)
    return Refused.exit_code if refused else 0


def _print_preview(shown: Preview) -> None:
    plan = shown.plan
    click.echo(
        safe(
            f"{plan.app} to {plan.environment}: {plan.copy}, {plan.signing}, {plan.state}"
            + (f", for {', '.join(plan.targets)}" if plan.targets else "")
        )
    )
    for item in plan.items:
        chosen = item.version
        what = f"  {chosen.address}  {or_dash(chosen.version)}" if chosen else ""
        now = ", ".join(or_dash(entry.version) for entry in item.current)
        click.echo(safe(f"  {item.channel}  {item.action}{what}  (now {now or 'nothing'})"))
    print_findings(shown.findings)


def _confirmed(request: PublishRequest) -> PublishRequest:
    """Have a removal confirmed by its app's address, unless the option did."""
    removed = [
        selection.channel
        for selection in request.selections
        if selection.action is ItemAction.REMOVE
    ]
    if not removed or request.confirm_remove is not None:
        return request
    import msgspec

    from shipway_tui.commands.confirm import typed

    channels = ", ".join(map(safe, removed))
    warning = f"{channels} of {safe(request.app)} will be removed from {safe(request.environment)}."
    answer = typed(warning, request.app, "--confirm-remove")
    return msgspec.structs.replace(request, confirm_remove=answer)
