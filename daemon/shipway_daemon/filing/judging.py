"""What stands for and against a version in the catalogue, put before the rule of retention."""

from datetime import datetime

from sqlalchemy import Connection

from shipway_daemon.catalog import retention
from shipway_daemon.catalog.retention import Aging, Scope
from shipway_daemon.clock import moment
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.rules.retention import Rule, Standing, reason_to_go

_DAY = 86_400.0


class Judge:
    """Judges versions by what one transaction sees; what they share is read once."""

    def __init__(self, tx: Connection, wall: datetime) -> None:
        self._tx = tx
        self._wall = wall
        self._published = retention.published(tx)
        self._in_use = jobs.digests_in_use(tx)
        self._folders = retention.folder_rules(tx)
        self._scopes: dict[tuple[int, int | None], Scope] = {}
        self._newest: dict[tuple[int, int | None, int], int] = {}

    def reason_to_go(self, version: Aging) -> str | None:
        """Say why a version goes, or None where it stays."""
        profile = self._scope(version.profile_id, None)
        standing = Standing(
            days=(self._wall - moment(version.created_at)).total_seconds() / _DAY,
            candidate=version.candidate,
            published=version.sha256 in self._published,
            newest=version.id >= self._nth(profile, 1),
            in_use=version.sha256 in self._in_use,
        )
        rules = [self._rule("profile", profile, version)]
        if version.folder_id in self._folders:
            folder = self._scope(version.profile_id, version.folder_id)
            rules.append(self._rule("folder", folder, version))
        return reason_to_go(standing, rules)

    def _scope(self, profile_id: int, folder_id: int | None) -> Scope:
        key = (profile_id, folder_id)
        if key not in self._scopes:
            told = (
                retention.profile_rule(self._tx, profile_id)
                if folder_id is None
                else self._folders[folder_id]
            )
            self._scopes[key] = Scope(profile_id=profile_id, folder_id=folder_id, retention=told)
        return self._scopes[key]

    def _nth(self, scope: Scope, n: int) -> int:
        key = (scope.profile_id, scope.folder_id, n)
        if key not in self._newest:
            self._newest[key] = retention.nth_newest(self._tx, scope, n)
        return self._newest[key]

    def _rule(self, whose: str, scope: Scope, version: Aging) -> Rule:
        last = scope.retention.keep_last
        among = last is not None and version.id >= self._nth(scope, last)
        return Rule(whose, scope.retention, among)
