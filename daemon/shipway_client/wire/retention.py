"""What is kept of the versions, and what a prune takes."""

import msgspec

from shipway_client.wire.base import Request, Wire


class Retention(Wire, frozen=True, kw_only=True):
    """How long versions are kept; with neither a count nor an age, for ever.

    A version goes when every limit that is set lets it go: it is not among the newest `keep_last`
    of its profile, and it is older than `keep_days`. A candidate and what is live in an environment
    stay all the same, unless it is said otherwise.
    """

    keep_last: int | None = None
    keep_days: float | None = None
    keep_candidates: bool = True
    keep_published: bool = True


class PruneRequest(Request, frozen=True, kw_only=True):
    """Delete now what the retention rules let go; `dry_run` only tells what that would be."""

    dry_run: bool = False


class PrunedVersion(Wire, frozen=True, kw_only=True):
    """A version that goes, and why. `size` is in bytes."""

    address: str
    version: str | None
    build: str | None
    size: int
    created_at: str
    reason: str


class PruneReport(Wire, frozen=True, kw_only=True):
    """What a prune took, or would take.

    `count` is of all versions that go; at most 10,000 of them are named in `versions`. `freed` are
    the bytes of blobs that nothing names any more; `orphans` counts those that were left behind by
    a crash.
    """

    dry_run: bool
    versions: list[PrunedVersion] = msgspec.field(default_factory=list)
    count: int = 0
    freed: int = 0
    orphans: int = 0
