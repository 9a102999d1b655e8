"""iOS packages: what the Info.plist of the one application in them states."""

from pathlib import Path
from typing import BinaryIO

from shipway_plugins import Inspector
from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Finding, Inspection, Platform, Severity, Signing, SigningState

from shipway_formats.findings import not_readable, not_stated, wrong_extension
from shipway_formats.plists import MAX_PLIST, read_plist
from shipway_formats.zip_directory import ZipDirectory, directory_of, zip_directory

_PAYLOAD = b"Payload/"
_FAMILIES = {1: "phone", 2: "tablet", 3: "tv", 4: "watch"}
_KEYS = frozenset(
    {
        "CFBundleIdentifier",
        "CFBundleDisplayName",
        "CFBundleName",
        "CFBundleShortVersionString",
        "CFBundleVersion",
        "MinimumOSVersion",
        "UIDeviceFamily",
    }
)


class IpaInspector(Inspector):
    """Reads IPAs: an archive with an application in `Payload`."""

    formats = ("ipa",)

    def claims(self, head: bytes, file: BinaryIO) -> bool:
        """Say whether this is an archive with something like an application in `Payload`."""
        del head
        directory = zip_directory(file)
        return directory is not None and bool(_applications(directory))

    def identify(self, file: BinaryIO, path: Path) -> Inspection:
        """Read the application's Info.plist.

        Raises:
            NotABinary: There is not exactly one application, or its Info.plist is damaged.
        """
        directory = directory_of(file)
        application = _single_application(directory)
        data = directory.read(application + b"Info.plist", MAX_PLIST)
        info = _Info(read_plist(data, _KEYS), wrong_extension(path, "ipa"))
        return Inspection(
            platform=Platform.IOS,
            format="ipa",
            identifier=info.text("identifier", "CFBundleIdentifier"),
            name=info.text("name", "CFBundleDisplayName", "CFBundleName"),
            version=info.text("version", "CFBundleShortVersionString"),
            build=info.text("build", "CFBundleVersion"),
            min_os=info.text("minimum OS", "MinimumOSVersion"),
            device_families=info.families(),
            signing=Signing(state=_signing_state(directory, application)),
            findings=info.findings,
        )


class _Info:
    """An Info.plist by what it is asked; collects a finding for each answer that is missing."""

    def __init__(self, values: dict[str, object], findings: list[Finding]) -> None:
        self._values = values
        self.findings = findings

    def text(self, what: str, *keys: str) -> str | None:
        """Return the first of the keys that holds text."""
        for key in keys:
            value = self._values.get(key)
            if isinstance(value, str) and value:
                return value
        wrong = [key for key in keys if self._values.get(key, "") != ""]
        if wrong:
            self.findings.append(not_readable(what, f"{wrong[0]} in Info.plist is not text."))
        else:
            self.findings.append(not_stated(f"{what} ({keys[0]})", Severity.WARNING))
        return None

    def families(self) -> list[str]:
        """Return the kinds of device; without any, Apple takes it for a phone app."""
        stated = self._values.get("UIDeviceFamily", 1)
        numbers = stated if isinstance(stated, list) else [stated]
        found = [_FAMILIES[n] for n in map(_number, numbers) if n in _FAMILIES]
        if not found:
            reason = "UIDeviceFamily in Info.plist names no known device; taken for a phone app."
            self.findings.append(not_readable("device family", reason))
        return list(dict.fromkeys(found)) or ["phone"]


def _number(value: object) -> int:
    """Return a family's number, which some tools write as text; 0 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _applications(directory: ZipDirectory) -> set[bytes]:
    """Return the folders of the applications, each with the slash at its end."""
    found: set[bytes] = set()
    for name in directory.names:
        if name.startswith(_PAYLOAD):
            folder, slash, _ = name[len(_PAYLOAD) :].partition(b"/")
            if slash and folder.endswith(b".app"):
                found.add(_PAYLOAD + folder + slash)
    return found


def _single_application(directory: ZipDirectory) -> bytes:
    applications = _applications(directory)
    if len(applications) != 1:
        raise NotABinary(
            f"There are {len(applications)} applications in Payload; an IPA holds exactly one.",
            "Export it again from the archive.",
        )
    return applications.pop()


def _signing_state(directory: ZipDirectory, application: bytes) -> SigningState:
    """Say whether there is a signature; whether it holds is another call's question."""
    sealed = application + b"_CodeSignature/CodeResources" in directory.names
    return SigningState.UNVERIFIED if sealed else SigningState.UNSIGNED
