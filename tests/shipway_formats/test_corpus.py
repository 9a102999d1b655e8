"""Real binaries are read as independent tools read them, and hostile ones harm nothing."""

import time

import msgspec
import pytest
from shipway_plugins.errors import NotABinary

FIELDS = ("platform", "format", "identifier", "version", "build", "min_os")
FAMILIES = {1: "phone", 2: "tablet"}


def read(identify, corpus, case):
    return msgspec.to_builtins(identify(corpus / case["path"]))


def check_name(found, case):
    if "name" in case and "name" not in case.get("oracle_could_not_resolve", []):
        assert case.get("name_is_resource_ref") or found["name"] == case["name"]


def test_an_apk_is_read_as_aapt_reads_it(identify, corpus, apk_case):
    found = read(identify, corpus, apk_case)
    assert {key: found[key] for key in FIELDS} == {key: apk_case[key] for key in FIELDS}
    assert found["target_os"] == apk_case["target_sdk"]
    assert found["device_families"] == ["phone"]
    details = found["details"]["android"]
    for key in ("permissions", "abis", "debuggable"):
        assert details[key] == apk_case[key], key
    check_name(found, apk_case)


def test_an_apk_that_verifies_is_not_called_unsigned(identify, corpus, apk_case):
    found = read(identify, corpus, apk_case)
    assert found["signing"] == {"state": "unverified"} or not apk_case["signature_verifies"]


def test_an_ipa_is_read_as_plistlib_reads_it(identify, corpus, ipa_case):
    found = read(identify, corpus, ipa_case)
    assert {key: found[key] for key in FIELDS} == {key: ipa_case[key] for key in FIELDS}
    assert found["device_families"] == [FAMILIES[number] for number in ipa_case["families"]]
    check_name(found, ipa_case)


def test_every_type_is_told_by_content(identify, corpus, any_case):
    found = read(identify, corpus, any_case)
    assert (found["platform"], found["format"]) == (any_case["platform"], any_case["format"])
    if found["format"] not in ("apk", "ipa"):
        assert found["version"] is None
        assert [one["rule"] for one in found["findings"]] == ["not-read-yet"]


def test_whatever_is_missing_has_a_finding_that_says_so(identify, corpus, any_case):
    found = read(identify, corpus, any_case)
    missing = [key for key in (*FIELDS, "name", "target_os") if found.get(key, "") is None]
    assert not missing or found["findings"]


def test_a_hostile_file_is_read_or_refused_and_leaves_no_trace(
    identify, corpus, hostile, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    before = time.process_time()
    try:
        assert identify(corpus / "hostile" / hostile).format
    except NotABinary as refusal:
        assert refusal.message.endswith(".")
    assert time.process_time() - before < 2
    assert list(tmp_path.iterdir()) == []


REFUSED = {
    "zero_length.apk": "empty",
    "truncated_half.apk": "incomplete",
    "truncated_1byte.msix": "incomplete",
    "truncated.dmg": "no known type",
    "truncated.msi": "compound document",
    "random_garbage.apk": "no known type",
    "git_lfs_pointer.apk": "Git LFS pointer",
    "elf_named.pkg": "ELF",
    "symlink_info_plist.ipa": "symbolic link",
    "dup_info_plist.ipa": "more than once",
    "no_plist.ipa": "no Payload/H.app/Info.plist",
    "xxe_plist.ipa": "entities",
    "bplist_cycle.ipa": "damaged",
    "zip_bomb_200mb_plist.ipa": "limit",
    "size_lie.ipa": "10 bytes that it states",
    "axml_string_pool_lie.apk": "2147483647 strings",
    "text_manifest.apk": "plain text",
    "prepended_shell_script.apk": "23 bytes",
    "versioncode_max.txt": "text",
}
TAKEN = {
    "apk_named.ipa": ("apk", "wrong-extension"),
    "msi_named.msix": ("msi", "wrong-extension"),
    "plist_wrong_types.ipa": ("ipa", "not-readable"),
    "encrypted.dmg": ("dmg", "encrypted"),
    "proto_deep.aab": ("aab", "not-read-yet"),
    "xar_toc_bomb.pkg": ("pkg", "not-read-yet"),
    "xxe_manifest.msix": ("msix", "not-read-yet"),
}


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_a_refusal_says_what_is_wrong(identify, corpus, name, words):
    with pytest.raises(NotABinary, match=words) as refusal:
        identify(corpus / "hostile" / name)
    assert refusal.value.hint


@pytest.mark.parametrize("name", TAKEN)
def test_a_strange_file_is_taken_with_a_finding(identify, corpus, name):
    found = identify(corpus / "hostile" / name)
    assert found.format == TAKEN[name][0]
    assert TAKEN[name][1] in [finding.rule for finding in found.findings]
