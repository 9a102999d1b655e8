"""`shipway unmatched`: what is held is listed, filed and dropped."""

from command_answers.answers import version
from shipway_client.wire import FileUnmatched

HELD = {
    "id": 7,
    "folder": 1,
    "file_name": "app.apk",
    "source": "watch:/builds/app.apk",
    "sha256": "a" * 64,
    "size": 4_200_000,
    "channel": "android-phone",
    "platform": "android",
    "format": "apk",
    "identifier": "com.example.app",
    "name": "Example",
    "version": "1.2.0",
    "build": "7",
    "facts": {},
    "findings": [],
    "at": "2026-11-21T10:00:00.000Z",
}


def test_what_is_held_is_listed_with_what_it_is(daemon, shipway):
    daemon.page("/v1/unmatched", HELD)
    ran = shipway("unmatched", "list", "--folder", "1")
    assert (daemon.calls[0].query["folder"], ran.code) == (1, 0)
    assert ran.out.splitlines()[1].split()[:6] == [
        "7",
        "app.apk",
        "com.example.app",
        "android-phone",
        "1.2.0",
        "7",
    ]
    (told,) = shipway("unmatched", "list", "--json").json_lines
    assert (told["id"], told["size"], told["identifier"]) == (7, 4_200_000, "com.example.app")


def test_one_is_filed_where_it_is_said(daemon, shipway):
    daemon.on("POST", "/v1/unmatched/7/file", {"version": version(), "created": True})
    assert "Filed as ana/sample-android@" in shipway("unmatched", "file", "7").out
    ran = shipway("unmatched", "file", "7", "--profile", "ana/sample-android", "--json")
    assert ran.json["created"]
    assert daemon.bodies("POST", "/v1/unmatched/7/file") == [
        FileUnmatched(),
        FileUnmatched(profile="ana/sample-android"),
    ]


def test_one_is_dropped_only_when_somebody_agrees(daemon, shipway):
    """Without a terminal the option must say it."""
    daemon.on("DELETE", "/v1/unmatched/7", None)
    ran = shipway("unmatched", "drop", "7")
    assert (ran.code, daemon.calls) == (2, [])
    assert shipway("unmatched", "drop", "7", "--yes").code == 0
    assert shipway("unmatched", "drop", "8", "--yes").code == 6
