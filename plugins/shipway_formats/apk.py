"""Android packages: what the manifest states, with the few resources that it points to.

A reader of its own, because the usual one decodes every resource of the app, up to two seconds of
it, to find one label. There is no fallback to that one: what this reader refuses is damaged or
hostile, and a second parser with other ideas of it would only hide that.
"""

from pathlib import Path
from typing import Any, BinaryIO

from shipway_plugins import Inspector
from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Finding, Inspection, Platform, Severity, Signing, SigningState

from shipway_formats import manifest as attributes
from shipway_formats.arsc import ResourceTable
from shipway_formats.axml import Element
from shipway_formats.findings import not_readable, not_stated, wrong_extension
from shipway_formats.manifest import Manifest, read_manifest
from shipway_formats.values import Value
from shipway_formats.window import Window
from shipway_formats.zip_directory import ZipDirectory, directory_of, zip_directory

MANIFEST = b"AndroidManifest.xml"
RESOURCES = b"resources.arsc"
MAX_MANIFEST = 4 * 1024 * 1024
MAX_RESOURCES = 32 * 1024 * 1024
MAX_ABIS = 32

_READ_STORAGE = "android.permission.READ_EXTERNAL_STORAGE"
_WRITE_STORAGE = "android.permission.WRITE_EXTERNAL_STORAGE"
_READ_PHONE = "android.permission.READ_PHONE_STATE"
#: Reading contacts once meant reading the call log too, and so did writing.
_CALL_LOGS = {
    "android.permission.READ_CONTACTS": "android.permission.READ_CALL_LOG",
    "android.permission.WRITE_CONTACTS": "android.permission.WRITE_CALL_LOG",
}


class ApkInspector(Inspector):
    """Reads APKs: one that holds a manifest where an app has it."""

    formats = ("apk",)

    def claims(self, head: bytes, file: BinaryIO) -> bool:
        """Say whether this is an archive with an Android manifest at its root."""
        del head
        directory = zip_directory(file)
        return directory is not None and MANIFEST in directory.names

    def identify(self, file: BinaryIO, path: Path) -> Inspection:
        """Read the manifest, and of the resources what it refers to.

        Raises:
            NotABinary: The archive or its manifest is damaged, or breaks a limit.
        """
        directory = directory_of(file)
        data = directory.read(MANIFEST, MAX_MANIFEST)
        reading = _Reading(directory, read_manifest(Window.of_bytes(data, "AndroidManifest.xml")))
        return reading.inspection(wrong_extension(path, "apk"))


class _Reading:
    """One APK while it is read: collects the findings, and opens the resources once if at all."""

    def __init__(self, directory: ZipDirectory, manifest: Manifest) -> None:
        self._directory = directory
        self._manifest = manifest
        self._table: ResourceTable | None = None
        self._findings: list[Finding] = []

    def inspection(self, findings: list[Finding]) -> Inspection:
        """Put together what the package says of itself."""
        self._findings += findings
        manifest = self._manifest
        min_os = self._sdk(attributes.MIN_SDK, "minimum SDK", "Android takes 1.")
        target_os = self._sdk(attributes.TARGET_SDK, "target SDK", "Android takes the minimum.")
        return Inspection(
            platform=Platform.ANDROID,
            format="apk",
            identifier=self._identifier(),
            name=self._text(manifest.application, attributes.LABEL, "name"),
            version=self._text(manifest.root, attributes.VERSION_NAME, "version"),
            build=self._build(),
            min_os=min_os,
            target_os=target_os,
            device_families=_families(manifest),
            signing=Signing(state=_signing_state(self._directory)),
            details={"android": self._details(min_os, target_os)},
            findings=self._findings,
        )

    def _identifier(self) -> str | None:
        identifier = self._manifest.root.text("package")
        if not identifier:
            self._findings.append(not_stated("package name", Severity.WARNING))
        if self._manifest.root.text("split"):
            self._findings.append(_split_finding())
        return identifier or None

    def _build(self) -> str | None:
        """Return the version code: one number of 64 bits where there is a major part."""
        root = self._manifest.root
        code = self._number(root.value(attributes.VERSION_CODE))
        if code is None:
            self._findings.append(not_stated("build (versionCode)", Severity.WARNING))
            return None
        major = self._number(root.value(attributes.VERSION_CODE_MAJOR)) or 0
        return str(major << 32 | code)

    def _number(self, value: Value | None) -> int | None:
        if value is None or not value.is_reference:
            return None if value is None else value.number()
        text = self._look_up(value, "build")
        return int(text) if text is not None and text.isascii() and text.isdigit() else None

    def _sdk(self, key: int, what: str, meaning: str) -> str | None:
        """Return an SDK as the file states it: a number, or a code name."""
        sdk = self._manifest.sdk
        if sdk is None or sdk.value(key) is None:
            self._findings.append(not_stated(what, Severity.INFO, meaning))
            return None
        return self._text(sdk, key, what)

    def _text(self, element: Element | None, key: int, what: str) -> str | None:
        """Return an attribute as text, through the resources where it points there."""
        value = None if element is None else element.value(key)
        if element is None or value is None:
            self._findings.append(not_stated(what, Severity.WARNING))
            return None
        if value.is_reference:
            return self._look_up(value, what)
        text = element.text(key)
        if not text:
            self._findings.append(not_stated(what, Severity.WARNING))
        return text or None

    def _look_up(self, value: Value, what: str) -> str | None:
        try:
            text = self._resources().text(value)
        except NotABinary as error:
            self._findings.append(not_readable(what, error.message))
            return None
        if text is None:
            reason = f"it is resource 0x{value.data:08x}, which the file does not hold as text."
            self._findings.append(not_readable(what, reason))
        return text

    def _resources(self) -> ResourceTable:
        if self._table is None:
            self._table = ResourceTable(self._directory.window(RESOURCES, MAX_RESOURCES))
        return self._table

    def _details(self, min_os: str | None, target_os: str | None) -> dict[str, Any]:
        application = self._manifest.application
        debuggable = None if application is None else application.value(attributes.DEBUGGABLE)
        if debuggable is not None and debuggable.is_reference:
            on = self._look_up(debuggable, "debuggable mark") == "true"
        else:
            on = debuggable is not None and debuggable.data != 0
        return {
            "permissions": _permissions(self._manifest.permissions, target_os or min_os),
            "abis": _abis(self._directory),
            "debuggable": on,
        }


def _permissions(asked: set[str], target: str | None) -> list[str]:
    """Return what the app is granted on asking: with what Android adds for an old target."""
    granted = {name for name in asked if name}
    if _older(target, 4):
        granted |= {_WRITE_STORAGE, _READ_PHONE}
    if _older(target, 16):
        granted |= {log for contacts, log in _CALL_LOGS.items() if contacts in granted}
    if _WRITE_STORAGE in granted:
        granted.add(_READ_STORAGE)
    return sorted(granted)


def _older(target: str | None, sdk: int) -> bool:
    """Say whether an app is built for an SDK before `sdk`; a code name is a new one."""
    return target is None or (target.isdigit() and int(target) < sdk)


def _abis(directory: ZipDirectory) -> list[str]:
    """Return the processor families that native code is there for, from `lib/ABI/file`."""
    found: set[str] = set()
    for name in directory.names:
        if name.startswith(b"lib/") and name.count(b"/") == 2 and not name.endswith(b"/"):
            found.add(name.split(b"/")[1].decode("utf-8", "replace"))
    return sorted(found)[:MAX_ABIS]


def _families(manifest: Manifest) -> list[str]:
    """Say what the app is for: a phone, unless the manifest leaves phones out."""
    if "android.hardware.type.watch" in manifest.features:
        return ["watch"]
    if manifest.features & {"android.software.leanback", "android.hardware.type.television"}:
        return ["tv"]
    screens = manifest.screens
    if screens is None:
        return ["phone"]
    small = screens.text(attributes.SMALL_SCREENS)
    normal = screens.text(attributes.NORMAL_SCREENS)
    return ["tablet"] if small == normal == "false" else ["phone"]


def _signing_state(directory: ZipDirectory) -> SigningState:
    """Say whether there is a signature; whether it holds is another call's question."""
    if directory.before_directory(16) == b"APK Sig Block 42":
        return SigningState.UNVERIFIED
    ends = (b".RSA", b".DSA", b".EC")
    signed = any(
        name.startswith(b"META-INF/") and name.upper().endswith(ends) for name in directory.names
    )
    return SigningState.UNVERIFIED if signed else SigningState.UNSIGNED


def _split_finding() -> Finding:
    return Finding(
        severity=Severity.WARNING,
        rule="split-apk",
        sentence="This is one part of an app that is split into several packages.",
        remedy="Publish the bundle (AAB), or a universal APK made from it.",
    )
