"""Which channel a binary belongs to."""

import re

from shipway_client.errors import WrongUsage
from shipway_plugins.words import Inspection, Platform

_CHANNEL = re.compile(rf"({'|'.join(Platform)})(-[a-z0-9]+)*\Z")

_DEFAULT_KIND = {
    Platform.ANDROID: "phone",
    Platform.IOS: "phone",
    Platform.IOS_SIMULATOR: "phone",
    Platform.MACOS: "desktop",
    Platform.WINDOWS: "desktop",
}

#: An iPhone app says which families it runs on; an APK runs everywhere unless it says otherwise.
_SAYS_FAMILIES = {Platform.IOS, Platform.IOS_SIMULATOR}


def check_channel(channel: str) -> str:
    """Return `channel` if it is one: a platform, or platform and kind, as in `ios-phone`.

    Raises:
        WrongUsage: It is no channel.
    """
    if not _CHANNEL.match(channel):
        raise WrongUsage(
            f"{channel!r} is no channel.",
            f"A channel is a platform ({', '.join(Platform)}) and a kind, as in ios-tablet.",
        )
    return channel


def channel_of(inspection: Inspection, wanted: str | None = None) -> str:
    """Find the channel of a binary: what the file says, else what was asked for, else the default.

    A universal binary is phone, and is offered for tablet; asking for tablet is granted then.
    """
    platform = inspection.platform
    if platform is Platform.CUSTOM:
        return wanted or "custom"
    families = inspection.device_families or []
    if wanted and wanted.startswith(f"{platform}-"):
        kind = wanted.removeprefix(f"{platform}-")
        if kind in families or platform not in _SAYS_FAMILIES:
            return wanted
    if "phone" in families or not families:
        return f"{platform}-{_DEFAULT_KIND[platform]}"
    return f"{platform}-{families[0]}"
