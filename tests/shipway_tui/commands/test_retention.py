"""How long versions are kept is said in options, and what a prune takes is printed."""

from command_answers.answers import profile
from shipway_client.wire import PruneRequest, Retention

GONE = {
    "address": "ana/sample-android@1",
    "version": "1.0.0",
    "build": "1",
    "size": 4_200_000,
    "created_at": "2026-11-21T10:00:00.000Z",
    "reason": "The profile keeps the newest 2.",
}
SHOP = "/v1/profiles/ana/sample-android"


def set_to(daemon, shipway, *options, there=None):
    """The retention that is sent, where `there` is what the profile has."""
    daemon.calls.clear()
    shown = profile()
    shown["settings"] = {"retention": there or {}}
    daemon.on("GET", SHOP, shown)
    daemon.on("PATCH", SHOP, shown)
    ran = shipway("profile", "set", "ana/sample-android", *options)
    assert ran.code == 0, ran.err
    (sent,) = daemon.bodies("PATCH", SHOP)
    return sent.retention


def test_what_is_named_changes_and_the_rest_stays(daemon, shipway):
    """`none` takes a limit away; without any of these options nothing is said of retention."""
    assert set_to(daemon, shipway, "--keep-last", "5") == Retention(keep_last=5)
    there = {"keep_last": 5, "keep_days": 30.0, "keep_published": False}
    sent = set_to(daemon, shipway, "--keep-days", "none", "--no-keep-candidates", there=there)
    assert sent == Retention(keep_last=5, keep_candidates=False, keep_published=False)
    assert set_to(daemon, shipway, "--mismatch", "refuse") is None


def test_what_is_no_limit_is_wrong_usage(daemon, shipway):
    for wrong in ("0", "-3", "some", "nan", "1.5"):
        ran = shipway("profile", "set", "ana/sample-android", "--keep-last", wrong)
        assert (ran.code, daemon.calls) == (2, []), wrong


def test_a_profile_says_what_it_keeps(daemon, shipway):
    shown = profile()
    for told, words in (
        ({}, "for ever"),
        ({"keep_last": 5, "keep_days": 30}, "the last 5, 30 days; and candidates, published"),
        ({"keep_days": 1.5, "keep_published": False}, "1.5 days; and candidates"),
    ):
        shown["settings"] = {"retention": told}
        daemon.on("GET", SHOP, shown)
        (line,) = [
            line
            for line in shipway("profile", "show", "ana/sample-android").out.splitlines()
            if line.startswith("keeps")
        ]
        assert line.split(maxsplit=1)[1] == words


def test_a_prune_says_what_went_and_a_dry_run_what_would(daemon, shipway):
    report = {"dry_run": True, "versions": [GONE], "count": 3, "freed": 9_000_000, "orphans": 2}
    daemon.on("POST", "/v1/prune", report)
    ran = shipway("prune", "--dry-run")
    assert daemon.bodies("POST", "/v1/prune") == [PruneRequest(dry_run=True)]
    assert "ana/sample-android@1" in ran.out
    assert "The profile keeps the newest 2." in ran.out
    assert "... and 2 more." in ran.out
    assert "To go: 3 versions, and 9.0 MB on the disk." in ran.out
    assert "2 files that nothing named" in ran.out

    daemon.on("POST", "/v1/prune", {**report, "dry_run": False})
    assert shipway("prune", "--json").json["count"] == 3
    daemon.on("POST", "/v1/prune", {"dry_run": False})
    assert shipway("prune").out == "Nothing was to go.\n"
