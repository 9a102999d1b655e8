"""Retention as fields of a form: how long versions are kept, of a profile or from a folder."""

from collections.abc import Mapping
from typing import Any

from shipway_client.wire import Retention

from shipway_tui.tui.form.fields import Field, Kind

#: Where the daemon names a field of a retention, it does so behind this.
_INSIDE = "retention."


def retention_fields() -> list[Field]:
    """One field for each part of a retention, by the part's name."""
    return [
        Field(
            "keep_last", Kind.NUMBER, default=None, whole=True, nullable=True, label="keep newest",
            description="So many versions of a profile. Empty: no such limit.",
        ),
        Field(
            "keep_days", Kind.NUMBER, default=None, nullable=True, label="keep days",
            description="Younger versions. With both limits, either keeps one.",
        ),
        Field(
            "keep_candidates", Kind.SWITCH, default=True, label="keep candidates",
            description="Whatever the limits say.",
        ),
        Field(
            "keep_published", Kind.SWITCH, default=True, label="keep published",
            description="What is live in an environment, whatever the limits.",
        ),
    ]  # fmt: skip


def retention_values(retention: Retention) -> dict[str, Any]:
    """Take a retention apart into values by field."""
    return {name: getattr(retention, name) for name in retention.__struct_fields__}


def retention_of(values: Mapping[str, Any]) -> Retention:
    """Put a retention together from the values of a form."""
    return Retention(**{name: values[name] for name in Retention.__struct_fields__})


def beside_fields(wrong: Mapping[str, str]) -> dict[str, str]:
    """Name what is wrong with a retention by the fields that a form has for it."""
    return {name.removeprefix(_INSIDE): sentence for name, sentence in wrong.items()}
