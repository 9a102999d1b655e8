"""Text becomes what the options ask for, and nothing else."""

from typing import Literal

import msgspec
import pytest
from shipway_daemon.rules.settings import typed
from shipway_plugins.credentials import Credential


class Part(msgspec.Struct):
    name: str


class Options(msgspec.Struct):
    text: str
    word: Literal["fast", "slow"]
    either: int | str
    number: int
    share: float
    switch: bool
    tags: list[str]
    perhaps: list[str] | None
    ports: list[int]
    table: dict[str, str]
    part: Part
    token: Credential | None


SCHEMA = msgspec.json.schema(Options)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", "3", "3"),
        ("text", "true", "true"),
        ("text", '["a"]', '["a"]'),
        ("word", "fast", "fast"),
        ("either", "3", "3"),
        ("token", "env:TOKEN", "env:TOKEN"),
        ("number", "3", 3),
        ("number", "three", "three"),
        ("share", "0.5", 0.5),
        ("switch", "true", True),
        ("tags", "a, b,c", ["a", "b", "c"]),
        ("tags", '["a,b"]', ["a,b"]),
        ("tags", "", []),
        ("tags", "3", ["3"]),
        ("perhaps", "a,b", ["a", "b"]),
        ("ports", "[1, 2]", [1, 2]),
        ("ports", "1,2", "1,2"),
        ("table", '{"a": "b"}', {"a": "b"}),
        ("part", '{"name": "b"}', {"name": "b"}),
        ("unheard", "3", "3"),
    ],
)
def test_text_is_read_as_the_schema_says(name, text, value):
    """A text option never needs quotes; what does not fit stays text for the real check."""
    assert typed({name: text}, SCHEMA) == {name: value}


def test_what_is_no_text_stays_as_it_is():
    """A client may send what it knows."""
    given = {"text": 3, "number": 3, "tags": ["a"], "token": None}
    assert typed(given, SCHEMA) == given
