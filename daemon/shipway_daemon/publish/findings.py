"""The rules that a plan is held against before a byte is sent."""

from shipway_client.errors import Refused, WrongUsage
from shipway_client.wire import PublishRequest, Version
from shipway_plugins.words import (
    Capabilities,
    Copy,
    Finding,
    ItemAction,
    Plan,
    PlanItem,
    PublishState,
    Severity,
    SigningAction,
    VersionFacts,
)

from shipway_daemon.publish.plan import Planned
from shipway_daemon.rules.versions import NEVER_PUBLISHED


def check_request(request: PublishRequest, plan: Plan) -> None:
    """Refuse what makes no sense, or what needs to be confirmed and was not.

    Raises:
        WrongUsage: A preview to be wrapped, or a removal that was not confirmed.
        Refused: Active without a target (Volt MX rule 27).
    """
    if request.copy is Copy.PREVIEW and request.signing is SigningAction.WRAP:
        raise WrongUsage("A preview is always sign only.", "Leave out --wrap.")
    removed = [item.channel for item in plan.items if item.action is ItemAction.REMOVE]
    if removed and request.confirm_remove != request.app:
        raise WrongUsage(
            f"This removes all versions on {', '.join(removed)} from {request.environment}.",
            f"Confirm by repeating the app's address: {request.app}.",
        )
    if request.state is PublishState.ACTIVE and not request.targets:
        raise Refused(
            "An Active publish needs target users or groups.",
            "Give --target group:NAME or --target user:NAME, or publish it as Draft.",
        )


def check_capabilities(request: PublishRequest, title: str, can: Capabilities) -> None:
    """Refuse what the adapter cannot do, by its name.

    Raises:
        Refused: An option is asked for that the adapter lacks.
    """
    asked = {
        "a preview copy": request.copy is Copy.PREVIEW and not can.preview,
        "wrapping": request.signing is SigningAction.WRAP and not can.wrap,
        "the state Active": request.state is PublishState.ACTIVE and not can.states,
        "targets": bool(request.targets) and not can.targets,
    }
    lacking = [what for what, missing in asked.items() if missing]
    if lacking:
        raise Refused(f"{title} does not do {' or '.join(lacking)}.", "Leave that option out.")


def check_channels(plan: Plan, title: str, can: Capabilities) -> None:
    """Refuse a channel that the adapter does not take, whoever chose it.

    Raises:
        Refused: Something is to be done on such a channel.
    """
    touched = {item.channel for item in plan.items if item.action is not ItemAction.KEEP}
    if can.channels and (strangers := touched - set(can.channels)):
        raise Refused(
            f"{title} does not take {', '.join(sorted(strangers))}.",
            f"Select among {', '.join(can.channels)}.",
        )


def check_unchanged(before: Plan, now: Plan) -> None:
    """Send nothing else than what the policies and the store were shown.

    Raises:
        Refused: Another version, or other facts of it, would be sent by now.
    """
    if _sent(before) != _sent(now):
        raise Refused(
            "What is to be published changed while it was checked.",
            "Look at it again, then submit it again.",
        )


def _sent(plan: Plan) -> list[tuple[str, ItemAction, VersionFacts | None]]:
    return [(item.channel, item.action, item.version) for item in plan.items]


def findings(planned: Planned, can: Capabilities | None) -> list[Finding]:
    """Collect what is to be said of a plan; an error stops the publish."""
    told = [finding for version in planned.versions for finding in _of_version(version)]
    told += [finding for item in planned.plan.items for finding in _of_item(item, can)]
    return told


def _of_version(version: Version) -> list[Finding]:
    if version.state in NEVER_PUBLISHED:
        return [
            Finding(
                severity=Severity.ERROR,
                rule=f"version-{version.state}",
                sentence=(
                    f"{version.address} cannot be published: {NEVER_PUBLISHED[version.state]}."
                ),
                remedy="Select another version.",
            )
        ]
    if not version.candidate:
        return [
            Finding(
                severity=Severity.WARNING,
                rule="not-a-candidate",
                sentence=f"{version.address} is not marked as release candidate.",
                remedy=f"Mark it: `shipway version candidate {version.address}`.",
            )
        ]
    return []


def _of_item(item: PlanItem, can: Capabilities | None) -> list[Finding]:
    version = item.version
    if version is None:
        return []
    if any(entry.digest == version.digest for entry in item.current):
        return [
            Finding(
                severity=Severity.INFO,
                rule="already-live",
                sentence=f"{version.address} is live on {item.channel} already.",
            )
        ]
    if can is not None and can.downgrade:
        return []
    live = [build for entry in item.current if (build := _number(entry.build)) is not None]
    mine = _number(version.build)
    if mine is None or not live or mine > max(live):
        return []
    return [
        Finding(
            severity=Severity.ERROR,
            rule="downgrade",
            sentence=f"Build {mine} of {version.address} is not above {max(live)}, which is live.",
            remedy="This store does not downgrade: raise the build number.",
        )
    ]


def _number(build: str | None) -> int | None:
    if build is None or not build.isascii() or not build.isdigit() or len(build) > 30:
        return None
    return int(build)


def refuse_errors(told: list[Finding]) -> None:
    """Stop at findings of severity error.

    Raises:
        Refused: There is one; its sentence, and how many more there are.
    """
    errors = [finding for finding in told if finding.severity is Severity.ERROR]
    if not errors:
        return
    more = f" ({len(errors) - 1} more errors.)" if len(errors) > 1 else ""
    raise Refused(errors[0].sentence + more, errors[0].remedy)
