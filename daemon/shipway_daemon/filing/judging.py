"""What stands for and against a version in the catalogue, put before the rule of retention."""

from datetime import datetime

from shipway_client.wire import Retention
from sqlalchemy import Connection

from shipway_daemon.catalog import retention
from shipway_daemon.catalog.retention import Aging, Scope
from shipway_daemon.clock import moment
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.rules.retention import Rule, Standing, reason_to_go, speaks

_DAY = 86_400.0


class Judge:
    """Judges versions by what one transaction sees; what they share is read once."""

    def __init__(self, tx: Connection, wall: datetime) -> None:
        self._tx = tx
        self._wall = wall
        self._published = retention.published(tx)
        self._in_use = jobs.digests_in_use(tx)
        self._folders = retention.folder_rules(tx)
        self._profiles: dict[int, Retention] = {}

    def reason_to_go(self, version: Aging) -> str | None:
        """Say why a version goes, or None where it stays."""
        profile = Scope(
            profile_id=version.profile_id,
            folder_id=None,
            retention=self._of_profile(version.profile_id),
        )
        standing = Standing(
            days=(self._wall - moment(version.created_at)).total_seconds() / _DAY,
            candidate=version.candidate,
            published=version.sha256 in self._published,
            newest=retention.newer(self._tx, profile, version.id, 1) == 0,
            in_use=version.sha256 in self._in_use,
        )
        rules = [self._rule("profile", profile, version)]
        if (told := self._folders.get(version.folder_id or 0)) is not None:
            folder = Scope(
                profile_id=version.profile_id, folder_id=version.folder_id, retention=told
            )
            rules.append(self._rule("folder", folder, version))
        return reason_to_go(standing, rules)

    def _of_profile(self, profile_id: int) -> Retention:
        if profile_id not in self._profiles:
            self._profiles[profile_id] = retention.profile_rule(self._tx, profile_id)
        return self._profiles[profile_id]

    def _rule(self, whose: str, scope: Scope, version: Aging) -> Rule:
        kept = scope.retention
        newer = 0
        if speaks(kept) and kept.keep_last is not None:
            newer = retention.newer(self._tx, scope, version.id, kept.keep_last)
        return Rule(whose, kept, newer)
