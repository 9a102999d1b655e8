"""Admission: one transaction takes the environment's lock, or answers Busy; the first one wins."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from shipway_client.errors import Busy, Refused, ShipwayError, WrongUsage
from shipway_client.wire import Job, Preview, PublishRequest, RetryRequest, UnpublishRequest
from shipway_plugins.errors import PluginError
from shipway_plugins.words import AdapterRecord, EnvironmentStatus, Finding
from sqlalchemy import Connection

from shipway_daemon.catalog import environments, owners
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.jobs import rows, views
from shipway_daemon.publish import findings as rules
from shipway_daemon.publish import publications
from shipway_daemon.publish.calling import lock_key
from shipway_daemon.publish.environments import Environments
from shipway_daemon.publish.plan import Planned, make, new_tracking
from shipway_daemon.publish.retrying import asked_again
from shipway_daemon.publish.sending import PublishRequested, UnpublishRequested
from shipway_daemon.workers.policy import Policy


class Admission:
    """The one gate to every environment; doors, the watcher and flows all come through it."""

    def __init__(
        self,
        database: Database,
        environments_: Environments,
        policy: Policy,
        kick: Callable[[], None],
    ) -> None:
        self._database = database
        self._environments = environments_
        self._policy = policy
        self._kick = kick

    async def preview(self, request: PublishRequest) -> Preview:
        """Plan a publish and collect all findings; nothing is changed, nobody is kept waiting."""
        row = await self._row(request.environment)
        planned = await self._plan(request, row)
        told = await self._findings(request, row, planned)
        current = await self._database.read(lambda tx: publications.current(tx, row, request.app))
        return Preview(plan=planned.plan, findings=told, current=current)

    async def publish(
        self, request: PublishRequest, actor: str, *, retry_of: int | None = None
    ) -> Job:
        """Submit a publish job; `retry_of` is the ended job that it repeats.

        Raises:
            Busy: A job holds the environment, and `queue` is false.
            Refused: A rule or a finding stands against it, or nothing is known of the environment.
        """
        row = await self._row(request.environment)
        await self._refuse_busy(row, queue=request.queue)
        planned = await self._plan(request, row)
        rules.check_request(request, planned.plan)
        await self._refuse_unknown(row, request)
        told = await self._findings(request, row, planned)
        rules.refuse_errors(told)

        def submit(tx: Connection) -> Job:
            publication = environments.publication(tx, row.id, request.app)
            again = make(tx, request, publication, planned.plan.key)
            rules.check_unchanged(planned.plan, again.plan)
            rules.refuse_errors(rules.findings(again, self._record(row).capabilities))
            asked = PublishRequested(plan=again.plan, capabilities=self._record(row).capabilities)
            return self._submit(tx, row, request, "publish", asked, told, actor, retry_of)

        return await self._commit(submit)

    async def unpublish(
        self, request: UnpublishRequest, actor: str, *, retry_of: int | None = None
    ) -> Job:
        """Submit a job that takes an app out of an environment.

        Raises:
            Busy: A job holds the environment, and `queue` is false.
            WrongUsage: It was not confirmed.
            Refused: The adapter cannot, or nothing is known of the environment.
        """
        row = await self._row(request.environment)
        record = self._record(row)
        if not record.capabilities.unpublish:
            raise Refused(
                f"{record.title} does not unpublish.", "Take the app out in the store itself."
            )
        await self._database.read(lambda tx: owners.app_by_address(tx, request.app))
        if request.confirm_remove != request.app:
            raise WrongUsage(
                f"This takes {request.app} out of {request.environment}.",
                f"Confirm by repeating the app's address: {request.app}.",
            )
        await self._refuse_busy(row, queue=request.queue)
        await self._refuse_unknown(row, request)
        asked = UnpublishRequested(app=request.app, key=new_tracking())
        return await self._commit(
            lambda tx: self._submit(tx, row, request, "unpublish", asked, [], actor, retry_of)
        )

    async def retry(self, job_id: int, request: RetryRequest, actor: str) -> Job:
        """Submit what an ended job was to do as a new job, by the rules of now.

        Raises:
            NotFound: There is none of that id, or what it names is gone.
            Busy: A job holds the environment, and `queue` is false.
            Refused: It has not ended, cannot be repeated, or a rule stands against it today.
        """
        again = await self._database.read(lambda tx: asked_again(tx, job_id, request))
        if isinstance(again, UnpublishRequest):
            return await self.unpublish(again, actor, retry_of=job_id)
        return await self.publish(again, actor, retry_of=job_id)

    async def _commit(self, submit: Callable[[Connection], Job]) -> Job:
        """Commit, and let the engine look, also when the caller is gone by then."""
        try:
            return await self._database.write(submit)
        finally:
            self._kick()

    def _submit(
        self,
        tx: Connection,
        row: EnvironmentRow,
        request: PublishRequest | UnpublishRequest,
        kind: str,
        asked: PublishRequested | UnpublishRequested,
        told: list[Finding],
        actor: str,
        retry_of: int | None,
    ) -> Job:
        body: dict[str, Any] = msgspec.to_builtins(asked)
        job_id = rows.submit(
            tx,
            rows.NewJob(
                kind=kind,
                actor=actor,
                tracking=asked.tracking,
                request=body,
                lock_key=lock_key(row.id),
                environment_id=row.id,
                environment=row.name,
                app=request.app,
                findings=told,
                retry_of=retry_of,
            ),
            queue=request.queue,
        )
        environments.ensure_publication(tx, row.id, request.app)
        history.append(
            tx,
            "job.submitted",
            str(job_id),
            actor,
            job=kind,
            environment=row.name,
            app=request.app,
            retry_of=retry_of,
        )
        return views.read(tx, job_id)

    # --------------------------------------------------------------------- parts

    async def _row(self, name: str) -> EnvironmentRow:
        return await self._database.read(lambda tx: environments.read(tx, name))

    def _record(self, row: EnvironmentRow) -> AdapterRecord:
        return self._environments.usable(row)

    async def _plan(self, request: PublishRequest, row: EnvironmentRow) -> Planned:
        record = self._record(row)
        rules.check_capabilities(request, record.title, record.capabilities)

        def plan(tx: Connection) -> Planned:
            publication = environments.publication(tx, row.id, request.app)
            return make(tx, request, publication, new_tracking())

        planned = await self._database.read(plan)
        rules.check_channels(planned.plan, record.title, record.capabilities)
        return planned

    async def _refuse_busy(self, row: EnvironmentRow, *, queue: bool) -> None:
        """Answer Busy at once, before anybody is asked anything."""
        if not queue and await self._environments.holder(row):
            raise Busy

    async def _refuse_unknown(
        self, row: EnvironmentRow, request: PublishRequest | UnpublishRequest
    ) -> None:
        """Read the status on submit; refuse what would go into the unknown (Volt MX rule 15).

        A job that waits its turn is not held against a status of now.
        """
        try:
            report = await self._environments.refresh(row)
        except Busy:
            if request.queue:
                return
            raise
        if report.status is EnvironmentStatus.BUSY and not request.queue:
            raise Busy
        if report.status is EnvironmentStatus.UNKNOWN and not request.force:
            raise Refused(
                f"Nothing is known of {row.name}: {report.reason}",
                "Mend it and check again, or submit with --force and see what was read back.",
            )

    async def _findings(
        self, request: PublishRequest, row: EnvironmentRow, planned: Planned
    ) -> list[Finding]:
        """Our own rules, then the plugins' policies, then the store's own check.

        A store at work is not asked: it checks at its turn. `--force` passes the store over, for
        one that does not answer, but no policy.
        """
        told = rules.findings(planned, self._record(row).capabilities)
        told += await _explained("The policy", self._policy.findings(planned.plan))
        if request.force:
            return told
        asking = self._environments.ask(row, lambda lane: lane.check(planned.plan))
        try:
            return told + await _explained(row.name, asking)
        except Busy:
            return told


async def _explained(who: str, asking: Awaitable[list[Finding]]) -> list[Finding]:
    """Refuse where a check could not be made: what cannot be checked is not sent.

    Raises:
        Refused: The check broke; the sentence says how.
    """
    try:
        return await asking
    except Busy:
        raise
    except PluginError as error:
        raise Refused(error.message, error.hint) from error
    except ShipwayError as error:
        raise Refused(f"{who} cannot check the plan: {error.message}", error.hint) from error
