"""Settings that no program could be run with are refused, and so are plans that do not fit."""

import os

import msgspec
import pytest
from shipway_command.adapter import Command
from shipway_command.options import CommandOptions
from shipway_plugins import EnvironmentContext
from shipway_plugins.credentials import credential_names
from shipway_plugins.errors import BadSettings, StoreRefused
from shipway_plugins.testing.samples import keep, put
from shipway_plugins.words import PublishState, Severity


@pytest.fixture
def make(tmp_path):
    context = EnvironmentContext(name="test", data_dir=tmp_path / "data")
    return lambda **options: Command(CommandOptions(**options), context)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"program": "bin/x"}, "program"),
        ({"program": "./x"}, "program"),
        ({"program": "x", "arguments": ["a\0"]}, "arguments"),
        ({"program": "x", "environment": {"A=B": "c"}}, "environment"),
        ({"program": "x", "environment": {"": "c"}}, "environment"),
        ({"program": "x", "credentials": {"A": "c\0"}}, "credentials"),
        ({"program": "x", "environment": {"A": "b"}, "credentials": {"A": "c"}}, "credentials"),
    ],
)
def test_a_bad_setting_is_named(make, options, field):
    """The sentence names the field."""
    with pytest.raises(BadSettings, match=f"setting {field} "):
        make(**options)


@pytest.mark.parametrize("seconds", [0, -1, 1e9])
def test_the_deadline_has_bounds(seconds):
    """It ends before the lane does."""
    with pytest.raises(msgspec.ValidationError, match="seconds"):
        msgspec.convert({"program": "x", "seconds": seconds}, type=CommandOptions)


def test_its_credentials_are_known_as_such():
    """They are given by reference, and resolved by the daemon."""
    assert credential_names(msgspec.json.schema(CommandOptions)) == ["credentials"]


def test_a_bare_name_is_looked_for_in_the_path(make, tmp_path, script):
    """In the settings' own, where they have one."""
    script("exit 0", name="mine")
    answer = make(program="mine", environment={"PATH": f"{tmp_path}{os.pathsep}/bin"}).status()
    assert answer.status == "available"
    assert make(program="mine-is-nowhere").status().status == "unknown"


def test_a_path_may_begin_at_home(make, monkeypatch, tmp_path, script):
    """As a person writes it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    script("exit 0")
    assert make(program="~/program.sh").status().status == "available"


def test_a_plan_that_the_program_cannot_keep_to_is_refused(command, samples, report, tmp_path):
    """By the check before, and in the publish, where `--force` passed the check over."""
    adapter = command(f"touch {tmp_path}/ran", channels=["ios-phone"])
    item = put(samples.version("android-phone"))
    plan = samples.plan("k", item, state=PublishState.ACTIVE, targets=["group:QA"])
    found = adapter.check(plan)
    assert {one.severity for one in found} == {Severity.ERROR}
    assert [one.rule for one in found] == [
        "command-lacks-states",
        "command-lacks-targets",
        "command-lacks-channels",
    ]
    with pytest.raises(StoreRefused, match="no Active publish"):
        adapter.publish(plan, report)
    assert not (tmp_path / "ran").exists()


def test_a_channel_that_is_kept_is_none_of_its_business(command, samples):
    """Only what is touched has to be among its channels."""
    plan = samples.plan("k", put(samples.version("ios-phone")), keep("android-phone"))
    assert command("exit 0", channels=["ios-phone"]).check(plan) == []
