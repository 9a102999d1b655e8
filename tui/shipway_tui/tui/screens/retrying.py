"""Asking for what an ended job was asked for, as a new job."""

from shipway_client.errors import Busy, ShipwayError
from shipway_client.wire import Job, JobState, RetryRequest

from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.screens.prompts import ConfirmPrompt


def why_no_retry(job: Job) -> str:
    """Say why a job cannot be retried now; empty when it can."""
    return "" if job.state is JobState.DONE else "This job has not ended."


async def retry(place: Place, job: Job) -> Job | None:
    """Ask first, then the daemon; where the environment is Busy, offer to wait in its queue."""
    question = f"Retry job {job.id}?\nA new job asks for the same, by the rules of today."
    if not await place.app.push_screen_wait(ConfirmPrompt(question, "Retry")):
        return None
    jobs = place.desk.client.jobs
    try:
        return await jobs.retry(job.id, RetryRequest())
    except Busy as busy:
        question = f"{busy.message}\nQueue it behind the job that runs?"
    except ShipwayError as error:
        place.complain(error)
        return None
    if not await place.app.push_screen_wait(ConfirmPrompt(question, "Queue")):
        return None
    return await place.ask(jobs.retry(job.id, RetryRequest(queue=True)))
