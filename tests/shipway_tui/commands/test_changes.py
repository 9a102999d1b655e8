"""Commands that change something send exactly what was said."""

from pathlib import Path

import pytest
from command_answers.answers import environment, profile, publication, version
from shipway_client.errors import Refused
from shipway_plugins.words import BuildFacts


def test_what_is_said_of_bytes_that_are_there_is_said_to_change_nothing(daemon, shipway):
    """But for the mark of a candidate, which is set; a new version says nothing."""
    daemon.on("POST", "/v1/versions", {"version": version(), "created": False})

    ran = shipway("add", "a.apk", "--branch", "main", "--build-number", "7", "--candidate")
    assert ran.code == 0
    assert "--build-number, --branch changed nothing" in ran.err
    assert shipway("add", "a.apk", "--candidate").err == ""
    assert shipway("add", "a.apk", "--branch", "main", "-q").err == ""
    daemon.on("POST", "/v1/versions", {"version": version(), "created": True})
    assert shipway("add", "a.apk", "--branch", "main").err == ""


def test_an_upload_of_a_file_that_is_not_there_is_not_found(daemon, shipway):
    ran = shipway("add", "--upload", "nosuch.apk", "--json")
    assert ran.code == 6
    assert "nosuch.apk" in ran.error["message"]
    assert daemon.calls == []


def test_add_sends_absolute_paths_and_goes_on_after_a_refusal(daemon, shipway, tmp_path):
    """Each file gets its own line or error; the exit code is that of the first refusal."""

    def answer(call):
        if call.body.path.endswith("bad.apk"):
            return Refused("bad.apk is refused.")
        return {"version": version(), "created": True}

    daemon.on("POST", "/v1/versions", answer)

    ran = shipway("add", "bad.apk", "good.apk", "--candidate", "--build-version", "3", "--json")

    assert ran.code == 4
    assert ran.error["message"] == "bad.apk is refused."
    assert ran.json["version"]["address"] == "ana/sample-android@2"
    bodies = daemon.bodies("POST", "/v1/versions")
    assert [body.path for body in bodies] == [str(Path.cwd() / n) for n in ("bad.apk", "good.apk")]
    assert bodies[1].candidate
    assert bodies[1].build_version == "3"


def test_notes_come_from_a_file(daemon, shipway, tmp_path):
    """As UTF-8, whole."""
    notes = tmp_path / "notes.md"
    notes.write_text("Grüße\nan alle\n", encoding="utf-8")
    daemon.on("POST", "/v1/versions", {"version": version(), "created": False})

    ran = shipway("add", "a.apk", "--notes-file", str(notes))

    assert "Already there" in ran.out
    assert daemon.bodies("POST", "/v1/versions")[0].notes == "Grüße\nan alle\n"


@pytest.mark.parametrize("options", [("--notes", "a", "--notes-file", "b"), ("--notes-file", "no")])
def test_notes_that_cannot_be_had_are_wrong_usage(daemon, shipway, options):
    """Both at once, or a file that is not there."""
    ran = shipway("add", "a.apk", *options)

    assert (ran.code, daemon.calls) == (2, [])


def test_settings_travel_as_they_were_typed(daemon, shipway):
    """The daemon knows what the adapter wants; nothing needs quotes."""
    daemon.on("POST", "/v1/environments", environment())

    shipway(
        *("env", "add", "e", "--adapter", "enterprise_store"),
        *("--set", "a=3", "--set", "b=true", "--set", "c=plain text", "--set", 'd=["x"]'),
        *("--set", "e=k=v"),
    )

    (body,) = daemon.bodies("POST", "/v1/environments")
    assert body.settings == {
        "a": "3",
        "b": "true",
        "c": "plain text",
        "d": '["x"]',
        "e": "k=v",
    }


@pytest.mark.parametrize("words", [("a",), ("=3",), ("a=1", "a=2")])
def test_settings_without_a_name_or_twice_are_wrong_usage(daemon, shipway, words):
    """So that a typing error is not a setting."""
    options = [word for setting in words for word in ("--set", setting)]

    ran = shipway("env", "add", "e", "--adapter", "k", *options)

    assert (ran.code, daemon.calls) == (2, [])


def test_a_profile_with_an_owner_is_made_for_that_owner(daemon, shipway):
    """`owner/name` is split; a bare name leaves the owner to the daemon."""
    daemon.on("POST", "/v1/profiles", profile())

    shipway("profile", "create", "acme/shop", "--channel", "ios-phone")
    shipway("profile", "create", "shop", "--channel", "ios-phone")

    first, second = daemon.bodies("POST", "/v1/profiles")
    assert (first.owner, first.name) == ("acme", "shop")
    assert (second.owner, second.name) == (None, "shop")


def test_a_profile_with_versions_is_deleted_only_when_confirmed(daemon, shipway):
    """Without a terminal the option must say it, and the daemon is given it."""
    daemon.on("GET", "/v1/profiles/ana/sample-android", profile())
    daemon.on("DELETE", "/v1/profiles/ana/sample-android", None)
    daemon.page("/v1/publications", publication())

    asked = shipway("profile", "delete", "ana/sample-android")
    assert asked.code == 2
    assert "live in enterprise-store" in asked.err
    ran = shipway("profile", "delete", "ana/sample-android", "--confirm", "ana/sample-android")

    assert ran.code == 0
    (deleted,) = [call for call in daemon.calls if call.method == "DELETE"]
    assert deleted.query == {"confirm": "ana/sample-android"}


def test_deleting_a_version_names_where_it_is_live(daemon, shipway):
    """Before it is asked for, and again after."""
    daemon.on("GET", "/v1/profiles/ana/sample-android/versions/2", version())
    daemon.on("DELETE", "/v1/profiles/ana/sample-android/versions/2", None)
    daemon.on("GET", "/v1/profiles/ana/sample-android", profile())
    daemon.page("/v1/publications", publication())

    asked = shipway("version", "delete", "ana/sample-android@2")
    assert asked.code == 2
    assert "live in enterprise-store" in asked.err
    assert not [call for call in daemon.calls if call.method == "DELETE"]

    assert shipway("version", "delete", "ana/sample-android@2", "--yes").code == 0


def test_a_folder_is_removed_by_its_path_or_its_number(daemon, shipway, tmp_path):
    """Whichever is at hand; one that is not watched is not found."""
    folder = {
        "id": 4,
        "path": str(tmp_path),
        "glob": None,
        "channel": None,
        "profile": None,
        "unknown": "create",
        "quiet": 2.0,
        "candidate": False,
        "state": "watching",
        "reason": "",
        "last_scan_at": None,
        "ingested": 0,
        "waiting": 0,
        "refused": 0,
        "unmatched": 0,
    }
    daemon.page("/v1/folders", folder)
    daemon.on("DELETE", "/v1/folders/4", None)

    assert shipway("watch", "remove", str(tmp_path)).code == 0
    assert shipway("watch", "remove", "4").code == 0
    assert shipway("watch", "remove", "5").code == 6


def test_add_sends_where_a_file_was_built_from(daemon, shipway):
    """And nothing where nothing was said: the daemon looks around the file then."""
    daemon.on("POST", "/v1/versions", {"version": version(), "created": True})

    shipway("add", "a.apk")
    shipway(
        *("add", "a.apk", "--branch", "main", "--commit", "c0ffee", "--message", "Fix"),
        *("--run-url", "https://ci.example/1", "--variant", "release"),
    )

    plain, told = daemon.bodies("POST", "/v1/versions")
    assert plain.facts == BuildFacts()
    assert told.facts == BuildFacts(
        branch="main",
        commit="c0ffee",
        message="Fix",
        run_url="https://ci.example/1",
        variant="release",
    )


def test_a_version_says_where_it_was_built_from(daemon, shipway):
    """A message by its first line; as JSON, whole."""
    facts = {"branch": "main", "commit": "c0ffee", "message": "Fix it\n\nAt last."}
    daemon.on("GET", "/v1/profiles/ana/a/versions/2", version(facts=facts))

    out = shipway("version", "show", "ana/a@2").out
    told = shipway("version", "show", "ana/a@2", "--json").json

    for text in ("main", "c0ffee", "Fix it"):
        assert text in out
    assert "At last." not in out
    assert told["facts"] == facts
