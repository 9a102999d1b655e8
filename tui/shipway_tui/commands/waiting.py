"""Waiting for a job on a person's behalf, and saying how it ended."""

import click
from shipway_client.client import Client
from shipway_client.errors import Failed
from shipway_client.wire import Job, JobOutcome

from shipway_tui.commands.asking import ask
from shipway_tui.commands.following import follow
from shipway_tui.commands.output.details import print_findings
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import or_dash
from shipway_tui.commands.quiet import is_quiet
from shipway_tui.commands.stages import StageView, stage_view

#: What a shell expects of a program that ctrl+c ended.
DETACHED = 130

EXIT_CODES = {
    JobOutcome.VERIFIED: 0,
    JobOutcome.FAILED: 1,
    JobOutcome.UNVERIFIED: 7,
    JobOutcome.CANCELLED: 8,
}


def wait_and_say(number: int, *, as_json: bool) -> int:
    """Wait for a job, print how it ended, and return the exit code of its outcome.

    Ctrl+c stops the waiting only: the job runs in the daemon.

    Raises:
        Failed: The job did; the sentence is its reason.
    """
    job = wait_for(number, quiet=as_json)
    return DETACHED if job is None else say_end(job, as_json=as_json)


def wait_for(number: int, *, quiet: bool) -> Job | None:
    """Wait until a job is done; None when ctrl+c took us away from it."""
    view = stage_view(quiet=quiet)
    try:
        return ask(lambda client: _last(client, number, view))
    except KeyboardInterrupt:
        view.close()
        click.echo(
            f"Job {number} goes on without you: `shipway job show {number} --wait` watches it, "
            f"`shipway job cancel {number}` stops it.",
            err=True,
        )
        return None


async def _last(client: Client, number: int, view: StageView) -> Job:
    job: Job | None = None
    async for job in follow(client, number):
        view.show(job)
    view.close()
    if job is None:
        raise Failed(f"Nothing was heard of job {number}.")
    return job


def say_end(job: Job, *, as_json: bool) -> int:
    """Print how a job ended and return its exit code.

    Raises:
        Failed: The job did.
    """
    if as_json:
        print_object(job)
    elif not is_quiet():
        _print_end(job)
    if job.outcome is None or job.outcome is JobOutcome.FAILED:
        reason = job.reason or f"Job {job.id} failed without a reason."
        raise Failed(reason, job.hint or f"See `shipway job log {job.id}`.")
    return EXIT_CODES[job.outcome]


def _print_end(job: Job) -> None:
    print_findings(job.findings)
    what = f"job {job.id}, {or_dash(job.app)} in {or_dash(job.environment)}"
    reason = f": {job.reason}" if job.reason else ""
    click.echo(safe(f"{what}: {job.outcome or 'ended'}{reason}"))
    if job.receipt is None:
        return
    for item in job.receipt.items:
        click.echo(safe(f"  {item.channel}  {item.digest}"))
    if job.receipt.message:
        click.echo(safe(f"  {job.receipt.message}"))
