"""What an adapter says of itself, and what its settings are."""

import re

import msgspec
import pytest

from shipway_plugins.credentials import credential_names, is_credential, options_of
from shipway_plugins.testing.suite import MakeAdapter, Suite
from shipway_plugins.words import EnvironmentStatus

# What would be stored as it is, if it were no credential.
_SECRET = re.compile(r"(^|_)(token|password|passphrase|secret|api_?key|private_?key)s?$")
# What a reference such as `env:NAME` might not keep to.
_NARROW = {"pattern", "minLength", "maxLength", "enum", "const"}


class SettingsContract(Suite):
    """An adapter can be named, set up from plain data, and asked whether it works."""

    def test_it_names_itself(self, make_adapter: MakeAdapter) -> None:
        """Its kind is one word for the command line, its title one for people."""
        adapter = make_adapter()
        assert adapter.kind.replace("_", "").isalnum()
        assert adapter.kind == adapter.kind.lower()
        assert adapter.title.strip()

    def test_its_options_have_a_schema(self, make_adapter: MakeAdapter) -> None:
        """Its options go out as plain data, come back the same, and have a JSON Schema."""
        adapter = make_adapter()
        plain = msgspec.to_builtins(adapter.options)
        assert msgspec.convert(plain, type=adapter.options_type) == adapter.options
        assert msgspec.json.schema(adapter.options_type)

    def test_status_answers(self, make_adapter: MakeAdapter) -> None:
        """A store that works is Available, and says why."""
        answer = make_adapter().status()
        assert answer.status is EnvironmentStatus.AVAILABLE
        assert answer.reason

    def test_targets_are_few(self, make_adapter: MakeAdapter) -> None:
        """A search for people answers at most 200."""
        assert len(make_adapter().targets("")) <= 200

    def test_every_option_goes_out_and_comes_back(self, make_adapter: MakeAdapter) -> None:
        """Each is in the schema, and is the same after a way as JSON, as the daemon keeps it."""
        options = make_adapter().options
        kind = type(options)
        names = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert set(options_of(msgspec.json.schema(kind))) == names
        for field in msgspec.structs.fields(kind):
            value = getattr(options, field.name)
            told = msgspec.json.decode(msgspec.json.encode(value))
            assert msgspec.convert(told, type=field.type) == value, field.name

    def test_an_unknown_option_is_refused(self, make_adapter: MakeAdapter) -> None:
        """A misspelt setting is named, and not passed over."""
        options = make_adapter().options
        wrong = {**msgspec.to_builtins(options), "no_such_option": 1}
        with pytest.raises(msgspec.ValidationError, match="no_such_option"):
            msgspec.convert(wrong, type=type(options))

    def test_what_is_secret_is_a_credential(self, make_adapter: MakeAdapter) -> None:
        """Its type is `Credential`, so that only a reference to it is stored.

        Nothing but a text is asked of it, because a reference is one, and it has no default.
        """
        schema = msgspec.json.schema(make_adapter().options_type)
        credentials, options = credential_names(schema), options_of(schema)
        assert [name for name in options if _SECRET.search(name)] == [
            name for name in credentials if _SECRET.search(name)
        ]
        for name in credentials:
            assert not options[name].get("default"), name
            assert not (is_credential(options[name]) and _NARROW & set(options[name])), name
