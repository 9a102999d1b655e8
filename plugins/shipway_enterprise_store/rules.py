"""What the store refuses, as findings before a publish and as refusals in one."""

import re
import shutil
from pathlib import Path

from shipway_plugins.plans import check_targets, error, published
from shipway_plugins.words import Finding, ItemAction, Plan

# It becomes the name of a file.
_DIGEST = re.compile(r"[0-9a-f]{64}")


def findings(plan: Plan, directory: Path) -> list[Finding]:
    """Name every rule of this store that `plan` breaks."""
    return [*check_targets(plan), *_items(plan), *_room(plan, directory)]


def _items(plan: Plan) -> list[Finding]:
    missing = [
        error("version-missing", f"The plan names no version for {item.channel}.")
        for item in plan.items
        if item.action is ItemAction.PUBLISH and item.version is None
    ]
    unnamed = [
        error("digest-unreadable", f"{version.address} has no SHA-256: {version.digest}.")
        for version in published(plan).values()
        if not _DIGEST.fullmatch(version.digest)
    ]
    return [*missing, *unnamed]


def _room(plan: Plan, directory: Path) -> list[Finding]:
    needed = sum(version.size for version in published(plan).values())
    if not directory.is_dir() or needed <= (free := shutil.disk_usage(directory).free):
        return []
    return [
        error(
            "store-full",
            f"The store has room for {free} bytes, and the plan needs {needed}.",
            f"Make room in the file system of {directory}.",
        )
    ]
