"""Packs the sample archives with fixed times, so that two runs give the same bytes.

Usage: pack.py rezip SOURCE TARGET | pack.py ipa EXECUTABLE TARGET
"""

import plistlib
import sys
import zipfile
from pathlib import Path

STAMP = (2000, 1, 1, 0, 0, 0)
APP = "Payload/ShipwaySample.app"
INFO: dict[str, object] = {
    "CFBundleDisplayName": "Shipway Sample",
    "CFBundleExecutable": "ShipwaySample",
    "CFBundleIdentifier": "dev.shipway.sample",
    "CFBundleInfoDictionaryVersion": "6.0",
    "CFBundleName": "ShipwaySample",
    "CFBundlePackageType": "APPL",
    "CFBundleShortVersionString": "1.0.0",
    "CFBundleSupportedPlatforms": ["iPhoneOS"],
    "CFBundleVersion": "1",
    "MinimumOSVersion": "15.0",
    "UIDeviceFamily": [1, 2],
}


def entry(name: str, method: int, mode: int = 0o644) -> zipfile.ZipInfo:
    """Describe one archive entry with the fixed time and a Unix mode."""
    info = zipfile.ZipInfo(name, STAMP)
    info.compress_type = method
    info.create_system = 3
    info.external_attr = (0o100000 | mode) << 16
    return info


def rezip(source: Path, target: Path) -> None:
    """Copy an archive entry by entry in order of name; stored entries stay stored."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in sorted(old.infolist(), key=lambda one: one.filename):
            new.writestr(entry(info.filename, info.compress_type), old.read(info), compresslevel=9)


def ipa(executable: Path, target: Path) -> None:
    """Write an IPA with one application bundle around `executable`."""
    plist = plistlib.dumps(INFO, fmt=plistlib.FMT_BINARY, sort_keys=True)
    files = {"Info.plist": (plist, 0o644), "ShipwaySample": (executable.read_bytes(), 0o755)}
    with zipfile.ZipFile(target, "w") as new:
        for name, (data, mode) in files.items():
            info = entry(f"{APP}/{name}", zipfile.ZIP_DEFLATED, mode)
            new.writestr(info, data, compresslevel=9)


def main(what: str, source: str, target: str) -> None:
    """Do what the command line says."""
    {"rezip": rezip, "ipa": ipa}[what](Path(source), Path(target))


if __name__ == "__main__":
    main(*sys.argv[1:])
