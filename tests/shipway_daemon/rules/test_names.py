"""What things may be called, and what a binary's own name becomes."""

import getpass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_client.api import address_path
from shipway_client.errors import WrongUsage
from shipway_daemon.rules import names


@pytest.mark.parametrize("name", ["a", "My App", "äöü", "漢字", "🎉", "a.b-c_d", "x" * 100, "#1?"])
def test_a_name_may_have_any_characters_that_people_write(name):
    assert names.check_name(name, "a profile") == name


@pytest.mark.parametrize(
    "name",
    ["", " ", " a", "a ", "x" * 101, "a/b", "a@b", "a\\b", "a\nb", "\0", "a\u202eb", "\ud800"],
)
def test_a_name_that_an_address_would_be_split_at_is_refused(name):
    """Nor may it be empty, too long, or hold what nobody sees."""
    with pytest.raises(WrongUsage, match="cannot be the name of a profile") as refused:
        names.check_name(name, "a profile")
    assert refused.value.hint


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_is_no_step_in_a_path(name):
    """It travels as a part of a path, where these two mean another thing."""
    with pytest.raises(WrongUsage):
        names.check_name(name, "a profile")


@pytest.mark.parametrize("name", ["a", "store-1", "0.x_y", "a" * 64])
def test_an_environment_has_a_plain_name(name):
    assert names.check_environment_name(name) == name


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "a" * 65, "ä", "a/b", "a\n"])
def test_an_environment_of_another_name_is_refused(name):
    with pytest.raises(WrongUsage, match="name of an environment"):
        names.check_environment_name(name)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Shipway Sample", "Shipway-Sample"),
        ("a  //  b", "a-b"),
        ("com.example.app", "com.example.app"),
        ("天気", "天気"),
        ("cafe\u0301", "café"),
        ("🎉", "unnamed"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_binarys_own_name_becomes_one_that_needs_no_quoting(label, name):
    assert names.name_from(label) == name


@given(st.text())
def test_whatever_a_binary_calls_itself_becomes_a_name(label):
    made = names.name_from(label)
    assert names.check_name(made, "a profile") == made
    assert " " not in made


def test_the_default_owner_is_a_name_even_where_nobody_is_logged_in(monkeypatch):
    def nobody():
        raise KeyError("uid not found")

    assert names.check_name(names.default_owner(), "an owner")
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert names.default_owner().startswith("user-")


@given(st.text(min_size=1))
def test_every_name_that_is_allowed_travels_whole(name):
    """Quoted as one segment of a path."""
    try:
        names.check_name(name, "a profile")
    except WrongUsage:
        return
    path = address_path(f"owner/{name}")
    assert path.count("/") == 1
    assert path.isascii()
