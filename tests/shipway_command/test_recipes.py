"""The recipes of `contrib/recipes/`, each as far as it can be tried here."""

import json
import os
import shutil
import sys
from pathlib import Path

import msgspec
import pytest
from shipway_command.adapter import Command
from shipway_command.options import CommandOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.errors import NotSupported, StoreRefused, StoreUnreachable
from shipway_plugins.testing import AdapterContract, FaultContract, RecordingReporter
from shipway_plugins.testing.samples import put, remove
from shipway_plugins.words import Capabilities
from support.put_server import TOKEN, PutServer

RECIPES = Path(__file__).parents[2] / "contrib" / "recipes"
STAND_INS = Path(__file__).with_name("stand_ins.py")
CHANNELS = ["android-phone", "ios-phone"]
WHOLE = {"unpublish": True, "status": True, "live": True}

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="the recipe needs curl")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("jq") is None, reason="the recipes need jq"),
]


def over(recipe: str, tmp_path: Path, **options) -> Command:
    chosen = CommandOptions(program=str(RECIPES / recipe), **options)
    return Command(chosen, EnvironmentContext(name="test", data_dir=tmp_path / "data"))


def path_with(tmp_path: Path, *names: str) -> str:
    """A search path that begins with stand-ins for these programs."""
    folder = tmp_path / "stand-ins"
    folder.mkdir(exist_ok=True)
    for name in names:
        made = folder / name
        made.write_text(f'#!/bin/sh\nexec {sys.executable} {STAND_INS} {name} "$@"\n')
        made.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


class Recipe(AdapterContract):
    """A recipe that knows neither states nor targets."""

    @pytest.fixture
    def can(self):
        return Capabilities(unpublish=True)


class TestPublishToFolder(Recipe):
    """The documented script is a whole store but for states and targets."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        (tmp_path / "apps").mkdir()
        variables = {"FOLDER": str(tmp_path / "apps")}
        return lambda: over("publish-to-folder.sh", tmp_path, environment=variables, **WHOLE)


class TestRsyncToHost(Recipe):
    """With stand-ins that do it on this machine."""

    @pytest.fixture
    def make_adapter(self, tmp_path):
        (tmp_path / "far").mkdir()
        variables = {
            "HOST": "ana@far.example.com",
            "FOLDER": str(tmp_path / "far"),
            "PATH": path_with(tmp_path, "ssh", "rsync"),
        }
        return lambda: over("rsync-to-host.sh", tmp_path, environment=variables, **WHOLE)

    def test_names_of_any_alphabet_are_kept(self, make_adapter, samples, channels):
        """They would go into a command line over there, so they are refused instead."""
        plan = samples.plan("k1", put(samples.version(channels[0])))
        with pytest.raises(StoreRefused, match="not plain ASCII"):
            make_adapter().publish(
                msgspec.structs.replace(plan, app="a/$(reboot)"), RecordingReporter()
            )


@pytest.fixture
def server():
    made = PutServer()
    yield made
    made.close()


@pytest.fixture
def over_http(server, tmp_path):
    variables = {"SERVER": server.url, "CHANNELS": " ".join(CHANNELS), "no_proxy": "*"}
    return lambda: over(
        "http-put.sh",
        tmp_path,
        channels=CHANNELS,
        environment=variables,
        credentials={"TOKEN": TOKEN},
        **WHOLE,
    )


@needs_curl
class TestHttpPut(Recipe):
    """The real curl against a server that takes PUT."""

    @pytest.fixture
    def make_adapter(self, over_http):
        return over_http


@needs_curl
class TestHttpPutOnABadDay(FaultContract):
    """The same server when it is busy, refuses, is not there, or loses its answer."""

    @pytest.fixture
    def make_adapter(self, over_http):
        return over_http

    @pytest.fixture
    def faulty_store(self, server):
        return server


@needs_curl
def test_busy_after_the_first_file_is_not_nothing_taken(over_http, server, samples):
    """Only the first answer can say that nothing was taken."""
    versions = [samples.version(channel) for channel in CHANNELS]
    server.busy_after = 1
    plan = samples.plan("k1", *(put(version) for version in versions))
    with pytest.raises(StoreUnreachable, match="busy"):
        over_http().publish(plan, RecordingReporter())
    live = over_http().live(samples.app)
    assert [entry.digest for entry in live.entries] == [versions[0].digest]


# --------------------------------------------------------------- those that cannot read back


@pytest.fixture
def remembered(tmp_path):
    """What the stand-ins were given, in order."""
    return lambda: [json.loads(line) for line in (tmp_path / "given").read_text().splitlines()]


def android(samples, format_: str, **facts):
    facts = {"format": format_, "version": "1.2.3", **facts}
    return put(msgspec.structs.replace(samples.version("android-phone"), **facts))


@pytest.fixture
def supply(tmp_path):
    variables = {
        "PATH": path_with(tmp_path, "fastlane"),
        "SUPPLY_TRACK": "internal",
        "REMEMBERED": str(tmp_path / "given"),
    }
    secrets = {"SUPPLY_JSON_KEY_DATA": '{"type": "service_account"}'}
    return over("fastlane-supply.sh", tmp_path, environment=variables, credentials=secrets)


@pytest.mark.parametrize("format_", ["apk", "aab"])
def test_fastlane_supply_is_given_what_it_takes(supply, samples, remembered, format_):
    """The file under a name that ends as its kind does."""
    item, report = android(samples, format_), RecordingReporter()
    supply.publish(samples.plan("k1", item), report)
    (given,) = remembered()
    assert given[f"--{format_}"] == Path(item.version.path).read_text()
    assert given["--package_name"] == "com.example.sample"
    assert given["track"] == "internal"
    assert report.stages[1:] == [f"Supply {format_}"]
    assert [line for line in report.lines if "finished the upload" in line]
    with pytest.raises(NotSupported, match="nothing is verified"):
        supply.live(samples.app)


def test_fastlane_supply_refuses_what_play_does_not_do(supply, samples, tmp_path):
    """Nothing is run then."""
    for item in (android(samples, "ipa"), remove("android-phone")):
        with pytest.raises(StoreRefused, match="Google Play takes"):
            supply.publish(samples.plan("k1", item), RecordingReporter())
    assert not (tmp_path / "given").exists()


@pytest.fixture
def foundry(tmp_path):
    variables = {
        "PATH": path_with(tmp_path, "java"),
        "MFCLI": "/opt/mfcli.jar",
        "ACCOUNT": "100000001",
        "TARGET": "QA",
        "REMEMBERED": str(tmp_path / "given"),
    }
    secrets = {"FOUNDRY_USER": "ana@example.com", "FOUNDRY_PASSWORD": "s3cret-word"}
    return over("mfcli-native-publish.sh", tmp_path, environment=variables, credentials=secrets)


def test_mfcli_uploads_each_channel_and_publishes_once(foundry, samples, remembered):
    """With its own names of the channels."""
    items = [
        put(msgspec.structs.replace(samples.version(channel), version=f"1.2.{number}"))
        for number, channel in enumerate(CHANNELS)
    ]
    foundry.publish(samples.plan("k1", *items), RecordingReporter())
    first, second, last = remembered()
    assert [one["-plat"] for one in (first, second)] == ["android_phone", "ios_phone"]
    assert [one["--binary-version"] for one in (first, second)] == ["1.2.0", "1.2.1"]
    assert first["-bp"] == Path(items[0].version.path).read_text()
    assert (last["verb"], last["-e"]) == ("native-publish", "QA")
    assert json.loads(last["-cbmeta"]) == {"android_phone": "1.2.0", "ios_phone": "1.2.1"}


def test_mfcli_refuses_what_foundry_does_not_take(foundry, samples, tmp_path):
    """A version of another shape, and a removal."""
    for item in (android(samples, "apk", version="2024.10"), remove("ios-phone")):
        with pytest.raises(StoreRefused):
            foundry.publish(samples.plan("k1", item), RecordingReporter())
    assert not (tmp_path / "given").exists()
