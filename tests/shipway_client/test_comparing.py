"""In what two versions differ, and how an inspection is written as names and values."""

import msgspec
from command_answers.answers import version
from shipway_client.comparing import compare
from shipway_client.reading import readings
from shipway_client.wire import Difference, Version
from shipway_plugins.words import Finding, Inspection, Platform, Severity, Signing, SigningState


def made(number: int = 1, *, details=None, signing=None, **fields) -> Version:
    read = Inspection(
        platform=Platform.ANDROID,
        format="apk",
        version="9",
        details=details or {},
        signing=signing or Signing(state=SigningState.UNVERIFIED),
    )
    known = msgspec.convert(version(), Version)
    given = {"address": f"ana/sample-android@{number}", "number": number, "inspection": read}
    return msgspec.structs.replace(known, **(given | fields))


def test_an_inspection_is_written_whatever_a_plugin_found():
    """Texts, lists, tables within tables, what could not be read; what does not apply is not."""
    read = Inspection(
        platform=Platform.IOS,
        format="ipa",
        name=None,
        device_families=["phone", "tablet"],
        signing=Signing(state=SigningState.VALID, schemes=["v2"]),
        details={"ios": {"sdk_name": "17", "provisioning": {"team": "T", "wildcard": False}}},
    )
    assert [(one.section, one.name, one.value) for one in readings(read)] == [
        ("", "platform", "ios"),
        ("", "format", "ipa"),
        ("", "name", "not read"),
        ("", "devices", ["phone", "tablet"]),
        ("signing", "state", "valid"),
        ("signing", "schemes", ["v2"]),
        ("ios", "sdk name", "17"),
        ("ios", "provisioning team", "T"),
        ("ios", "provisioning wildcard", "no"),
    ]


def test_of_two_versions_only_what_differs_is_told():
    """Numbers as they were given, lists by what came and went, whatever their order."""
    old = made(1, version="1.0", details={"android": {"permissions": ["a", "b"], "abis": ["x"]}})
    new = made(
        2,
        version="1.1",
        details={"android": {"permissions": ["c", "b"], "abis": ["x"], "debuggable": True}},
        signing=Signing(state=SigningState.VALID),
        findings=[Finding(severity=Severity.INFO, rule="r", sentence="S.")],
    )
    assert compare(old, new).differences == [
        Difference(section="", name="version", before="1.0", after="1.1"),
        Difference(section="", name="findings", added=["r: S."]),
        Difference(section="signing", name="state", before="unverified", after="valid"),
        Difference(section="android", name="permissions", added=["c"], removed=["a"]),
        Difference(section="android", name="debuggable", after="yes"),
    ]
    assert compare(old, new).same_bytes


def test_a_version_does_not_differ_from_itself():
    """The order of lists is no difference either."""
    one = made(details={"android": {"permissions": ["a", "b"]}})
    other = made(details={"android": {"permissions": ["b", "a"]}})
    assert compare(one, other).differences == []


def test_what_one_kind_of_file_has_none_of_and_the_other_cannot_have_is_no_difference():
    """An APK without native code has no ABIs, an IPA is not asked for any."""
    apk = made(details={"android": {"abis": []}})
    assert compare(apk, made(details={})).differences == []
