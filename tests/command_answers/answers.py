"""Answers of a daemon, whole, for tests that change one field."""

from typing import Any

SHA = "ab" * 32


def version(**changed: Any) -> dict[str, Any]:
    """A ready version 2 of `ana/sample-android`."""
    return {
        "id": 12,
        "address": "ana/sample-android@2",
        "number": 2,
        "profile": "ana/sample-android",
        "channel": "android-phone",
        "version": "1.1.0",
        "build": "2",
        "identifier": "dev.shipway.sample",
        "name": "Sample",
        "platform": "android",
        "format": "apk",
        "file_name": "sample-1.1.0.apk",
        "sha256": SHA,
        "size": 12345,
        "state": "ready",
        "candidate": False,
        "current": False,
        "findings": [],
        "notes": "",
        "min_os": "23",
        "target_os": "29",
        "rejected": None,
        "created_at": "2026-11-20T10:00:00Z",
        "inspection": {"platform": "android", "format": "apk"},
    } | changed


def profile(**changed: Any) -> dict[str, Any]:
    """A profile with two versions."""
    return {
        "id": 3,
        "address": "ana/sample-android",
        "owner": "ana",
        "name": "sample-android",
        "app": "ana/sample",
        "channel": "android-phone",
        "identifier": "dev.shipway.sample",
        "settings": {},
        "candidate": None,
        "latest": 2,
        "latest_version": "1.1.0",
        "latest_build": "2",
        "created_at": "2026-11-20T10:00:00Z",
    } | changed


def environment(**changed: Any) -> dict[str, Any]:
    """The environment that every home starts with."""
    return {
        "id": 1,
        "name": "enterprise-store",
        "adapter": "enterprise_store",
        "title": "Enterprise Store",
        "settings": {},
        "status": "available",
        "reason": "It answers.",
        "read_at": "2026-11-20T10:00:00Z",
        "job": None,
        "capabilities": None,
        "created_at": "2026-11-20T10:00:00Z",
    } | changed


def publication(**changed: Any) -> dict[str, Any]:
    """What the environment holds of `ana/sample`: version 2."""
    live = {
        "channel": "android-phone",
        "copy": "production",
        "state": "draft",
        "digest": SHA,
        "version": "1.1.0",
        "build": "2",
        "version_address": "ana/sample-android@2",
        "targets": [],
    }
    return {
        "environment": "enterprise-store",
        "app": "ana/sample",
        "status": "published",
        "live": [live],
        "read_at": "2026-11-20T10:00:00Z",
        "last_attempt": {"job": 7, "outcome": "verified", "reason": "", "at": "2026-11-20"},
    } | changed


def job(**changed: Any) -> dict[str, Any]:
    """A publish that runs."""
    return {
        "id": 7,
        "kind": "publish",
        "environment": "enterprise-store",
        "app": "ana/sample",
        "actor": "ana",
        "state": "running",
        "outcome": None,
        "reason": "",
        "hint": "",
        "tracking": "",
        "stages": [{"name": "send", "state": "running"}, {"name": "read back"}],
        "progress": None,
        "plan": None,
        "receipt": None,
        "findings": [],
        "created_at": "2026-11-20T10:00:00Z",
        "started_at": None,
        "finished_at": None,
    } | changed


def done(outcome: str, **changed: Any) -> dict[str, Any]:
    """The same publish at its end."""
    return job(state="done", outcome=outcome, stages=[{"name": "send", "state": "done"}]) | changed


def event(kind: str = "job.changed", seq: int = 5, **changed: Any) -> dict[str, Any]:
    """A line of the feed with an event."""
    told = {
        "seq": seq,
        "at": "2026-11-20T10:00:00Z",
        "actor": "shipwayd",
        "kind": kind,
        "subject": "7",
        "data": {},
    }
    return {"event": told | changed}
