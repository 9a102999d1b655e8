"""Every other type is recognised by content; the name decides among equals only."""

import pytest
from shipway_formats.findings import EXTENSIONS
from shipway_plugins.errors import NotABinary
from shipway_plugins.words import Platform

PACKAGE = {"AppxManifest.xml": b"<Package/>"}
BUNDLE = {"AppxMetadata/AppxBundleManifest.xml": b"<Bundle/>"}
UPLOAD = {"a.msix": b"PK", "a.appxsym": b"PK"}
ARCHIVE = "A.xcarchive/Info.plist"
IOS_APP = "A.xcarchive/Products/Applications/A.app/Info.plist"
CASES = [
    ({"BundleConfig.pb": b"", "base/manifest/AndroidManifest.xml": b""}, "a.aab", "android", "aab"),
    (PACKAGE, "a.msix", "windows", "msix"),
    (PACKAGE, "a.appx", "windows", "appx"),
    (PACKAGE, "staged", "windows", "msix"),
    (BUNDLE, "a.msixbundle", "windows", "msixbundle"),
    (BUNDLE, "a.appxbundle", "windows", "appxbundle"),
    (UPLOAD, "a.msixupload", "windows", "msixupload"),
    (UPLOAD, "a.appxupload", "windows", "appxupload"),
    ({"A.app/Contents/Info.plist": b"x"}, "A.app.zip", "macos", "app.zip"),
    ({"A.app/Info.plist": b"x"}, "A.zip", "ios-simulator", "app.zip"),
    ({ARCHIVE: b"x", IOS_APP: b"x"}, "A.xcarchive.zip", "ios", "xcarchive.zip"),
    ({ARCHIVE: b"x"}, "A.xcarchive.zip", "macos", "xcarchive.zip"),
    ({"readme": b"x"}, "a.zip", "custom", "zip"),
]


@pytest.mark.parametrize(("files", "name", "platform", "family"), CASES)
def test_an_archive_is_what_lies_in_it(identify, archive, files, name, platform, family):
    found = identify(archive(files), name)
    assert (found.platform, found.format) == (Platform(platform), family)
    assert [finding.rule for finding in found.findings] == ["not-read-yet"]
    assert found.identifier is found.name is found.version is found.build is found.min_os is None


@pytest.mark.parametrize(
    ("data", "family"),
    [(b"xar!" + bytes(40), "pkg"), (bytes(2000) + b"koly" + bytes(508), "dmg")],
)
def test_a_package_of_apple_is_known_by_its_first_or_last_bytes(identify, data, family):
    found = identify(data, f"a.{family}")
    assert (found.platform, found.format) == (Platform.MACOS, family)


@pytest.mark.parametrize("family", sorted(set(EXTENSIONS.values())))
def test_a_name_that_promises_another_type_is_a_finding(identify, archive, family):
    found = identify(archive({"readme": b"x"}), f"a.{family}")
    assert found.format == "zip"
    assert [finding.rule for finding in found.findings] == ["not-read-yet", "wrong-extension"]
    assert f".{family}" in found.findings[1].sentence


def test_a_name_that_promises_nothing_is_no_finding(identify, samples):
    assert identify((samples / "sample-1.0.0.apk").read_bytes(), "0f" * 32).findings == []


def test_an_office_document_is_no_installer(identify):
    with pytest.raises(NotABinary, match="no installer"):
        identify(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000), "a.msi")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"hello\n", "text"),
        ("grüße ".encode() * 2000, "text"),
        (b"\x7fELF\2\1\1", "ELF"),
        (b"MZ\x90\0", "EXE"),
        (b"\0\1\2\3", "no known type"),
        (b"PK\5\6" + bytes(18), "archive is empty"),
        (b"PK\3\4" + bytes(100), "incomplete"),
    ],
)
def test_what_is_no_binary_is_refused_in_a_sentence(identify, data, words):
    with pytest.raises(NotABinary, match=words) as refusal:
        identify(data, "a.apk")
    assert refusal.value.hint
