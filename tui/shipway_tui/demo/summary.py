"""What the demo did, as one JSON object."""

from typing import Self

import msgspec
from shipway_client.wire import Publication, Version


class DemoVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version that the demo brought in."""

    id: int
    address: str
    sha256: str

    @classmethod
    def of(cls, version: Version) -> Self:
        """Take what the summary says of a version."""
        return cls(id=version.id, address=version.address, sha256=version.sha256)


class Seconds(msgspec.Struct, frozen=True, kw_only=True):
    """How long each stage took; `start` is the daemon's."""

    start: float = 0.0
    ingest: float
    candidate: float
    publish: float


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What is there at the end of the demo."""

    versions: list[DemoVersion]
    publication: Publication
    seconds: Seconds
