"""A reference says where a credential is; anything else is refused, and never repeated."""

import pytest
from shipway_daemon.workers.errors import BadCredential
from shipway_daemon.workers.references import NoReference, Place, Reference, parse, parse_all


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("env:STORE_TOKEN", Reference(Place.ENVIRONMENT, "STORE_TOKEN")),
        ("file:/run/secrets/a token:1", Reference(Place.FILE, "/run/secrets/a token:1")),
        ("keyring:play/ci", Reference(Place.KEYRING, "play/ci")),
        (
            "keyring:https://store.example/api/ci",
            Reference(Place.KEYRING, "https://store.example/api/ci"),
        ),
    ],
)
def test_a_reference_is_a_place_and_a_name(text, reference):
    assert parse(text) == reference


@pytest.mark.parametrize(
    "text",
    [
        *("hunter2hunter2", "", "hunter2:", "https://hunter2", 22222222, True),
        *("env:", "env:hunter2-hunter2", "env:hunter2 ", "ENV:hunter2"),
        *("file:hunter2", "file:", "file:~/hunter2", "file:/hunter2\n"),
        *("keyring:hunter2", "keyring:/hunter2", "keyring:hunter2/"),
    ],
)
def test_anything_else_is_refused_without_being_repeated(text):
    """It may be the secret itself."""
    with pytest.raises(NoReference, match="reference") as caught:
        parse(text)
    assert "hunter2" not in str(caught.value)
    assert "2222" not in str(caught.value)


def test_every_wrong_one_is_named():
    """In tables too, as a form names its fields."""
    given = {("token",): "hunter2", ("more", "API_KEY"): "hunter2", ("fine",): "env:FINE"}
    with pytest.raises(BadCredential) as caught:
        parse_all(given)
    assert set(caught.value.fields) == {"token", "more.API_KEY"}
    assert "more.API_KEY" in caught.value.message
    assert "hunter2" not in caught.value.message + "".join(caught.value.fields.values())


def test_right_ones_keep_their_places():
    assert parse_all({("token",): "env:T"}) == {("token",): Reference(Place.ENVIRONMENT, "T")}
