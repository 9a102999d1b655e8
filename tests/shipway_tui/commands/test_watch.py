"""`shipway watch` sends what was asked, changes only what was named, and shows why files wait."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET
from shipway_client.wire import Retention


def folder(**changed: Any) -> dict[str, Any]:
    """A folder as the daemon tells of it."""
    return {
        "id": 4,
        "path": "/builds/out",
        "glob": None,
        "channel": None,
        "profile": None,
        "unknown": "create",
        "quiet": 2.0,
        "candidate": False,
        "state": "watching",
        "reason": "",
        "last_scan_at": "2026-11-20T10:00:00Z",
        "ingested": 3,
        "waiting": 1,
        "refused": 0,
        "unmatched": 2,
        "weaker": False,
        "preset": "android",
    } | changed


def test_add_sends_what_was_asked_and_the_defaults(daemon, shipway, tmp_path):
    daemon.on("POST", "/v1/folders", folder())

    ran = shipway("watch", "add", "out")
    assert ran.out == "Watching /builds/out (folder 4).\n"
    shipway(
        *("watch", "add", str(tmp_path), "--preset", "dotnet", "--glob", "*.msi", "--hold"),
        *("--pattern", "App-{version}.msi", "--channel", "windows-desktop", "--candidate"),
        *("--quiet", "0.5", "--profile", "ana/app"),
    )

    plain, whole = daemon.bodies("POST", "/v1/folders")
    assert plain.path == str(Path.cwd() / "out")
    assert (plain.unknown, plain.quiet, plain.candidate, plain.preset) == ("create", 2, False, None)
    assert (whole.path, whole.preset, whole.glob) == (str(tmp_path), "dotnet", "*.msi")
    assert (whole.pattern, whole.unknown) == ("App-{version}.msi", "hold")
    assert (whole.channel, whole.profile) == ("windows-desktop", "ana/app")
    assert (whole.candidate, whole.quiet) == (True, 0.5)


def test_set_sends_only_what_was_named(daemon, shipway):
    daemon.page("/v1/folders", folder(id=3, path="/other"), folder())
    daemon.on("PATCH", "/v1/folders/4", folder(preset=None))

    ran = shipway("watch", "set", "4", "--unset", "preset", "--quiet", "7", "--no-candidate")

    assert ran.out == "Changed /builds/out (folder 4).\n"
    (sent,) = daemon.bodies("PATCH", "/v1/folders/4")
    assert (sent.preset, sent.quiet, sent.candidate) == (None, 7, False)
    assert (sent.glob, sent.profile, sent.unknown, sent.pattern) == (UNSET, UNSET, UNSET, UNSET)


def test_a_folder_is_named_by_its_path_also_through_a_link(daemon, shipway, tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    daemon.page("/v1/folders", folder(path=str(real)))
    daemon.on("PATCH", "/v1/folders/4", folder())

    assert shipway("watch", "set", str(link), "--hold").code == 0
    assert shipway("watch", "set", str(tmp_path / "no"), "--hold").code == 6


def test_retention_is_given_with_add_and_sent_whole_with_set(daemon, shipway):
    """What is not named of it stays."""
    daemon.on("POST", "/v1/folders", folder())
    daemon.page("/v1/folders", folder(retention={"keep_last": 5, "keep_candidates": False}))
    daemon.on("PATCH", "/v1/folders/4", folder())

    shipway("watch", "add", "out", "--keep-last", "3", "--keep-days", "30", "--no-keep-published")
    shipway("watch", "set", "4", "--keep-days", "7.5")
    shipway("watch", "set", "4", "--keep-last", "none", "--keep-candidates")

    (added,) = daemon.bodies("POST", "/v1/folders")
    assert added.retention == Retention(keep_last=3, keep_days=30.0, keep_published=False)
    first, second = daemon.bodies("PATCH", "/v1/folders/4")
    assert first.retention == Retention(keep_last=5, keep_days=7.5, keep_candidates=False)
    assert second.retention == Retention()
    assert (first.glob, first.quiet) == (UNSET, UNSET)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--preset", "make"),
        ("--quiet", "nan"),
        ("--unset", "quiet"),
        ("--glob", "a", "--unset", "glob"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage_and_nothing_is_asked(daemon, shipway, options):
    ran = shipway("watch", "set", "4", *options)

    assert (ran.code, daemon.calls) == (2, [])


@pytest.mark.parametrize("command", ["add", "set", "show", "remove"])
def test_an_empty_name_is_not_the_folder_that_one_is_in(daemon, shipway, command):
    ran = shipway("watch", command, "")

    assert (ran.code, daemon.calls) == (2, [])


def test_show_says_what_is_asked_and_why_files_wait(daemon, shipway):
    daemon.page(
        "/v1/folders",
        folder(weaker=True, pattern="{version}.zip", retention={"keep_last": 5}),
    )
    why = "A writer has it open."
    waiting = {"path": "a/app.apk", "size": 1200, "since": "2026-11-20T10:00:00Z", "why": why}
    daemon.on("GET", "/v1/folders/4/waiting", [waiting])

    ran = shipway("watch", "show", "4")
    told = shipway("watch", "show", "4", "--json").json

    held = "2; see `shipway unmatched list --folder 4`"
    asked = ("android", "{version}.zip", "weaker", "the last 5")
    for text in (*asked, "a/app.apk", "1.2 kB", why, held, "refused           0\n"):
        assert text in ran.out
    assert told["waiting_files"] == [waiting]
    assert told["preset"] == "android"


def test_list_shows_preset_and_guarantee(daemon, shipway):
    daemon.page("/v1/folders", folder(weaker=True), folder(id=5, preset=None))

    header, first, second = shipway("watch", "list").out.splitlines()

    assert "GUARANTEE" in header
    assert "android" in first
    assert "weaker" in first
    assert "full" in second
