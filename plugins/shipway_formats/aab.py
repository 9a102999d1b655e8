"""Android App Bundles: recognised; their manifest, a protocol buffer, is not read yet."""

from pathlib import Path
from typing import BinaryIO

from shipway_plugins.words import Platform

from shipway_formats.recognised import Family, RecognisingInspector
from shipway_formats.zip_directory import zip_directory


class AabInspector(RecognisingInspector):
    """Recognises app bundles by their configuration and the manifest of their base module."""

    formats = ("aab",)

    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say whether this is an app bundle."""
        del head, path
        directory = zip_directory(file)
        if directory is None or b"BundleConfig.pb" not in directory.names:
            return None
        if b"base/manifest/AndroidManifest.xml" not in directory.names:
            return None
        return Family(Platform.ANDROID, "aab")
