"""Fields of a form, from the schema that an adapter's own options type has."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta
from shipway_plugins.credentials import Credential
from shipway_tui.tui.form.fields import LACKING, Kind, fields_of, introduction_of


class Track(StrEnum):
    ALPHA = "alpha"
    BETA = "beta"


class Inner(msgspec.Struct):
    number: int


class Options(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the store
    wants to know.

    And what only its author wants to know.
    """

    server: Annotated[str, Meta(description="Where it is.")]
    token: Credential
    spare: Credential | None = None
    secrets: dict[str, Credential] = {}
    track: Annotated[Track, Meta(description="Which one.")] = Track.BETA
    mode: Literal["fast", "slow"] | None = None
    retries: Annotated[int, Meta(ge=0, le=9)] = 3
    share: float | None = None
    verify: bool = True
    maybe: bool | None = None
    groups: list[str] = []
    tracks: list[Track] = []
    ports: list[int] = msgspec.field(default_factory=lambda: [80])
    headers: dict[str, str] = {}
    inner: Inner | None = None
    either: int | str = 1


@pytest.fixture(scope="module")
def fields():
    return {field.name: field for field in fields_of(msgspec.json.schema(Options))}


def test_every_option_has_a_field_in_the_order_of_its_author(fields):
    assert list(fields) == list(Options.__struct_fields__)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("server", Kind.TEXT),
        ("token", Kind.CREDENTIAL),
        ("spare", Kind.CREDENTIAL),
        ("secrets", Kind.TABLE),
        ("track", Kind.CHOICE),
        ("mode", Kind.CHOICE),
        ("retries", Kind.NUMBER),
        ("share", Kind.NUMBER),
        ("verify", Kind.SWITCH),
        ("maybe", Kind.CHOICE),
        ("groups", Kind.LIST),
        ("tracks", Kind.LIST),
        ("ports", Kind.LIST),
        ("headers", Kind.TABLE),
        ("inner", Kind.OTHER),
        ("either", Kind.OTHER),
    ],
)
def test_how_an_option_is_filled_in(fields, name, kind):
    assert fields[name].kind is kind


def test_required_defaults_and_help(fields):
    assert [name for name, field in fields.items() if field.required] == ["server", "token"]
    assert fields["server"].default is LACKING
    assert fields["retries"].default == 3
    assert fields["ports"].default is LACKING, "a factory's default is not in the schema"
    assert fields["server"].description == "Where it is."
    assert fields["track"].description == "Which one."
    assert fields["retries"].description == " From 0 to 9."


def test_choices_and_what_lists_and_tables_hold(fields):
    assert fields["track"].choices == ("alpha", "beta")
    assert fields["mode"].choices == ("fast", "slow")
    assert fields["mode"].nullable
    assert fields["maybe"].choices == (True, False)
    assert fields["ports"].item.kind is Kind.NUMBER
    assert fields["ports"].item.whole
    assert fields["tracks"].item.choices == ("alpha", "beta")
    assert fields["secrets"].item.kind is Kind.CREDENTIAL
    assert fields["headers"].item.kind is Kind.TEXT


def test_what_the_author_says_of_the_whole():
    assert introduction_of(msgspec.json.schema(Options)) == "What the store wants to know."


def test_an_options_type_without_options_has_no_field():
    class Empty(msgspec.Struct):
        pass

    assert fields_of(msgspec.json.schema(Empty)) == []


@pytest.mark.parametrize(
    "written",
    [
        {"$ref": "#/$defs/Nowhere"},
        {"$ref": "https://example.org/schema"},
        {"enum": [{"a": 1}, [2]]},
        {"enum": "abc"},
        {"type": ["string", "null"]},
        {"type": "array", "items": 3},
        {"type": "object", "additionalProperties": {"type": ["string"]}},
        {},
    ],
)
def test_a_schema_of_which_nothing_is_known_is_filled_in_as_json(written):
    [field] = fields_of({"type": "object", "properties": {"strange": written}})
    assert field.kind is Kind.OTHER
    assert field.choices == ()
