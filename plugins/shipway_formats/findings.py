"""The findings that inspectors share, so that each is worded once."""

from pathlib import Path

from shipway_plugins.words import Finding, Severity

#: The families by the ends of their file names; the longer end is tried first.
EXTENSIONS = {
    ".app.zip": "app.zip",
    ".xcarchive.zip": "xcarchive.zip",
    ".apk": "apk",
    ".aab": "aab",
    ".ipa": "ipa",
    ".pkg": "pkg",
    ".dmg": "dmg",
    ".appx": "appx",
    ".appxbundle": "appxbundle",
    ".appxupload": "appxupload",
    ".msi": "msi",
    ".msix": "msix",
    ".msixbundle": "msixbundle",
    ".msixupload": "msixupload",
}
#: What a file named `.zip` may turn out to be.
ZIP_FAMILIES = ("app.zip", "xcarchive.zip", "zip")


def extension_family(path: Path) -> str | None:
    """Return the format that a file's name promises, or None where it promises nothing known."""
    name = path.name.lower()
    for end, family in EXTENSIONS.items():
        if name.endswith(end):
            return family
    return "zip" if name.endswith(".zip") else None


def wrong_extension(path: Path, family: str) -> list[Finding]:
    """Find a name that promises another format than the content has."""
    promised = extension_family(path)
    if promised in (None, family) or (promised == "zip" and family in ZIP_FAMILIES):
        return []
    return [
        Finding(
            severity=Severity.WARNING,
            rule="wrong-extension",
            sentence=f"The file is named .{promised}, but its content is {family}.",
            remedy=f"Name it .{family}, if that is what you meant to build.",
        )
    ]


def not_read_yet(family: str) -> Finding:
    """Say that a family is recognised, and that what it says of itself is not read."""
    return Finding(
        severity=Severity.WARNING,
        rule="not-read-yet",
        sentence=f"What a file of type {family} says of itself is not read yet.",
        remedy="Give its version and build by hand: --build-version and --build-number.",
    )


def not_stated(what: str, severity: Severity, remedy: str = "") -> Finding:
    """Say that the binary states nothing where it could."""
    return Finding(
        severity=severity,
        rule="not-stated",
        sentence=f"The file does not state its {what}.",
        remedy=remedy,
    )


def not_readable(what: str, reason: str) -> Finding:
    """Say that the binary states something that cannot be read."""
    return Finding(
        severity=Severity.WARNING,
        rule="not-readable",
        sentence=f"The {what} cannot be read: {reason}",
        remedy="Give it by hand, or build the file again.",
    )
