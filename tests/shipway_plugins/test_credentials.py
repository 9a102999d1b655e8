"""Which of an adapter's settings are credentials, by the schema that its options have."""

import msgspec
import pytest
from shipway_plugins.credentials import (
    Credential,
    credential_names,
    credentials_in,
    with_credentials,
)


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    server: str
    plain: dict[str, str] = {}
    token: Credential
    spare: Credential | None = None
    more: dict[str, Credential] = {}
    perhaps: dict[str, Credential] | None = None


SCHEMA = msgspec.json.schema(Options)


def test_credentials_are_named_alone_and_in_tables():
    """Text and tables of text are none."""
    assert credential_names(SCHEMA) == ["token", "spare", "more", "perhaps"]


def test_every_value_is_found_where_it_is():
    """Those in tables too, and nothing that is no credential."""
    settings = {
        "server": "s",
        "plain": {"A": "b"},
        "token": "env:T",
        "spare": None,
        "more": {"KEY": "file:/k", "a.b": "env:D"},
        "perhaps": {"X": "env:X"},
    }
    assert credentials_in(SCHEMA, settings) == {
        ("token",): "env:T",
        ("more", "KEY"): "file:/k",
        ("more", "a.b"): "env:D",
        ("perhaps", "X"): "env:X",
    }


@pytest.mark.parametrize("wrong", ["env:T", 7, ["env:T"], None])
def test_a_table_that_is_none_holds_no_credentials(wrong):
    """What is wrong with it, the options say."""
    assert credentials_in(SCHEMA, {"token": "env:T", "more": wrong}) == {("token",): "env:T"}


def test_values_take_the_place_of_references():
    """The settings that were given stay as they were."""
    settings = {"server": "s", "token": "env:T", "more": {"A": "env:A", "B": "env:B"}}
    values = {path: value.lower() for path, value in credentials_in(SCHEMA, settings).items()}
    assert with_credentials(settings, values) == {
        "server": "s",
        "token": "env:t",
        "more": {"A": "env:a", "B": "env:b"},
    }
    assert settings["more"] == {"A": "env:A", "B": "env:B"}
    options = msgspec.convert(with_credentials(settings, values), type=Options)
    assert options.more == {"A": "env:a", "B": "env:b"}
