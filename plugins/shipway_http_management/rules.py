"""What a management server would refuse, known before a byte is sent."""

import re

from shipway_plugins.words import (
    Finding,
    ItemAction,
    Plan,
    PublishState,
    Severity,
    VersionFacts,
)

_TARGET = re.compile(r"(group|user):.+")


def published(plan: Plan) -> dict[str, VersionFacts]:
    """Find what `plan` publishes, by channel."""
    return {
        item.channel: item.version
        for item in plan.items
        if item.action is ItemAction.PUBLISH and item.version is not None
    }


def findings(plan: Plan, max_bytes: int | None) -> list[Finding]:
    """Name every rule that `plan` breaks; `max_bytes` is the largest binary that is taken."""
    return [*_state(plan), *_targets(plan), *_sizes(plan, max_bytes)]


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


def _sizes(plan: Plan, max_bytes: int | None) -> list[Finding]:
    empty = [
        _error("binary-empty", f"{version.address} has no bytes.", "Add the binary again.")
        for version in published(plan).values()
        if version.size == 0
    ]
    return empty + [
        _error(
            "binary-too-large",
            f"{version.address} has {version.size} bytes, and the server takes {max_bytes}.",
            "Make it smaller, or raise the limit of the server.",
        )
        for version in published(plan).values()
        if max_bytes is not None and version.size > max_bytes
    ]


def _error(rule: str, sentence: str, remedy: str) -> Finding:
    return Finding(severity=Severity.ERROR, rule=rule, sentence=sentence, remedy=remedy)
