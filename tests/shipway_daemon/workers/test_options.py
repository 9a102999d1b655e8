"""Every setting that does not fit is named, with a sentence of its own."""

from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta
from shipway_daemon.workers.children.options import convert_options
from shipway_plugins.errors import BadSettings


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """An author may forget to forbid unknown fields: they are refused all the same."""

    server: str
    port: Annotated[int, Meta(ge=1)] = 80
    secure: bool = False
    mode: Literal["fast", "slow"] = "fast"
    tags: list[str] = []

    def __post_init__(self):
        if self.secure and self.port == 80:
            raise ValueError("a secure server is not on port 80")


def refused(**settings):
    with pytest.raises(BadSettings) as error:
        convert_options(settings, Options)
    return error.value


def test_what_fits_is_taken():
    """Also where a number or a switch comes as text."""
    made = convert_options({"server": "a", "port": "81", "secure": "true"}, Options)
    assert made == Options(server="a", port=81, secure=True)


def test_all_that_is_wrong_is_told_at_once():
    """Missing, unknown, of the wrong type, out of range, none of the choices."""
    error = refused(port=0, secure="perhaps", mode="quick", tags=["a", 1], prot=3, zz=1)
    assert error.fields == {
        "server": "It is missing, and has no default.",
        "port": "Expected a whole number >= 1.",
        "secure": "Expected true or false, got text.",
        "mode": "It is none of fast, slow.",
        "tags": "Expected text, got a whole number (at [1]).",
        "prot": "There is no such setting. Did you mean port?",
        "zz": "No such setting.",
    }
    assert error.message.startswith("7 settings do not fit: ")
    assert error.hint == "The settings are server, port, secure, mode, tags."


def test_one_is_told_in_the_sentence():
    """With its name and what is wrong with it."""
    error = refused(server=3)
    assert error.message == "The setting server does not fit: Expected text, got a whole number."


def test_what_is_wrong_with_all_of_them_is_told_as_well():
    """An options type may look at several of its fields."""
    error = refused(server="a", secure=True)
    assert error.message == "The settings do not fit: a secure server is not on port 80."
    assert error.fields == {}
