"""Asking for what an ended job was asked for, as a new job."""

from shipway_client.wire import Job, JobState, RetryRequest

from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.queueing import submit_or_queue


def why_no_retry(job: Job) -> str:
    """Say why a job cannot be retried now; empty when it can."""
    return "" if job.state is JobState.DONE else "This job has not ended."


async def retry(place: Place, job: Job) -> Job | None:
    """Ask first, then the daemon; where the environment is Busy, offer to wait in its queue."""
    question = f"Retry job {job.id}?\nA new job asks for the same, by the rules of today."
    if not await place.app.push_screen_wait(ConfirmPrompt(question, "Retry")):
        return None
    jobs = place.desk.client.jobs
    submit = submit_or_queue(place.app, lambda queue: jobs.retry(job.id, RetryRequest(queue=queue)))
    return await place.ask(submit)
