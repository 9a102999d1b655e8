"""`add` uploads what the daemon cannot read, and goes on with what broke off."""

import hashlib
import io
import sys

import pytest
from command_answers.answers import version
from shipway_client import patience, sending
from shipway_client.errors import Broken, NotFound, Refused, Stalled, Unreadable

CONTENT = b"0123456789"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NOT_FOUND = NotFound("There is no file.")


def upload(offset=0, **changed):
    return {
        "id": "u1",
        "file_name": "a.apk",
        "size": len(CONTENT),
        "offset": offset,
        "state": "open",
        "created_at": "2026-11-21T10:00:00.000Z",
        "expires_at": "2026-11-22T10:00:00.000Z",
        **changed,
    }


class Room:
    """An upload of one file, which takes bytes as the daemon does."""

    def __init__(self, daemon, had=b""):
        self.bytes = had
        daemon.on("POST", "/v1/uploads", lambda _: upload(len(self.bytes)))
        daemon.on("GET", "/v1/uploads/u1", lambda _: upload(len(self.bytes)))
        daemon.on("PATCH", "/v1/uploads/u1", self.take)
        daemon.on("POST", "/v1/uploads/u1/commit", self.commit)

    def take(self, call):
        assert int(call.query["Upload-Offset"]) == len(self.bytes)
        assert int(call.query["Content-Length"]) == len(call.body)
        self.bytes += call.body
        return {"upload-offset": str(len(self.bytes))}

    def commit(self, call):
        if call.body.sha256 != hashlib.sha256(self.bytes).hexdigest():
            self.bytes = b""
            return Refused("The bytes are not those that were sent.")
        return {"version": version(), "created": True}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.apk"
    path.write_bytes(CONTENT)
    return str(path)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Requests of four bytes, made of pieces of three; and no patience to speak of."""
    monkeypatch.setattr(sending, "REQUEST_BYTES", 4)
    monkeypatch.setattr(sending, "PIECE_BYTES", 3)
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.001)


@pytest.mark.parametrize("error", [Unreadable("It cannot be read."), NOT_FOUND])
def test_what_the_daemon_cannot_read_is_uploaded(daemon, shipway, file, error):
    """With all that was said of it."""
    daemon.on("POST", "/v1/versions", error)
    room = Room(daemon)
    ran = shipway("add", file, "--notes", "new", "--candidate", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["version"]["address"] == "ana/sample-android@2"
    assert room.bytes == CONTENT
    (made,) = daemon.bodies("POST", "/v1/uploads")
    assert (made.file_name, made.size, made.notes, made.candidate) == ("a.apk", 10, "new", True)
    assert daemon.bodies("POST", "/v1/uploads/u1/commit")[0].sha256 == DIGEST


def test_standard_input_is_uploaded_under_the_name_that_it_is_given(daemon, shipway, monkeypatch):
    """And nothing of it is left behind."""
    room = Room(daemon)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CONTENT)))
    assert shipway("add", "-", "--name", "b.apk", "-q").out == "ana/sample-android@2\n"
    assert room.bytes == CONTENT
    assert daemon.bodies("POST", "/v1/uploads")[0].file_name == "b.apk"
    assert shipway("add", "-", "-").code == 2
    assert shipway("add", "-", "--name", "../b.apk").code == 2


def test_what_nobody_can_read_is_no_upload(daemon, shipway, tmp_path):
    daemon.on("POST", "/v1/versions", NOT_FOUND)
    assert shipway("add", str(tmp_path / "none.apk")).code == 6
    assert daemon.bodies("POST", "/v1/uploads") == []


def test_what_a_rule_refuses_is_no_upload(daemon, shipway, file):
    daemon.on("POST", "/v1/versions", Refused("It is a symbolic link."))
    assert shipway("add", file).code == 4
    assert daemon.bodies("POST", "/v1/uploads") == []


def test_an_upload_goes_on_where_it_was(daemon, shipway, file):
    """The same file with the same words has the same key; with others it has another."""
    Room(daemon, CONTENT[:7])
    assert shipway("add", "--upload", file).code == 0
    assert daemon.bodies("PATCH", "/v1/uploads/u1") == [CONTENT[7:]]
    Room(daemon)
    assert shipway("add", "--upload", file).code == 0
    assert shipway("add", "--upload", file, "--candidate").code == 0
    first, same, other = (body.key for body in daemon.bodies("POST", "/v1/uploads"))
    assert first == same != other


def test_a_lost_connection_costs_nothing(daemon, shipway, file):
    """Whatever was lost, the request or its answer."""
    room = Room(daemon)
    lost = iter([Broken("lost"), Stalled("Nothing came."), ConnectionResetError()])

    def take(call):
        error = next(lost, None)
        if isinstance(error, ConnectionResetError):
            room.bytes += call.body[:2]
        return error or room.take(call)

    daemon.on("PATCH", "/v1/uploads/u1", take)
    assert shipway("add", "--upload", file).code == 0
    assert room.bytes == CONTENT


def test_a_daemon_that_stays_away_is_given_up(daemon, shipway, file, monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.01)
    Room(daemon)
    daemon.on("PATCH", "/v1/uploads/u1", Broken("It broke off."))
    ran = shipway("add", "--upload", file, "--json")
    assert (ran.code, ran.error["message"]) == (1, "It broke off.")
    assert "goes on where it was" in ran.error["hint"]


def test_what_was_there_of_another_file_is_sent_anew(daemon, shipway, file):
    """Once: where the whole was sent by us, the refusal stands."""
    room = Room(daemon, b"other")
    assert shipway("add", "--upload", file).code == 0
    assert room.bytes == CONTENT
    daemon.on("POST", "/v1/uploads/u1/commit", Refused("It is no binary."))
    ran = shipway("add", "--upload", file, "--json")
    assert (ran.code, ran.error["message"]) == (4, "It is no binary.")


def test_a_file_that_changes_meanwhile_is_not_taken(daemon, shipway, file, tmp_path):
    room = Room(daemon)

    def take(call):
        (tmp_path / "a.apk").write_bytes(CONTENT + b"!")
        return room.take(call)

    daemon.on("PATCH", "/v1/uploads/u1", take)
    ran = shipway("add", "--upload", file, "--json")
    assert (ran.code, "changed while it was sent" in ran.error["message"]) == (1, True)
    assert daemon.bodies("POST", "/v1/uploads/u1/commit") == []


def test_uploads_are_listed_and_cancelled(daemon, shipway):
    done = upload(10, id="u2", state="done", result={"version": version(), "created": True})
    daemon.page("/v1/uploads", upload(7), done)
    daemon.on("DELETE", "/v1/uploads/u1", None)
    header, first, second = shipway("upload", "list").out.splitlines()
    assert header.split() == ["ID", "FILE", "HERE", "SIZE", "STATE", "VERSION", "FORGOTTEN"]
    assert first.split()[:7] == ["u1", "a.apk", "7", "B", "10", "B", "open"]
    assert "ana/sample-android@2" in second
    assert shipway("upload", "cancel", "u1").out == "Cancelled the upload u1.\n"
    assert shipway("upload", "cancel", "u9").code == 6
