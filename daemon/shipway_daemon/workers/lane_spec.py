"""What a lane is for."""

from pathlib import Path
from typing import Any

import msgspec
from shipway_plugins.credentials import CredentialPath


class LaneSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The environment, its adapter and settings, and its two places.

    `options` has references to credentials, never what they point to; `credentials` says which of
    the settings they are, as `shipway_plugins.credentials.credentials_in` finds them. `release` is
    the version of the plugin: another one starts the lane anew.
    """

    environment_id: int
    environment: str
    plugin: str
    adapter: str
    options: dict[str, Any]
    data_dir: Path
    lock: Path
    credentials: dict[CredentialPath, Any] = {}
    release: str = ""
