"""What many stores ask of a plan, for an adapter's `check`: as findings, before a byte is sent."""

import re

from shipway_plugins.words import Finding, ItemAction, Plan, PublishState, Severity, VersionFacts

_TARGET = re.compile(r"(group|user):.+")


def published(plan: Plan) -> dict[str, VersionFacts]:
    """Find what `plan` publishes, by channel."""
    return {
        item.channel: item.version
        for item in plan.items
        if item.action is ItemAction.PUBLISH and item.version is not None
    }


def check_targets(plan: Plan) -> list[Finding]:
    """Name what is wrong with the targets: unreadable ones, or none where Active needs one."""
    return [*_state(plan), *_targets(plan)]


def error(rule: str, sentence: str, remedy: str = "") -> Finding:
    """Make the finding that refuses a publish."""
    return Finding(severity=Severity.ERROR, rule=rule, sentence=sentence, remedy=remedy)


def _state(plan: Plan) -> list[Finding]:
    if plan.state is not PublishState.ACTIVE or plan.targets or not published(plan):
        return []
    return [
        error(
            "active-needs-target",
            "An Active publish needs a user or a group that it is for.",
            "Name one with --target, or publish as Draft.",
        )
    ]


def _targets(plan: Plan) -> list[Finding]:
    return [
        error(
            "target-unreadable",
            f"{target} names neither a group nor a user.",
            "Write group:NAME or user:NAME.",
        )
        for target in plan.targets
        if not _TARGET.fullmatch(target)
    ]
