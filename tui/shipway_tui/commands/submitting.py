"""Saying that a job was submitted, to who does not wait for it."""

from shipway_client.wire import Job

from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.quiet import say


def say_submitted(job: Job, *, as_json: bool) -> int:
    """Print the job, or how to watch it."""
    if as_json:
        print_object(job)
    else:
        say(
            f"Submitted job {job.id}: `shipway job show {job.id} --wait` watches it.",
            only=str(job.id),
        )
    return 0
