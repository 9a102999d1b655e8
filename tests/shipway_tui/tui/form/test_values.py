"""What is typed, and the value that it means."""

import pytest
from shipway_tui.tui.form.fields import LACKING, Field, Kind
from shipway_tui.tui.form.references import is_reference, may_become_reference
from shipway_tui.tui.form.values import Wrong, holds_a_secret, read, typed

TEXT = Field("", Kind.TEXT)
CREDENTIAL = Field("", Kind.CREDENTIAL)


def field(kind: Kind, default=LACKING, **more) -> Field:
    return Field("field", kind, default=default, **more)


NUMBER = field(Kind.NUMBER, 3, whole=True)
LIST = field(Kind.LIST, [], item=TEXT)
TABLE = field(Kind.TABLE, {}, item=TEXT)
PORTS = field(Kind.LIST, [], item=Field("", Kind.NUMBER, whole=True))
SECRETS = field(Kind.TABLE, {}, item=CREDENTIAL)


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (field(Kind.TEXT, ""), "  x y ", "x y"),
        (field(Kind.TEXT, "x"), "", ""),
        (field(Kind.TEXT, None, nullable=True), "", None),
        (NUMBER, " 12 ", 12),
        (NUMBER, "", LACKING),
        (field(Kind.NUMBER, None, nullable=True), "", None),
        (field(Kind.NUMBER, 1.0), "2.5", 2.5),
        (LIST, "a\n\n b, c \n", ["a", "b, c"]),
        (LIST, "", []),
        (field(Kind.LIST, LACKING, item=TEXT), "", LACKING),
        (PORTS, "80\n443", [80, 443]),
        (TABLE, "a=1\nb = x=y\nempty=", {"a": "1", "b": "x=y", "empty": ""}),
        (SECRETS, "KEY=env:KEY", {"KEY": "env:KEY"}),
        (field(Kind.OTHER, None, nullable=True), '{"a": [1]}', {"a": [1]}),
        (field(Kind.OTHER, 1), "some text", "some text"),
        (field(Kind.CREDENTIAL), " env:TOKEN ", "env:TOKEN"),
        (field(Kind.CREDENTIAL, None, nullable=True), "", None),
    ],
)
def test_what_is_typed_is_read(of, text, value):
    assert read(of, text) == value


@pytest.mark.parametrize(
    ("of", "text", "sentence"),
    [
        (field(Kind.TEXT, required=True), " ", "This is required."),
        (field(Kind.CREDENTIAL, required=True), "", "This is required."),
        (NUMBER, "2.5", "Type a whole number."),
        (field(Kind.NUMBER, 1.0), "many", "Type a number."),
        (PORTS, "80\nmany", "Line 2: Type a whole number."),
        (TABLE, "a=1\nb", "Line 2 is no name=value."),
        (TABLE, "a=1\na=2", "a is there twice."),
        (
            field(Kind.LIST, [], item=Field("", Kind.CHOICE, choices=("x", "y"))),
            "z",
            "Line 1: z is none of x, y.",
        ),
    ],
)
def test_what_does_not_fit_is_named(of, text, sentence):
    with pytest.raises(Wrong) as caught:
        read(of, text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("of", "text"), [(CREDENTIAL, "hunter2"), (SECRETS, "KEY=hunter2")])
def test_a_secret_is_refused_and_never_repeated(of, text):
    with pytest.raises(Wrong) as caught:
        read(of, text)
    assert "env:NAME" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert holds_a_secret(of, text)


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (LIST, ["a", "b c"]),
        (TABLE, {"a": "1", "b": ""}),
        (PORTS, [80, 443]),
        (NUMBER, 7),
        (field(Kind.TEXT, ""), "x"),
        (field(Kind.OTHER), {"a": [1, None]}),
    ],
)
def test_what_is_written_is_read_again(of, value):
    assert read(of, typed(of, value)) == value


def test_a_value_of_another_type_than_its_field_is_still_shown():
    assert typed(NUMBER, "many") == "many"
    assert typed(LIST, {"a": 1}) == '{"a":1}'
    assert typed(NUMBER, None) == ""


REFERENCES = ["env:TOKEN", "env:_x1", "file:/etc/token", "keyring:store/ada", "keyring:a/b/c"]


@pytest.mark.parametrize("text", REFERENCES)
def test_every_beginning_of_a_reference_may_become_one(text):
    assert is_reference(text)
    assert all(may_become_reference(text[:end]) for end in range(len(text)))


@pytest.mark.parametrize("text", ["hunter2", "env:", "env:1", "env:A-B", "file:x", "keyring:x", ""])
def test_what_is_no_reference(text):
    assert not is_reference(text)


@pytest.mark.parametrize("text", ["h", "env:1", "env:A-", "file:x", "enx"])
def test_what_can_be_no_reference_is_told_at_once(text):
    assert not may_become_reference(text)
