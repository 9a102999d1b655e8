"""What the store refuses, as findings before a publish and as refusals in one."""

import re
import shutil
from pathlib import Path

from shipway_plugins.words import Finding, ItemAction, Plan, PublishState, Severity, VersionFacts

# It becomes the name of a file.
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TARGET = re.compile(r"(group|user):.+")


def published(plan: Plan) -> list[VersionFacts]:
    """List the versions that `plan` publishes."""
    return [
        item.version
        for item in plan.items
        if item.action is ItemAction.PUBLISH and item.version is not None
    ]


def findings(plan: Plan, directory: Path) -> list[Finding]:
    """Name every rule of this store that `plan` breaks."""
    return [*_state(plan), *_targets(plan), *_items(plan), *_room(plan, directory)]


def _state(plan: Plan) -> list[Finding]:
    if plan.state is not PublishState.ACTIVE or plan.targets or not published(plan):
        return []
    return [
        _error(
            "active-needs-target",
            "An Active publish needs a user or a group that it is for.",
            "Name one with --target, or publish as Draft.",
        )
    ]


def _targets(plan: Plan) -> list[Finding]:
    return [
        _error(
            "target-unreadable",
            f"{target} names neither a group nor a user.",
            "Write group:NAME or user:NAME.",
        )
        for target in plan.targets
        if not _TARGET.fullmatch(target)
    ]


def _items(plan: Plan) -> list[Finding]:
    missing = [
        _error("version-missing", f"The plan names no version for {item.channel}.", "")
        for item in plan.items
        if item.action is ItemAction.PUBLISH and item.version is None
    ]
    unnamed = [
        _error("digest-unreadable", f"{version.address} has no SHA-256: {version.digest}.", "")
        for version in published(plan)
        if not _DIGEST.fullmatch(version.digest)
    ]
    return [*missing, *unnamed]


def _room(plan: Plan, directory: Path) -> list[Finding]:
    needed = sum(version.size for version in published(plan))
    if not directory.is_dir() or needed <= (free := shutil.disk_usage(directory).free):
        return []
    return [
        _error(
            "store-full",
            f"The store has room for {free} bytes, and the plan needs {needed}.",
            f"Make room in the file system of {directory}.",
        )
    ]


def _error(rule: str, sentence: str, remedy: str) -> Finding:
    return Finding(severity=Severity.ERROR, rule=rule, sentence=sentence, remedy=remedy)
