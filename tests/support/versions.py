"""Versions put into the catalogue without a file, by the way that every file takes."""

import hashlib
from typing import Any

from shipway_client.wire import Ingested, Version
from shipway_daemon.filing.match import Wanted
from shipway_daemon.intake.record import Arrival, Contents, FolderFile, record
from shipway_plugins.words import Inspection, Platform
from sqlalchemy import Connection


def inspection(
    identifier: str | None = "com.example.app",
    version: str | None = "1.0",
    build: str | None = "1",
    **more: Any,
) -> Inspection:
    """What an APK that says this would be found to be."""
    told: dict[str, Any] = {"platform": Platform.ANDROID, "format": "apk", "name": "Example"}
    told |= {"identifier": identifier, "version": version, "build": build, **more}
    return Inspection(**told)


def arrive(
    tx: Connection,
    found: Inspection | None = None,
    *,
    salt: str = "",
    file_name: str = "app.apk",
    profile: str | None = None,
    channel: str | None = None,
    seen: FolderFile | None = None,
    wanted: Wanted | None = None,
    **said: Any,
) -> Ingested:
    """File a binary; its bytes are told apart by what was found in them and by `salt`."""
    found = found or inspection()
    digest = hashlib.sha256(f"{found!r}{salt}".encode()).hexdigest()
    where = wanted or Wanted(profile=profile, channel=channel, actor="somebody")
    arrival = Arrival(
        file_name=file_name, source=f"add:/{file_name}", wanted=where, seen=seen, **said
    )
    return record(tx, arrival, Contents(sha256=digest, size=1_000, inspection=found))


def add(tx: Connection, *arguments: Any, **said: Any) -> Version:
    """File a binary and return its version."""
    return arrive(tx, *arguments, **said).version
