"""Where a binary was built from stays with its version, is found by it, and travels with it."""

import json

import msgspec
import pytest
from shipway_client.errors import WrongUsage
from shipway_client.wire import Arriving
from shipway_daemon.catalog import versions
from shipway_daemon.events import history
from shipway_daemon.filing.match import Wanted
from shipway_daemon.intake.by_hand import arrival_of
from shipway_daemon.intake.facts.told import shown
from shipway_daemon.intake.numbers import Numbers
from shipway_daemon.intake.record import Arrival
from shipway_daemon.publish.plan import facts_of
from shipway_plugins.words import BuildFacts
from support.asking import versions_asked
from support.binaries import SAMPLE_APK, archive, ipa
from support.checkouts import Checkout, needs_git


@pytest.fixture
def take(intake, tmp_path):
    """Write a file and take it in; what lies beside it is written first."""

    async def ingest(content, name="app.apk", beside=None, folder=tmp_path, **said):
        for other, told in (beside or {}).items():
            (folder / other).write_text(json.dumps(told))
        path = folder / name
        path.write_bytes(content)
        arrival = Arrival(
            file_name=shown(name), source=shown(f"add:{path}"), wanted=Wanted(actor="me"), **said
        )
        return (await intake.ingest(path, arrival)).version

    return ingest


def metadata(name="app.apk", code=1, version="1.0.0"):
    element = {"outputFile": name, "versionCode": code, "versionName": version}
    return {"output-metadata.json": {"variantName": "release", "elements": [element]}}


def rules_of(version):
    return [finding.rule for finding in version.findings]


@needs_git
async def test_options_go_before_the_sidecar_before_gradle_before_git(take, tmp_path):
    checkout = Checkout(tmp_path / "project")
    beside = {**metadata(), "app.apk.shipway.json": {"variant": "v", "notes": "New"}}

    version = await take(
        SAMPLE_APK.read_bytes(),
        beside=beside,
        folder=checkout.folder,
        facts=BuildFacts(branch="typed", run_url="https://ci.example/7"),
    )

    assert version.facts == BuildFacts(
        branch="typed",
        commit=checkout.head,
        message="First",
        run_url="https://ci.example/7",
        variant="v",
    )
    assert version.notes == "New"


@needs_git
async def test_a_checkout_of_another_commit_than_was_said_is_left_out(take, tmp_path):
    checkout = Checkout(tmp_path / "project")

    version = await take(
        SAMPLE_APK.read_bytes(), folder=checkout.folder, facts=BuildFacts(commit="a" * 40)
    )

    assert version.facts == BuildFacts(commit="a" * 40)
    assert "facts-differ" in rules_of(version)


async def test_typed_notes_go_before_those_of_the_sidecar(take):
    beside = {"app.apk.shipway.json": {"notes": "Sidecar"}}

    assert (await take(SAMPLE_APK.read_bytes(), beside=beside, notes="Typed")).notes == "Typed"


async def test_a_bad_sidecar_is_a_finding_and_the_binary_is_taken(take):
    version = await take(SAMPLE_APK.read_bytes(), beside={"app.shipway.json": ["no", "object"]})

    assert rules_of(version) == ["sidecar"]
    assert version.facts == BuildFacts()


async def test_a_name_that_is_no_text_can_be_complained_about(take):
    """What is said of it is stored, and travels as JSON."""
    beside = {"a\udcff.shipway.json": ["no", "object"], **metadata("other.apk")}

    version = await take(SAMPLE_APK.read_bytes(), "a\udcff.apk", beside)

    assert rules_of(version) == ["sidecar", "output-metadata"]
    assert "a\ufffd.apk" in version.findings[1].sentence


async def test_versions_are_found_by_each_fact_and_the_event_tells_them(take, database):
    told = {
        "branch": "feature/pay",
        "commit": "c0ffee" + "0" * 34,
        "message": "Repair the checkout",
        "run_url": "https://ci.example/4711",
        "variant": "freeRelease",
    }
    version = await take(ipa("dev.one"), "one.ipa", {"one.shipway.json": told})
    await take(ipa("dev.two"), "two.ipa")

    for words in map(versions_asked, ("pay", "c0ffee", "repair checkout", "4711", "freeRel")):
        found = await database.read(lambda tx, q=words: versions.page(tx, None, q, None, 9))
        assert [one.address for one in found] == [version.address], words
    events = await database.read(lambda tx: history.page(tx, "version.added", None, 9))
    assert [event.data["facts"] for event in reversed(events)] == [told, {}]


async def test_an_adapter_is_given_them(take):
    version = await take(ipa(), "a.ipa", {"a.shipway.json": {"branch": "main"}})

    assert facts_of(version).facts == BuildFacts(branch="main")


async def test_numbers_beside_fill_what_the_file_does_not_state(take):
    guessed = Numbers(origin="its name", version="7.1", build="71")

    version = await take(ipa(version=None), "a.ipa", numbers=[guessed])

    assert (version.version, version.build, version.state) == ("7.1", "1", "ready")
    assert "number-beside" in rules_of(version)


async def test_numbers_that_were_typed_or_read_go_before_a_guess(take):
    guessed = Numbers(origin="its name", version="7.1", build="71")

    version = await take(archive({"a": b"b"}), "a.zip", build_version="2", numbers=[guessed])
    read = await take(ipa(), "a.ipa", numbers=[guessed])

    assert (version.version, version.build) == ("2", "71")
    assert (read.version, read.build, read.findings) == ("1.0", "1", [])


async def test_a_number_that_can_be_none_is_passed_over(take):
    numbers = [Numbers(origin="a", version=" "), Numbers(origin="b", version="3")]

    assert (await take(ipa(version=None), "a.ipa", numbers=numbers)).version == "3"


async def test_gradle_fills_nothing_that_the_apk_states_and_a_difference_is_a_finding(take):
    version = await take(SAMPLE_APK.read_bytes(), beside=metadata(code=99))

    assert version.facts == BuildFacts(variant="release")
    assert (version.version, version.build != "99") == ("1.0.0", True)
    assert rules_of(version) == ["number-differs"]
    assert "99" in version.findings[0].sentence


def test_what_can_be_no_fact_is_refused_before_there_is_an_arrival():
    with pytest.raises(WrongUsage, match="address of the CI run"):
        arrival_of(Arriving(facts=BuildFacts(run_url="ci")), "a.apk", "add:/a.apk", "me")


def test_an_arrival_can_be_stored_and_read_again():
    """Held binaries and uploads are kept with all that was said of them."""
    arrival = Arrival(
        file_name="a.ipa",
        source="add:/a.ipa",
        wanted=Wanted(),
        facts=BuildFacts(branch="main"),
        numbers=[Numbers(origin="its name", build="3")],
    )

    assert msgspec.json.decode(msgspec.json.encode(arrival), type=Arrival) == arrival
