"""What lies around a binary is asked with a deadline, and believed for that binary only."""

import threading

import pytest
from shipway_daemon.blobs.staging import Signature
from shipway_daemon.filing.match import Wanted
from shipway_daemon.intake.facts import gather as module
from shipway_daemon.intake.facts.gather import gather
from shipway_daemon.intake.record import Arrival
from shipway_plugins.words import BuildFacts
from support.checkouts import Checkout, needs_git

ARRIVAL = Arrival(file_name="app.apk", source="add:app.apk", wanted=Wanted())


@pytest.fixture
def binary(tmp_path):
    """A binary with a sidecar, in a folder of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "app.apk.shipway.json").write_text('{"variant": "release", "notes": "New"}')
    path = folder / "app.apk"
    path.write_bytes(b"x")
    return path


def state(path):
    return Signature.of(path.lstat())


async def test_the_sidecar_of_the_file_that_was_taken_is_believed(binary):
    told = await gather(ARRIVAL, binary, state(binary))

    assert (told.facts, told.notes) == (BuildFacts(variant="release"), "New")


@needs_git
@pytest.mark.parametrize("gone", [True, False])
async def test_of_the_next_build_only_what_can_be_proved_is_believed(binary, gone):
    """The sidecar may be its, the checkout has not moved since the file that was taken."""
    checkout = Checkout(binary.parent)
    binary.write_bytes(b"y")
    taken = state(binary)
    binary.unlink()
    if not gone:
        binary.write_bytes(b"the next one")

    told = await gather(ARRIVAL, binary, taken)

    assert told.facts == BuildFacts(branch="main", commit=checkout.head, message="First")
    assert told.notes == ""


async def test_a_folder_that_does_not_answer_holds_up_nothing(binary, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(module, "_look", lambda *_: release.wait(60))
    try:
        assert await gather(ARRIVAL, binary, state(binary)) == ARRIVAL
    finally:
        release.set()


async def test_what_was_said_by_hand_is_kept_as_it_was(binary):
    said = Arrival(
        file_name="app.apk",
        source="add:app.apk",
        wanted=Wanted(),
        notes="Typed",
        facts=BuildFacts(branch="main", variant="debug"),
    )

    told = await gather(said, binary, state(binary))

    assert (told.facts, told.notes) == (said.facts, "Typed")
