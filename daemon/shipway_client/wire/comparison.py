"""What is read of a version, name by name, and in what two versions differ."""

import msgspec

from shipway_client.wire.base import Wire


class Reading(Wire, frozen=True, kw_only=True):
    """One thing that is known of a binary: a text, or a list of texts.

    `section` is the part of the inspection that it stands in; empty for what every format has.
    """

    section: str
    name: str
    value: str | list[str]


class Difference(Wire, frozen=True, kw_only=True):
    """One thing that is not the same: `before` and `after` of a text (None where it is not told).

    Of a list, `added` and `removed` name what is in one of the two only.
    """

    section: str
    name: str
    before: str | None = None
    after: str | None = None
    added: list[str] = msgspec.field(default_factory=list)
    removed: list[str] = msgspec.field(default_factory=list)


class Comparison(Wire, frozen=True, kw_only=True):
    """Two versions by address, and all in which they differ; `same_bytes` where the file is one."""

    before: str
    after: str
    same_bytes: bool
    differences: list[Difference]
