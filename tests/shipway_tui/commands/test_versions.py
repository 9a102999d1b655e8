"""What is done with one version or two: its file, and in what they differ."""

import hashlib

import pytest
from command_answers.answers import version
from shipway_tui.__main__ import run

CONTENT = b"binary \x00\xff"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ONE = "/v1/profiles/ana/sample-android/versions/1"
TWO = "/v1/profiles/ana/sample-android/versions/2"


@pytest.fixture
def stored(daemon):
    """A version whose file has a name that leads out of the folder."""
    known = version(sha256=DIGEST, size=len(CONTENT), file_name="../sample.apk")
    daemon.on("GET", TWO, known)
    daemon.files[f"{TWO}/file"] = CONTENT


@pytest.mark.usefixtures("stored")
def test_a_file_is_saved_whole_and_never_over_another(shipway, tmp_path, monkeypatch):
    """Here under its own name, in a folder, or where it is said."""
    monkeypatch.chdir(tmp_path)
    for options, path in (
        ((), tmp_path / "sample.apk"),
        (("-o", str(tmp_path / "x.apk")), tmp_path / "x.apk"),
    ):
        ran = shipway("version", "download", "ana/sample-android@2", *options, "--json")
        assert (ran.code, ran.json["path"], ran.json["sha256"]) == (0, str(path), DIGEST)
        assert path.read_bytes() == CONTENT
    (tmp_path / "sample.apk").write_bytes(b"mine")
    refused = shipway("version", "download", "ana/sample-android@2")
    assert refused.code == 4
    assert (tmp_path / "sample.apk").read_bytes() == b"mine"
    forced = shipway("version", "download", "ana/sample-android@2", "--force")
    assert (forced.code, (tmp_path / "sample.apk").read_bytes()) == (0, CONTENT)


@pytest.mark.usefixtures("stored")
def test_a_file_goes_to_standard_output(capfdbinary, monkeypatch, tmp_path):
    """The bytes and nothing else."""
    monkeypatch.setenv("SHIPWAY_HOME", str(tmp_path))
    assert run(["version", "download", "ana/sample-android@2", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out == CONTENT
    assert run(["version", "download", "ana/sample-android@2", "-o", "-", "--json"]) == 2


@pytest.fixture
def two(daemon):
    """Two versions that differ in their numbers and in what they are allowed."""

    def read(*permissions):
        details = {"android": {"permissions": list(permissions)}}
        return {"platform": "android", "format": "apk", "details": details}

    first = version(
        address="ana/sample-android@1", number=1, version="1.0.0", inspection=read("a", "b")
    )
    daemon.on("GET", ONE, first)
    daemon.on("GET", f"{TWO}/before", first)
    daemon.on("GET", TWO, version(inspection=read("b", "c")))


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    "addresses", [["ana/sample-android@1", "ana/sample-android@2"], ["ana/sample-android@2"]]
)
def test_two_versions_are_compared(shipway, addresses):
    """Named both, or one with the one before it; for people and for programs."""
    ran = shipway("version", "diff", *addresses)
    assert ran.out.splitlines() == [
        "ana/sample-android@1 -> ana/sample-android@2",
        "version: 1.0.0 -> 1.1.0",
        "android permissions",
        "  - a",
        "  + c",
    ]
    assert "android permissions  b, c" in shipway("version", "show", "ana/sample-android@2").out
    told = shipway("version", "diff", *addresses, "--json").json
    assert told["differences"][1]["added"] == ["c"]
    assert told["same_bytes"]
