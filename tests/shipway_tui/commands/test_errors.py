"""Every kind of error has its exit code, its sentence and its hint."""

import pytest
from shipway_client.errors import (
    BUSY_TEXT,
    BY_CODE,
    Busy,
    NoDaemon,
    Refused,
    ShipwayError,
    WrongUsage,
)

CODES = {
    "failed": 1,
    "wrong-usage": 2,
    "no-daemon": 3,
    "refused": 4,
    "busy": 5,
    "not-found": 6,
    "forbidden": 1,
    "gone": 1,
    "unavailable": 1,
    "unreadable": 4,
    "stalled": 1,
    "broken": 1,
}


@pytest.mark.parametrize(("code", "exit_code"), CODES.items())
def test_each_error_exits_with_its_code_and_says_what_to_do(daemon, shipway, code, exit_code):
    """The sentence is on the first line of standard error, the hint on the second."""
    daemon.on("GET", "/v1/profiles", BY_CODE[code]("It did not work.", "Do this."))

    ran = shipway("profile", "list")

    assert (ran.code, ran.out, ran.err) == (exit_code, "", "It did not work.\nDo this.\n")


def test_a_wrong_field_is_not_told_of_twice(daemon, shipway):
    """One whose sentence is the error's own has no line of its own; others have theirs."""
    fields = {"glob": "The glob is empty.", "quiet": "It is too long."}
    daemon.on("GET", "/v1/profiles", WrongUsage("The glob is empty.", "Do this.", fields=fields))

    ran = shipway("profile", "list")

    assert ran.err == "The glob is empty.\n  quiet: It is too long.\nDo this.\n"


def test_every_error_of_the_tree_is_tried():
    """A new error class must get a line in the table above."""
    assert set(CODES) == set(BY_CODE)


def test_an_error_is_an_object_with_json(daemon, shipway):
    """Programs read the same body that the doors answer."""
    daemon.on("GET", "/v1/profiles/ana/x", Refused("No.", "Ask."))

    ran = shipway("profile", "show", "ana/x", "--json")

    assert ran.code == 4
    assert ran.out == ""
    assert ran.error == {"code": "refused", "message": "No.", "hint": "Ask."}


def test_busy_is_said_to_the_letter(daemon, shipway):
    """Scripts compare the text of a busy environment."""
    daemon.on("POST", "/v1/publish", Busy())

    ran = shipway("publish", "--app", "ana/sample", "--env", "enterprise-store")

    assert (ran.code, ran.err) == (5, f"{BUSY_TEXT}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("profil",),
        ("profile", "show"),
        ("profile", "show", "no-slash"),
        ("profile", "show", "a/b/c"),
        ("version", "show", "ana/x"),
        ("version", "show", "ana/x@two"),
        ("version", "set", "ana/x@2"),
        ("profile", "set", "ana/x"),
        ("profile", "list", "--limit", "0"),
        ("job", "show", "x"),
        ("publish", "--env", "e"),
    ],
)
def test_wrong_usage_exits_2_and_asks_nothing(daemon, shipway, arguments):
    """Nothing is sent when the words make no sense."""
    ran = shipway(*arguments)

    assert ran.code == 2
    assert ran.err
    assert daemon.calls == []


@pytest.mark.parametrize(
    "arguments", [("job", "show", "x"), ("profile", "list", "--limit", "x")], ids=str
)
def test_what_is_no_number_is_told_without_the_words_of_a_program(daemon, shipway, arguments):
    """A range of integers is nothing that anybody typed."""
    assert "'x' is not a valid whole number." in shipway(*arguments).err


def test_a_command_that_would_not_heed_read_only_is_not_run(daemon, shipway):
    """Who believes that nothing can change must not delete."""
    ran = shipway("--read-only", "version", "delete", "ana/sample-android@1", "--yes")

    assert ran.code == 2
    assert "--read-only" in ran.err
    assert daemon.calls == []


def test_wrong_usage_is_an_object_with_json(daemon, shipway):
    """Also what click finds wrong."""
    ran = shipway("version", "show", "nonsense", "--json")

    assert ran.code == 2
    assert ran.error["code"] == "wrong-usage"
    assert "nonsense" in ran.error["message"]


def test_an_answer_of_another_shape_is_explained(daemon, shipway):
    """A daemon of another version must not end in a traceback."""
    daemon.on("GET", "/v1/profiles/ana/x", {"unexpected": True})

    ran = shipway("profile", "show", "ana/x")

    assert ran.code == 1
    assert "cannot be read" in ran.err


def test_a_connection_that_breaks_is_a_missing_daemon(daemon, shipway):
    """A reset while we write is no traceback either."""
    daemon.on("GET", "/v1/profiles", ConnectionResetError())

    assert shipway("profile", "list").code == NoDaemon.exit_code


def test_names_from_files_cannot_drive_the_terminal(daemon, shipway):
    """Escape sequences in a message are shown, not obeyed."""
    daemon.on("GET", "/v1/profiles", ShipwayError("bad \x1b[2Jname"))

    assert "\x1b" not in shipway("profile", "list").err


def test_the_tui_needs_a_terminal(daemon, shipway):
    """Bare `shipway` in a pipe says so instead of drawing into it."""
    ran = shipway()

    assert ran.code == 2
    assert "terminal" in ran.err
