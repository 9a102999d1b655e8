"""What a store job sends, and how one knows that it arrived."""

from collections.abc import Awaitable, Callable

import msgspec
from shipway_plugins.words import (
    Capabilities,
    ItemAction,
    LiveState,
    Plan,
    Progress,
    Receipt,
    ReceiptItem,
    Stage,
    StageState,
)

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.jobs.running import RunningJob
from shipway_daemon.publish.verification import is_live
from shipway_daemon.workers.lane import Lane


class PublishRequested(msgspec.Struct, frozen=True, kw_only=True):
    """The request of a publish job."""

    plan: Plan
    capabilities: Capabilities

    @property
    def tracking(self) -> str:
        """The key of the attempt."""
        return self.plan.key


class UnpublishRequested(msgspec.Struct, frozen=True, kw_only=True):
    """The request of an unpublish job."""

    app: str
    key: str

    @property
    def tracking(self) -> str:
        """The key of the attempt."""
        return self.key


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between publishing and unpublishing: how to send, and when it is there.

    `idempotent`: the store knows an attempt again, so that sending it once more is safe.
    """

    app: str
    send: Callable[[Lane, RunningJob], Awaitable[Receipt]]
    reached: Callable[[LiveState], bool]
    receipt: Receipt
    idempotent: bool = False

    def held(self, live: LiveState) -> bool:
        """Whether the store has it, be it that it still works on it."""
        return live.processing or self.reached(live)

    def in_progress(self, live: LiveState) -> bool:
        """Whether the store works on it and does not show it yet."""
        return live.processing and not self.reached(live)

    @property
    def reached_text(self) -> str:
        """What is true once it is there; a plan may only remove."""
        return "The store holds it." if self.receipt.items else "The store holds it no longer."


def sending_of(job: RunningJob, blobs: BlobStore) -> Sending:
    """Say what a job sends, by its kind."""
    if job.row.kind == "unpublish":
        return _unpublishing(msgspec.convert(job.row.request, UnpublishRequested))
    return _publishing(msgspec.convert(job.row.request, PublishRequested), blobs)


def _publishing(asked: PublishRequested, blobs: BlobStore) -> Sending:
    plan, can = asked.plan, asked.capabilities

    async def send(lane: Lane, job: RunningJob) -> Receipt:
        return await lane.publish(_with_paths(plan, blobs), _teller(job))

    return Sending(
        app=plan.app,
        send=send,
        reached=lambda live: is_live(plan, live, can),
        receipt=_receipt(plan),
        idempotent=can.idempotent,
    )


def _unpublishing(asked: UnpublishRequested) -> Sending:
    async def send(lane: Lane, job: RunningJob) -> Receipt:
        return await lane.unpublish(asked.app, asked.key, _teller(job))

    return Sending(
        app=asked.app,
        send=send,
        reached=lambda live: not live.entries,
        receipt=Receipt(key=asked.key, items=[], message="The store holds nothing of it."),
    )


def _with_paths(plan: Plan, blobs: BlobStore) -> Plan:
    """Tell the lane where each file lies; the path is stored nowhere."""
    items = [
        msgspec.structs.replace(
            item,
            version=msgspec.structs.replace(
                item.version, path=str(blobs.path(item.version.digest))
            ),
        )
        if item.version is not None
        else item
        for item in plan.items
    ]
    return msgspec.structs.replace(plan, items=items)


def _receipt(plan: Plan) -> Receipt:
    """The receipt of a publish whose own receipt was lost, but which the store holds."""
    return Receipt(
        key=plan.key,
        items=[
            ReceiptItem(channel=item.channel, digest=item.version.digest)
            for item in plan.items
            if item.action is ItemAction.PUBLISH and item.version is not None
        ],
        message="The store had taken it already.",
    )


def _teller(job: RunningJob) -> Callable[[Stage | Progress | str], Awaitable[None]]:
    """Pass on what an adapter tells while it works."""

    async def tell(report: Stage | Progress | str) -> None:
        if isinstance(report, Stage):
            skipped = report.state is StageState.SKIPPED
            await job.stage(report.name, report.detail, skipped=skipped)
        elif isinstance(report, Progress):
            job.progress(report)
        else:
            await job.log(report)

    return tell
