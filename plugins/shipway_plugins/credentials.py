"""Credentials: options whose value is never stored, only where it is to be found.

An adapter declares one as an option of the type `Credential`::

    class MyOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        server: str
        token: Credential

What a person sets for it is a reference: `env:NAME`, `file:/path` or `keyring:service/user`. The
daemon resolves it when a lane starts, and the adapter finds the value in its options.
"""

from typing import Annotated, Any, TypeAlias

import msgspec

#: What a credential's schema says beside its type (JSON Schema 2020-12, validation, section 7).
FORMAT = "password"

#: The type of an option that holds a credential.
Credential: TypeAlias = Annotated[
    str, msgspec.Meta(extra_json_schema={"format": FORMAT, "writeOnly": True})
]


def credential_names(schema: dict[str, Any]) -> list[str]:
    """Name the options of an adapter that are credentials, by the JSON Schema of its options."""
    return [name for name, option in options_of(schema).items() if is_credential(option)]


def is_credential(option: dict[str, Any]) -> bool:
    """Tell whether the schema of an option is that of a credential, also of one that may lack."""
    choices = [option, *option.get("anyOf", [])]
    return any(choice.get("format") == FORMAT and choice.get("writeOnly") for choice in choices)


def options_of(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Find the schema of each option in the JSON Schema of an options type."""
    reference = schema.get("$ref", "")
    if reference:
        schema = schema["$defs"][reference.removeprefix("#/$defs/")]
    options: dict[str, dict[str, Any]] = schema.get("properties", {})
    return options
