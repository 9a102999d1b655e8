"""Windows packages: installers (MSI), and the MSIX family with the APPX one that it grew from.

APPX and MSIX have the same content: the same manifest in the same archive. There, and only there,
the file's name decides between the two; without a name that says so it is MSIX, the newer one.
"""

from pathlib import Path
from typing import BinaryIO

from shipway_plugins.words import Platform

from shipway_formats.findings import extension_family
from shipway_formats.recognised import Family, RecognisingInspector
from shipway_formats.zip_directory import ZipDirectory, zip_directory

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
#: The class of the root storage: 000C1084-0000-0000-C000-000000000046, an installer database.
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
_PACKAGES = (b".msix", b".appx", b".msixbundle", b".appxbundle")
_SYMBOLS = (b".msixsym", b".appxsym")


class MsiInspector(RecognisingInspector):
    """Recognises installers by the class of a compound file's root."""

    formats = ("msi",)

    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say whether this is an installer; a document of an office program is none."""
        del path
        if not head.startswith(OLE_MAGIC) or len(head) < 52:
            return None
        sector = 1 << min(int.from_bytes(head[30:32], "little"), 16)
        directory = int.from_bytes(head[48:52], "little")
        file.seek((directory + 1) * sector + 80)
        return Family(Platform.WINDOWS, "msi") if file.read(16) == _INSTALLER else None


class AppxInspector(RecognisingInspector):
    """Recognises packages, bundles and store uploads by what lies at the archive's root."""

    formats = ("msix", "msixbundle", "msixupload", "appx", "appxbundle", "appxupload")

    def recognise(self, head: bytes, file: BinaryIO, path: Path) -> Family | None:
        """Say which kind of package this is."""
        del head
        directory = zip_directory(file)
        kind = None if directory is None else _kind(directory)
        if directory is None or kind is None:
            return None
        return Family(Platform.WINDOWS, _generation(directory, path) + kind)


def _kind(directory: ZipDirectory) -> str | None:
    if b"AppxMetadata/AppxBundleManifest.xml" in directory.names:
        return "bundle"
    if b"AppxManifest.xml" in directory.names:
        return ""
    names = [name.lower() for name in directory.names]
    packages = [name for name in names if name.endswith(_PACKAGES) and b"/" not in name]
    symbols = [name for name in names if name.endswith(_SYMBOLS) and b"/" not in name]
    return "upload" if packages and len(packages) + len(symbols) == len(names) else None


def _generation(directory: ZipDirectory, path: Path) -> str:
    """Return `appx` or `msix`: by the file's name, else by the packages in it, else the newer."""
    promised = extension_family(path) or ""
    if promised.startswith(("appx", "msix")):
        return promised[:4]
    inside = (name.lower() for name in directory.names if b"/" not in name)
    return "appx" if any(name.endswith((b".appx", b".appxbundle")) for name in inside) else "msix"
