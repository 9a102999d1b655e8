"""What a form asks for: what differs, and nothing else."""

from shipway_client.wire import ChangeEnvironment
from shipway_tui.tui.form.changes import settings_to_add, settings_to_change
from shipway_tui.tui.form.fields import LACKING, Field, Kind

FIELDS = [
    Field("server", Kind.TEXT, required=True),
    Field("retries", Kind.NUMBER, default=3),
    Field("proxy", Kind.TEXT, default=None, nullable=True),
    Field("ports", Kind.LIST),
]
DEFAULTS = {"server": "s", "retries": 3, "proxy": None, "ports": LACKING}


def test_defaults_are_not_sent():
    assert settings_to_add(FIELDS, DEFAULTS) == {"server": "s"}


def test_what_differs_from_the_default_is_sent():
    values = DEFAULTS | {"retries": 0, "ports": [1]}
    assert settings_to_add(FIELDS, values) == {"server": "s", "retries": 0, "ports": [1]}


def test_nothing_is_changed_where_nothing_differs():
    before = {"server": "s", "retries": 3}
    assert settings_to_change(FIELDS, before, DEFAULTS) == ChangeEnvironment()


def test_what_differs_is_set_and_what_is_the_default_again_is_unset():
    before = {"server": "old", "retries": 9, "proxy": "p"}
    asked = settings_to_change(FIELDS, before, DEFAULTS | {"ports": [1]})
    assert asked == ChangeEnvironment(
        settings={"server": "s", "ports": [1]}, unset=["retries", "proxy"]
    )


def test_what_was_left_empty_and_what_is_no_option_any_more_is_unset():
    before = {"server": "s", "ports": [1], "gone": True}
    asked = settings_to_change(FIELDS, before, DEFAULTS)
    assert asked == ChangeEnvironment(unset=["ports", "gone"])
