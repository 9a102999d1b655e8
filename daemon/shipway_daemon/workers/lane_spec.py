"""What a lane is for, and how long it may take over what."""

from pathlib import Path
from typing import Any

import msgspec
from shipway_plugins.credentials import CredentialPath


class LaneSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The environment, its adapter and settings, and its two places.

    `options` has references to credentials, never what they point to; `credentials` says which of
    the settings they are, as `shipway_plugins.credentials.credentials_in` finds them.
    """

    environment_id: int
    environment: str
    plugin: str
    adapter: str
    options: dict[str, Any]
    data_dir: Path
    lock: Path
    credentials: dict[CredentialPath, Any] = {}


#: Deadlines in seconds, by what a lane is asked.
OPEN_SECONDS = 20.0
STATUS_SECONDS = 20.0
CHECK_SECONDS = 60.0
LIVE_SECONDS = 120.0
TARGETS_SECONDS = 60.0
PUBLISH_SECONDS = 6 * 3600.0
#: How long a publish may go on without any report.
QUIET_SECONDS = 600.0
#: What a lane that is killed has between SIGTERM and SIGKILL.
KILL_GRACE_SECONDS = 5.0
#: How long a lane waits for the last of the one before it.
START_WAIT_SECONDS = 2.0
