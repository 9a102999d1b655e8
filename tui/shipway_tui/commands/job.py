"""`shipway job`: the attempts, kept for ever."""

import click
import msgspec
from shipway_client.client import Client
from shipway_client.errors import Refused
from shipway_client.wire import Job, JobOutcome, JobState, LogLine, Page, RetryRequest
from shipway_client.wire.queries import JOBS

from shipway_tui.commands.asking import ask
from shipway_tui.commands.listing import PAGE, none_of, show_list
from shipway_tui.commands.names import ENVIRONMENT, JOB
from shipway_tui.commands.numbers import WholeNumber
from shipway_tui.commands.options import json_option, list_options, query_options
from shipway_tui.commands.output.details import print_details, print_findings
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.values import or_dash, progress, when
from shipway_tui.commands.quiet import say
from shipway_tui.commands.shape import Group
from shipway_tui.commands.standing import standing
from shipway_tui.commands.submitting import say_submitted
from shipway_tui.commands.waiting import wait_and_say, wait_for


def _word(job: Job) -> str:
    return job.outcome or job.state


COLUMNS = (
    Column[Job]("JOB", lambda job: str(job.id), right=True),
    Column[Job]("KIND", lambda job: job.kind),
    Column[Job]("APP", lambda job: or_dash(job.app)),
    Column[Job]("ENVIRONMENT", lambda job: or_dash(job.environment)),
    Column[Job]("STATE", _word, word=_word),
    Column[Job]("CREATED", lambda job: when(job.created_at)),
    Column[Job]("REASON", standing),
)

LOG_COLUMNS = (
    Column[LogLine]("AT", lambda line: line.at),
    Column[LogLine]("LINE", lambda line: line.line, key=True),
)

job_argument = click.argument("number", type=JOB, metavar="JOB")


@click.group(name="job", cls=Group)
def command() -> None:
    """Jobs: who published what, and how it ended."""


@command.command("list")
@click.option(
    "--env", "environment", type=ENVIRONMENT, metavar="ENV", help="Only those of one environment."
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(state) for state in JobState]),
    help="Only those in this state. Repeatable.",
)
@query_options(JOBS)
@list_options
def list_jobs(
    *,
    environment: str | None,
    states: tuple[str, ...],
    query: str | None,
    sort: str | None,
    as_json: bool,
    limit: int | None,
) -> None:
    """List the jobs, newest first."""
    chosen = [JobState(state) for state in states]
    none = "No jobs yet. Submit one with `shipway publish`."
    show_list(
        lambda client, after, count: client.jobs.list(
            environment=environment,
            state=chosen,
            query=query,
            sort=sort,
            after=after,
            limit=count,
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=f"No job is {' or '.join(states)}." if states else none_of(query, none),
    )


@command.command("show")
@job_argument
@click.option("--wait", is_flag=True, help="Wait until it is done; exits as `publish` does.")
@json_option
def show(number: int, *, wait: bool, as_json: bool) -> int:
    """Show a job with its stages."""
    job = ask(lambda client: client.jobs.show(number))
    if wait:
        return wait_and_say(number, as_json=as_json)
    if as_json:
        print_object(job)
        return 0
    print_details(_details(job))
    print_findings(job.findings)
    return 0


@command.command("log")
@job_argument
@click.option("--tail", type=WholeNumber(1, PAGE), metavar="N", help="Only the last N lines.")
@click.option("--query", metavar="TEXT", help="Only lines that hold this text.")
@list_options
def log(
    number: int, *, tail: int | None, query: str | None, as_json: bool, limit: int | None
) -> None:
    """Print the log of a job, oldest line first."""
    show_list(
        lambda client, after, count: _log_page(client, number, tail, query, after, count),
        LOG_COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=none_of(query, "The log is empty."),
    )


async def _log_page(
    client: Client, job: int, tail: int | None, query: str | None, after: str | None, count: int
) -> Page[LogLine]:
    """Read a page from the beginning on, or the end of a log, which is one page."""
    if tail is None:
        return await client.jobs.log(job, query=query, after=after, limit=count)
    page = await client.jobs.log(job, query=query, tail=tail)
    return msgspec.structs.replace(page, items=page.items[:count], after=None)


@command.command("cancel")
@job_argument
@click.option("--no-wait", is_flag=True, help="Return when it was asked to stop.")
@json_option
def cancel(number: int, *, no_wait: bool, as_json: bool) -> int:
    """Stop a job, and wait until it has ended; exits 4 when it ended otherwise before."""
    job = ask(lambda client: client.jobs.cancel(number))
    if no_wait:
        return say_submitted(job, as_json=as_json)
    ended = wait_for(number, quiet=as_json)
    if ended is None:
        return 130
    if as_json:
        print_object(ended)
    if ended.outcome is not JobOutcome.CANCELLED:
        raise Refused(
            f"Job {number} could not be cancelled any more: it ended {ended.outcome or 'before'}.",
            f"See `shipway job show {number}`.",
        )
    if not as_json:
        say(f"Job {number} is cancelled.")
    return 0


@command.command("retry")
@job_argument
@click.option("--queue", is_flag=True, help="Wait for a busy environment instead of giving up.")
@click.option("--force", is_flag=True, help="Go on in spite of findings that allow it.")
@click.option("--no-wait", is_flag=True, help="Return when the job is submitted.")
@json_option
def retry(number: int, *, queue: bool, force: bool, no_wait: bool, as_json: bool) -> int:
    """Do what an ended job was to do, as a new job by the rules of now.

    The same versions go to the same environment. Waits and exits as `publish` does.
    """
    request = RetryRequest(queue=queue, force=force)
    job = ask(lambda client: client.jobs.retry(number, request))
    if no_wait:
        return say_submitted(job, as_json=as_json)
    return wait_and_say(job.id, as_json=as_json)


def _details(job: Job) -> list[tuple[str, str]]:
    pairs = [
        ("job", str(job.id)),
        ("kind", job.kind),
        ("app", or_dash(job.app)),
        ("environment", or_dash(job.environment)),
        ("state", _word(job)),
        ("reason", or_dash(standing(job))),
        ("hint", or_dash(job.hint)),
        ("by", job.actor),
        ("created", when(job.created_at)),
        ("started", or_dash(when(job.started_at))),
        ("finished", or_dash(when(job.finished_at))),
    ]
    if job.tries > 1:
        pairs.append(("tries", str(job.tries)))
    if job.retry_of is not None:
        pairs.append(("retry of", f"job {job.retry_of}"))
    pairs += [
        (f"  {stage.name}", f"{stage.state}  {stage.detail}".rstrip()) for stage in job.stages
    ]
    if job.progress is not None:
        pairs.append(("progress", f"{job.progress.stage}  {progress(job.progress)}"))
    if job.receipt is not None:
        pairs += [(f"sent {item.channel}", item.digest) for item in job.receipt.items]
    return pairs
