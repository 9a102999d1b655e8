"""Apple's other packages: installers, disk images, zipped applications and zipped archives."""

import io
import re
from pathlib import Path
from typing import BinaryIO

from shipway_plugins.words import Finding, Platform, Severity

from shipway_formats.recognised import Family, RecognisingInspector
from shipway_formats.zip_directory import zip_directory

_TRAILER_SIZE = 512
_MAC_APP = re.compile(rb"[^/]+\.app/Contents/Info\.plist")
_FLAT_APP = re.compile(rb"[^/]+\.app/Info\.plist")
_ARCHIVE = re.compile(rb"[^/]+\.xcarchive/Info\.plist")
_ARCHIVED_IOS_APP = re.compile(rb"[^/]+\.xcarchive/Products/Applications/[^/]+\.app/Info\.plist")


class PkgInspector(RecognisingInspector):
    """Recognises installer packages: a xar archive."""

    formats = ("pkg",)

    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say whether this is a xar archive."""
        del file, path
        return Family(Platform.MACOS, "pkg") if head.startswith(b"xar!") else None


class DmgInspector(RecognisingInspector):
    """Recognises disk images by their trailer, or by the head of an encrypted one."""

    formats = ("dmg",)

    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say whether this is a disk image that is there to its end."""
        del path
        if head.startswith(b"encrcdsa"):
            return Family(Platform.MACOS, "dmg", (_encrypted(),))
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - _TRAILER_SIZE))
        return Family(Platform.MACOS, "dmg") if file.read(4) == b"koly" else None


class ZippedAppInspector(RecognisingInspector):
    """Recognises an application, or an Xcode archive, that lies at the root of a ZIP archive.

    An application with a `Contents` folder is for macOS. A flat one is taken for the simulator:
    for a device it would be an IPA.
    """

    formats = ("app.zip", "xcarchive.zip")

    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say which of these lies at the root."""
        del head, path
        directory = zip_directory(file)
        if directory is None:
            return None
        names = directory.names
        if any(map(_ARCHIVE.fullmatch, names)):
            ios = any(map(_ARCHIVED_IOS_APP.fullmatch, names))
            return Family(Platform.IOS if ios else Platform.MACOS, "xcarchive.zip")
        if any(map(_MAC_APP.fullmatch, names)):
            return Family(Platform.MACOS, "app.zip")
        if any(map(_FLAT_APP.fullmatch, names)):
            return Family(Platform.IOS_SIMULATOR, "app.zip")
        return None


def _encrypted() -> Finding:
    return Finding(
        severity=Severity.WARNING,
        rule="encrypted",
        sentence="The disk image is encrypted, so nothing in it can be read.",
        remedy="Publish one without a password.",
    )
