"""Where a job stands that does not run: its place in the queue, or what it waits for."""

from shipway_client.wire import Job, JobState

from shipway_tui.commands.output.values import when


def standing(job: Job) -> str:
    """Say why a job does not run now; its reason where it has ended, nothing while it runs."""
    if job.state is JobState.QUEUED:
        place = f", number {job.position} in the queue" if job.position is not None else ""
        return f"waits for its turn{place}"
    if job.state is JobState.WAITING:
        return f"waits until {when(job.due_at)} at most: {job.waits_for}"
    return job.reason
