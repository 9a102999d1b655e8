"""An Info.plist is believed as far as it makes sense, in both of its encodings."""

import plistlib
import struct
import time

import pytest
from shipway_plugins.errors import NotABinary

INFO = {
    "CFBundleIdentifier": "dev.example.app",
    "CFBundleDisplayName": "Ünïcode 日本",
    "CFBundleName": "App",
    "CFBundleShortVersionString": "2.5",
    "CFBundleVersion": "77",
    "MinimumOSVersion": "16.0",
    "UIDeviceFamily": [2, 1],
    "Nested": {"a": [1, 2.5, {"b": b"data"}]},
}
BOTH = pytest.mark.parametrize("fmt", [plistlib.FMT_XML, plistlib.FMT_BINARY])


def rules(inspection):
    return [finding.rule for finding in inspection.findings]


@BOTH
def test_every_field_is_read_from_both_encodings(identify, ipa, fmt):
    found = identify(ipa(INFO, fmt), "a.ipa")
    assert (found.identifier, found.version, found.build) == ("dev.example.app", "2.5", "77")
    assert (found.name, found.min_os) == ("Ünïcode 日本", "16.0")
    assert found.device_families == ["tablet", "phone"]
    assert found.findings == []


@BOTH
def test_without_a_display_name_the_bundle_name_is_taken(identify, ipa, fmt):
    assert identify(ipa(INFO | {"CFBundleDisplayName": ""}, fmt)).name == "App"


@BOTH
@pytest.mark.parametrize("wrong", [["x"], {"a": 1}, 7, 1.5, True, b"x"])
def test_a_version_of_a_wrong_type_is_none_with_a_finding(identify, ipa, fmt, wrong):
    found = identify(ipa(INFO | {"CFBundleShortVersionString": wrong}, fmt))
    assert found.version is None
    assert rules(found) == ["not-readable"]


def test_a_missing_build_is_none_with_a_finding(identify, ipa):
    found = identify(ipa({key: INFO[key] for key in INFO if key != "CFBundleVersion"}))
    assert found.build is None
    assert rules(found) == ["not-stated"]


@BOTH
@pytest.mark.parametrize(
    ("stated", "families"), [([1], ["phone"]), (2, ["tablet"]), (["1", "2"], ["phone", "tablet"])]
)
def test_device_families_are_read_however_they_are_written(identify, ipa, fmt, stated, families):
    assert identify(ipa(INFO | {"UIDeviceFamily": stated}, fmt)).device_families == families


@BOTH
def test_an_unknown_device_family_is_a_finding(identify, ipa, fmt):
    found = identify(ipa(INFO | {"UIDeviceFamily": [99, {}]}, fmt))
    assert found.device_families == ["phone"]
    assert rules(found) == ["not-readable"]


def test_two_applications_are_refused(identify, archive):
    info = plistlib.dumps(INFO)
    two = archive({"Payload/A.app/Info.plist": info, "Payload/B.app/Info.plist": info})
    with pytest.raises(NotABinary, match="2 applications"):
        identify(two)


def test_a_key_that_is_stated_twice_is_refused(identify, ipa):
    pair = b"<key>CFBundleVersion</key><string>1</string>"
    with pytest.raises(NotABinary, match="twice"):
        identify(ipa(b"<plist><dict>" + 2 * pair + b"</dict></plist>"))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"<plist", b"<plist/>", b"<x/>", b"bplist00", b"bplist00" + bytes(40)]
)
def test_what_is_no_property_list_is_refused(identify, ipa, data):
    with pytest.raises(NotABinary, match=r"Info\.plist"):
        identify(ipa(data))


def test_entities_are_refused_and_a_plain_document_type_is_not(identify, ipa):
    plain = plistlib.dumps(INFO)
    assert b"<!DOCTYPE" in plain
    assert identify(ipa(plain)).build == "77"
    bomb = b'<!DOCTYPE plist [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><plist><dict/></plist>'
    with pytest.raises(NotABinary, match="entities"):
        identify(ipa(bomb))


def test_lists_that_share_their_items_cost_no_time(identify, ipa):
    """Ten thousand lists of ten thousand items each lie over the same bytes of a small file."""
    count = 10_000
    key = b"\x5e" + b"UIDeviceFamily"
    top = b"\xd1" + struct.pack(">HH", 1, 2)
    shared = b"\xaf\x11" + struct.pack(">H", count) + struct.pack(">H", 2) * count
    body = b"bplist00" + top + key + shared
    offsets = [8, 13, 28] + [28] * count
    table = b"".join(struct.pack(">I", offset) for offset in offsets)
    trailer = struct.pack(">6xBBQQQ", 4, 2, len(offsets), 0, len(body))
    before = time.process_time()
    found = identify(ipa(body + table + trailer))
    assert found.device_families == ["phone"]
    assert time.process_time() - before < 1


def test_xml_nested_a_hundred_thousand_deep_is_survived(identify, ipa):
    deep = b"<plist><dict><key>a</key>" + b"<array>" * 60_000 + b"</array>" * 60_000
    found = identify(ipa(deep + b"</dict></plist>"))
    assert found.identifier is None
