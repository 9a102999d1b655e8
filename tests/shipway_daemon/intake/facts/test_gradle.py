"""What Gradle writes beside an APK is believed for the files that it names."""

import json

import pytest
from shipway_daemon.intake.facts.gradle import read_metadata
from shipway_daemon.intake.numbers import Numbers
from shipway_plugins.words import BuildFacts

METADATA = {
    "version": 3,
    "artifactType": {"type": "APK", "kind": "Directory"},
    "applicationId": "dev.shipway.sample",
    "variantName": "freeRelease",
    "elements": [
        {
            "type": "ONE_OF_MANY",
            "filters": [{"filterType": "ABI", "value": "x86"}],
            "versionCode": 12,
            "versionName": "1.2",
            "outputFile": "app-x86.apk",
        },
        {"type": "SINGLE", "versionCode": 11, "versionName": "", "outputFile": "app.apk"},
    ],
}


@pytest.fixture
def read(tmp_path):
    def told(content, binary="app.apk"):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (tmp_path / "output-metadata.json").write_bytes(data)
        return read_metadata(tmp_path / binary)

    return told


@pytest.mark.parametrize(
    ("binary", "version", "build"), [("app-x86.apk", "1.2", "12"), ("app.apk", None, "11")]
)
def test_the_variant_and_the_numbers_of_the_file_that_is_named(read, binary, version, build):
    told = read(METADATA, binary)

    assert told.facts == BuildFacts(variant="freeRelease")
    assert told.numbers == Numbers(
        origin="output-metadata.json", claimed=True, version=version, build=build
    )
    assert told.findings == []


def test_of_a_file_that_it_does_not_name_nothing_is_believed(read):
    told = read(METADATA, "app-arm64.apk")

    assert (told.facts, told.numbers) == (BuildFacts(), None)
    assert "another build" in told.findings[0].sentence


@pytest.mark.parametrize(
    "content", [b"", b"{", [], {"elements": 1}, {"variantName": 1}, b" " * 300_000]
)
def test_what_cannot_be_read_is_a_finding(read, content):
    told = read(content)

    assert (told.facts, told.numbers, len(told.findings)) == (BuildFacts(), None, 1)


def test_only_an_apk_has_one(read, tmp_path):
    assert read(METADATA, "app.aab").facts == BuildFacts()
    assert read_metadata(tmp_path / "nowhere" / "app.apk").findings == []
