"""Credentials: options whose value is never stored, only where it is to be found.

An adapter declares one as an option of the type `Credential`, or as a table of them, where it
cannot know which there are::

    class MyOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        server: str
        token: Credential
        more: dict[str, Credential] = {}

What a person sets for it is a reference: `env:NAME`, `file:/path` or `keyring:service/user`. The
daemon resolves it when a lane starts, and the adapter finds the value in its options.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import msgspec

#: What a credential's schema says beside its type (JSON Schema 2020-12, validation, section 7).
FORMAT = "password"

#: The type of an option that holds a credential.
Credential: TypeAlias = Annotated[
    str, msgspec.Meta(extra_json_schema={"format": FORMAT, "writeOnly": True})
]

#: Where a credential is in the settings: `("token",)`, or `("more", "API_KEY")` within a table.
CredentialPath: TypeAlias = tuple[str, ...]


def credentials_in(
    schema: dict[str, Any], settings: Mapping[str, Any]
) -> dict[CredentialPath, Any]:
    """Find every value in `settings` that is a credential, single or in a table.

    The values are as they were set: references, and whatever else was put there by mistake. One
    that is None or lacks is left out, and so is a table that is no table.
    """
    found: dict[CredentialPath, Any] = {}
    for name, option in options_of(schema).items():
        value = settings.get(name)
        if is_credential(option) and value is not None:
            found[name,] = value
        if is_credential_table(option) and isinstance(value, Mapping):
            found |= {(name, key): one for key, one in value.items()}
    return found


def with_credentials(
    settings: Mapping[str, Any], values: Mapping[CredentialPath, Any]
) -> dict[str, Any]:
    """Make settings that have `values` in place of what `credentials_in` found there."""
    changed = dict(settings)
    for path, value in values.items():
        if len(path) == 1:
            changed[path[0]] = value
        else:
            changed[path[0]] = {**changed[path[0]], path[1]: value}
    return changed


def credential_names(schema: dict[str, Any]) -> list[str]:
    """Name the options of an adapter that are credentials or tables of them."""
    return [
        name
        for name, option in options_of(schema).items()
        if is_credential(option) or is_credential_table(option)
    ]


def is_credential(option: dict[str, Any]) -> bool:
    """Tell whether the schema of an option is that of a credential, also of one that may lack."""
    return any(one.get("format") == FORMAT and one.get("writeOnly") for one in _choices(option))


def is_credential_table(option: dict[str, Any]) -> bool:
    """Tell whether the schema of an option is that of a table whose values are credentials."""
    held = (one.get("additionalProperties") for one in _choices(option))
    return any(isinstance(one, dict) and is_credential(one) for one in held)


def options_of(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Find the schema of each option in the JSON Schema of an options type."""
    reference = schema.get("$ref", "")
    if reference:
        schema = schema["$defs"][reference.removeprefix("#/$defs/")]
    options: dict[str, dict[str, Any]] = schema.get("properties", {})
    return options


def _choices(option: dict[str, Any]) -> list[dict[str, Any]]:
    return [option, *option.get("anyOf", [])]
