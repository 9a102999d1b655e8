"""The file beside a binary: what it says is taken, what is wrong with it is a finding."""

import json
import os

import pytest
from shipway_daemon.intake.facts.sidecar import MAX_SIDECAR, read_sidecar
from shipway_plugins.words import BuildFacts


@pytest.fixture
def beside(tmp_path):
    """Write a sidecar, and read what it says."""

    def read(content, binary="app.apk", name=None):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (tmp_path / (name or f"{binary}.shipway.json")).write_bytes(data)
        return read_sidecar(tmp_path / binary)

    return read


WHOLE = {
    "branch": "main",
    "commit": "a" * 40,
    "message": "Fix",
    "run_url": "https://ci.example/1",
    "variant": "release",
}


def test_all_that_it_may_say(beside):
    told = beside({**WHOLE, "notes": "# New\nAll of it"})

    assert told.facts == BuildFacts(**WHOLE)
    assert told.notes == "# New\nAll of it"
    assert told.findings == []


@pytest.mark.parametrize(
    ("binary", "name"),
    [
        ("app.apk", "app.shipway.json"),
        ("App.app.zip", "App.shipway.json"),
        ("App.xcarchive.zip", "App.xcarchive.zip.shipway.json"),
        ("App-1.2.msi", "App-1.2.shipway.json"),
    ],
)
def test_its_name_is_that_of_the_binary_with_or_without_its_ending(beside, binary, name):
    assert beside({"branch": "main"}, binary, name).facts.branch == "main"


def test_the_longer_name_goes_first(beside):
    beside({"branch": "shorter"}, name="app.shipway.json")

    assert beside({"branch": "longer"}).facts == BuildFacts(branch="longer")


def test_without_one_nothing_is_said(tmp_path):
    told = read_sidecar(tmp_path / "app.apk")

    assert (told.facts, told.notes, told.findings) == (BuildFacts(), "", [])


@pytest.mark.parametrize(
    ("content", "kept", "why"),
    [
        (b"", {}, "no JSON object"),
        (b"\xff\xfe{}", {}, "no JSON object"),
        (b"[" * 60_000, {}, "no JSON object"),
        ([1], {}, "no JSON object"),
        (b" " * (MAX_SIDECAR + 1), {}, "larger than 64 KiB"),
        ({"branch": "main", "color": "red"}, {"branch": "main"}, "color"),
        ({"branch": "main", "commit": 7}, {"branch": "main"}, "no text for: commit"),
        ({"branch": "main", "run_url": "ftp://x"}, {"branch": "main"}, "address of the CI run"),
        ({"branch": "main", "notes": "n" * 25_001}, {"branch": "main"}, "25,001 characters"),
        ({f"key{n}": 1 for n in range(99)}, {}, "key4."),
        ({"branch": None, "variant": "v"}, {"variant": "v"}, None),
    ],
)
def test_what_is_wrong_is_a_finding_and_the_rest_is_kept(beside, content, kept, why):
    told = beside(content)

    assert told.facts == BuildFacts(**kept)
    assert [why in finding.sentence for finding in told.findings] == ([True] if why else [])


def test_it_is_no_link_no_pipe_and_no_folder(tmp_path):
    sidecar = tmp_path / "app.apk.shipway.json"
    (tmp_path / "secret").write_text('{"branch": "main"}')
    sidecar.symlink_to(tmp_path / "secret")
    assert "symbolic link" in read_sidecar(tmp_path / "app.apk").findings[0].sentence

    for make in (os.mkfifo, os.mkdir):
        sidecar.unlink()
        make(sidecar)
        assert "no regular file" in read_sidecar(tmp_path / "app.apk").findings[0].sentence


def test_a_name_of_the_greatest_length_has_none(tmp_path):
    assert read_sidecar(tmp_path / ("a" * 251 + ".apk")).findings == []
