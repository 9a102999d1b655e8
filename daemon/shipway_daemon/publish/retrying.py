"""What an ended job was to do, as a request that can be made again."""

import msgspec
from shipway_client.errors import Refused
from shipway_client.wire import (
    JobState,
    PublishRequest,
    RetryRequest,
    Selection,
    UnpublishRequest,
)
from shipway_plugins.words import Plan, PlanItem
from sqlalchemy import Connection

from shipway_daemon.jobs import rows, views
from shipway_daemon.publish.sending import PublishRequested, UnpublishRequested


def asked_again(
    tx: Connection, job_id: int, request: RetryRequest
) -> PublishRequest | UnpublishRequest:
    """Make the request that repeats an ended job: the same versions to the same environment.

    It names the versions that the job was to send, whatever is the candidate now; what was
    confirmed then is confirmed.

    Raises:
        NotFound: There is none of that id.
        Refused: It has not ended, or it is of a kind that cannot be repeated.
    """
    job = views.read(tx, job_id)
    if job.state is not JobState.DONE:
        raise Refused(
            f"Job {job_id} has not ended: it is {job.state}.",
            f"Wait for it with `shipway job show {job_id} --wait`, or cancel it first.",
        )
    if job.kind == "publish":
        asked = msgspec.convert(rows.request(tx, job_id), PublishRequested)
        return _publish(asked.plan, request)
    if job.kind == "unpublish":
        removed = msgspec.convert(rows.request(tx, job_id), UnpublishRequested)
        return UnpublishRequest(
            app=removed.app,
            environment=job.environment or "",
            queue=request.queue,
            force=request.force,
            confirm_remove=removed.app,
        )
    raise Refused(f"Job {job_id} is of the kind {job.kind}, which cannot be repeated.")


def _publish(plan: Plan, request: RetryRequest) -> PublishRequest:
    return PublishRequest(
        app=plan.app,
        environment=plan.environment,
        selections=[_selection(item) for item in plan.items],
        copy=plan.copy,
        signing=plan.signing,
        state=plan.state,
        targets=plan.targets,
        queue=request.queue,
        force=request.force,
        confirm_remove=plan.app,
    )


def _selection(item: PlanItem) -> Selection:
    version = item.version.address if item.version is not None else None
    return Selection(channel=item.channel, action=item.action, version=version)
