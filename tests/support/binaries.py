"""Binaries made on the spot: each valid, and no two alike unless asked for."""

import io
import os
import plistlib
import shutil
import struct
import zipfile
from pathlib import Path

_ROOT = Path(__file__).parents[2]

SAMPLES = _ROOT / "tui" / "shipway_tui" / "samples"
CORPUS = Path(os.environ.get("SHIPWAY_CORPUS", _ROOT.parent / "shared" / "corpus"))

SAMPLE_APK = SAMPLES / "sample-1.0.0.apk"
NEXT_APK = SAMPLES / "sample-1.1.0.apk"
OTHER_APK = SAMPLES / "other-1.0.0.apk"
SAMPLE_IPA = SAMPLES / "sample-1.0.0.ipa"

_FAMILIES = {"phone": 1, "tablet": 2, "tv": 3, "watch": 4}


def archive(files: dict[str, bytes]) -> bytes:
    """A ZIP archive of these files, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def ipa(
    identifier: str = "dev.shipway.made",
    *,
    name: str = "Made",
    version: str | None = "1.0",
    build: str | None = "1",
    families: tuple[str, ...] = ("phone",),
    salt: bytes = b"",
) -> bytes:
    """An IPA that says this of itself; `salt` tells apart two that say the same."""
    info = {
        "CFBundleIdentifier": identifier,
        "CFBundleName": name,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": build,
        "CFBundleExecutable": "A",
        "MinimumOSVersion": "15.0",
        "CFBundleSupportedPlatforms": ["iPhoneOS"],
        "UIDeviceFamily": [_FAMILIES[family] for family in families],
    }
    told = plistlib.dumps({key: value for key, value in info.items() if value is not None})
    return archive({"Payload/A.app/Info.plist": told, "Payload/A.app/A": b"program" + salt})


def salted(binary: Path, salt: bytes) -> bytes:
    """The same APK or IPA in other bytes: one entry more."""
    with zipfile.ZipFile(binary) as source:
        files = {name: source.read(name) for name in source.namelist() if not name.endswith("/")}
    return archive({**files, "assets/salt": salt})


def big_apk(path: Path, mib: int) -> Path:
    """Write the sample with `mib` MiB more in it that no other file has; returns the path."""
    shutil.copyfile(SAMPLE_APK, path)
    chunk = os.urandom(1 << 20)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive,
        archive.open("assets/filler.bin", "w", force_zip64=True) as filler,
    ):
        for number in range(mib):
            filler.write(number.to_bytes(8, "big") + chunk[8:])
    return path


#: The resource of `android:versionCode`, and the head of a whole number in an element.
_VERSION_CODE = struct.pack("<I", 0x0101021B)
_NUMBER = b"\xff\xff\xff\xff\x08\x00\x00\x10"


def apk(version_code: int, *, salt: bytes = b"") -> bytes:
    """The sample APK with another versionCode, in a valid binary manifest."""
    with zipfile.ZipFile(SAMPLE_APK) as source:
        files = {name: source.read(name) for name in source.namelist() if not name.endswith("/")}
    manifest = files["AndroidManifest.xml"]
    resources = manifest.index(struct.pack("<HH", 0x0180, 8))
    at = manifest.index(_VERSION_CODE, resources)
    name = struct.pack("<I", (at - resources - 8) // 4)
    number = manifest.index(name + _NUMBER, at) + len(name + _NUMBER)
    code = struct.pack("<I", version_code)
    files["AndroidManifest.xml"] = manifest[:number] + code + manifest[number + 4 :]
    return archive({**files, "assets/salt": salt} if salt else files)
