"""Lists come whole, page by page, as a table or as JSON lines."""

import pytest
from command_answers.answers import environment, event, profile, publication, version
from shipway_client.wire.queries import (
    ENVIRONMENTS,
    EVENTS,
    FOLDERS,
    JOBS,
    PROFILES,
    UNMATCHED,
    UPLOADS,
    VERSIONS,
)


def paged(daemon, path, items, page=2):
    """Serve `items` in pages, by a cursor that is an offset."""

    def answer(call):
        start = int(call.query.get("after") or 0)
        size = min(page, call.query["limit"])
        end = start + size
        after = str(end) if end < len(items) else None
        return {"items": items[start:end], "after": after, "seq": 1}

    daemon.on("GET", path, answer)


def test_a_list_reads_all_pages(daemon, shipway):
    """The last item is there, and each once."""
    paged(daemon, "/v1/profiles", [profile(address=f"ana/p{n}") for n in range(5)])

    ran = shipway("profile", "list", "--json")

    assert [line["address"] for line in ran.json_lines] == [f"ana/p{n}" for n in range(5)]
    assert len(daemon.calls) == 3


def test_a_limit_stops_in_the_middle_of_a_page(daemon, shipway):
    """Not one item more is asked for or printed."""
    paged(daemon, "/v1/profiles", [profile(address=f"ana/p{n}") for n in range(5)])

    ran = shipway("profile", "list", "--json", "--limit", "3")

    assert len(ran.json_lines) == 3
    assert [call.query["limit"] for call in daemon.calls] == [3, 1]


def test_an_empty_list_prints_nothing_for_programs_and_a_sentence_for_people(daemon, shipway):
    """Standard output stays clean, so that a pipe counts no rows."""
    daemon.page("/v1/profiles")

    assert shipway("profile", "list", "--json").out == ""
    ran = shipway("profile", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "No profiles" in ran.err


def test_an_event_list_says_why_a_file_was_refused_and_lies_not_about_kinds(daemon, shipway):
    told = event(kind="file.refused", subject="a.apk", data={"reason": "It is empty."})["event"]
    daemon.page("/v1/events", told)
    assert "It is empty." in shipway("event", "list").out
    daemon.page("/v1/events")
    assert shipway("event", "list", "--kind", "no.such").err.strip() == "No event of kind no.such."


def test_version_json_has_the_promised_keys(daemon, shipway):
    """DESIGN, the command line."""
    daemon.page("/v1/versions", version())

    (line,) = shipway("version", "list", "ana/sample-android", "--json").json_lines

    promised = {"id", "number", "profile", "version", "build", "sha256", "size", "state"}
    promised |= {"candidate", "findings"}
    assert promised <= set(line)
    assert daemon.calls[0].query["profile"] == "ana/sample-android"


def test_a_table_without_a_terminal_is_whole_and_plain(daemon, shipway):
    """Nothing is cut for grep, and nothing is coloured."""
    long = "ana/" + "x" * 150
    daemon.page("/v1/profiles", profile(address=long), profile(address="ana/b"))

    ran = shipway("profile", "list")

    header, first, second = ran.out.splitlines()
    assert header.startswith("PROFILE ")
    assert long in first
    assert header.index("CHANNEL") == first.index("android-phone") == second.index("android-phone")
    assert "\x1b" not in ran.out


def test_an_environment_says_its_status_with_a_mark_and_a_word(daemon, shipway):
    """Status is never told by colour alone."""
    daemon.page("/v1/environments", environment(), environment(name="x", status="busy"))

    ran = shipway("env", "list")

    assert "● available" in ran.out
    assert "◐ busy" in ran.out


def test_env_show_holds_its_publications(daemon, shipway):
    """What the store holds is told by its digest."""
    daemon.on("GET", "/v1/environments/enterprise-store", environment())
    daemon.page("/v1/publications", publication())

    shown = shipway("env", "show", "enterprise-store", "--json").json

    assert shown["name"] == "enterprise-store"
    assert shown["publications"][0]["live"][0]["digest"] == "ab" * 32
    assert "published" in shipway("env", "show", "enterprise-store").out


@pytest.mark.parametrize(("status", "code"), [("available", 0), ("busy", 5), ("unknown", 1)])
def test_env_check_tells_a_script_by_its_exit_code(daemon, shipway, status, code):
    """So that CI can wait for an environment."""
    daemon.on("POST", "/v1/environments/e/check", environment(name="e", status=status))

    assert shipway("env", "check", "e").code == code


LISTS = {
    "version": ("/v1/versions", VERSIONS),
    "profile": ("/v1/profiles", PROFILES),
    "env": ("/v1/environments", ENVIRONMENTS),
    "job": ("/v1/jobs", JOBS),
    "event": ("/v1/events", EVENTS),
    "watch": ("/v1/folders", FOLDERS),
    "unmatched": ("/v1/unmatched", UNMATCHED),
    "upload": ("/v1/uploads", UPLOADS),
}


@pytest.mark.parametrize("noun", LISTS)
def test_every_list_takes_a_query_and_a_sort_and_says_what_it_may_be(daemon, shipway, noun):
    path, table = LISTS[noun]
    daemon.page(path)
    ran = shipway(noun, "list", "--query", "rare word", "--sort", "-created")
    assert (ran.code, ran.out) == (0, "")
    assert "'rare word'" in ran.err
    (call,) = daemon.calls
    assert (call.query["q"], call.query["sort"]) == ("rare word", "-created")
    told = " ".join(shipway(noun, "list", "--help").out.split())
    assert f"Fields: {', '.join(field.name for field in table.fields)}." in told


def test_the_end_of_a_log_is_one_page(daemon, shipway):
    daemon.page("/v1/jobs/7/log", {"id": 9, "at": "2026-11-20T10:00:00.000Z", "line": "It broke."})
    ran = shipway("job", "log", "7", "--tail", "20", "--query", "broke", "--json")
    assert [line["line"] for line in ran.json_lines] == ["It broke."]
    (call,) = daemon.calls
    assert (call.query["tail"], call.query["q"], call.query["after"]) == (20, "broke", None)
