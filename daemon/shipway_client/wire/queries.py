"""What each list can be asked: one table for the daemon's rules, the terminal's hints and the help.

A query is words, which are searched for, and terms `field:value`, which narrow. A minus before
either excludes; quotes hold what has spaces. A sort is a key, or `-key` for the other way round.
"""

from shipway_plugins.words import EnvironmentStatus, Platform

from shipway_client.wire.base import Wire
from shipway_client.wire.catalog import VersionState
from shipway_client.wire.environments import JobOutcome
from shipway_client.wire.folders import FolderState, Preset, UnknownBinary
from shipway_client.wire.jobs import JobState
from shipway_client.wire.uploads import UploadState


class QueryField(Wire, frozen=True, kw_only=True):
    """A field that a term can name; without `values` any text goes. `about` is half a sentence."""

    name: str
    about: str
    values: tuple[str, ...] = ()


class Queryable(Wire, frozen=True, kw_only=True):
    """What one list can be asked.

    `words` says what plain words are looked for in. `order` is the sort of a list that is asked
    for none.
    """

    noun: str
    words: str
    fields: tuple[QueryField, ...]
    sorts: tuple[str, ...]
    order: str

    @property
    def nouns(self) -> str:
        """What the list is of: the noun in the plural."""
        return f"{self.noun[:-1]}ies" if self.noun.endswith("y") else f"{self.noun}s"

    def field(self, name: str) -> QueryField | None:
        """Find a field by its name."""
        return next((field for field in self.fields if field.name == name), None)


def _field(name: str, about: str, *values: str) -> QueryField:
    return QueryField(name=name, about=about, values=tuple(str(value) for value in values))


_ADDRESS = "owner/name, or the name alone"

VERSIONS = Queryable(
    noun="version",
    words="the name, identifier, version, build, file name, notes and build facts",
    fields=(
        _field("state", "what it is now", *VersionState),
        _field("candidate", "marked, or not; current: its profile's", "yes", "no", "current"),
        _field("platform", "what it runs on", *Platform),
        _field("channel", "as android-phone"),
        _field("format", "as apk"),
        _field("profile", _ADDRESS),
        _field("app", _ADDRESS),
        _field("owner", "whose profile it is under"),
        _field("version", "as 1.2.3"),
        _field("build", "as 42"),
        _field("name", "words of the name"),
        _field("identifier", "words of the identifier"),
        _field("file", "words of the file's name"),
        _field("notes", "words of the notes"),
        _field("branch", "words of the branch"),
        _field("commit", "how the commit begins"),
        _field("variant", "words of the build variant"),
    ),
    sorts=("created", "version", "build", "size"),
    order="-created",
)

PROFILES = Queryable(
    noun="profile",
    words="the address and the identifier",
    fields=(
        _field("platform", "what it runs on", *Platform),
        _field("channel", "as android-phone"),
        _field("app", _ADDRESS),
        _field("owner", "whose it is"),
        _field("identifier", "as com.example.app"),
        _field("candidate", "whether it has a candidate", "yes", "no"),
    ),
    sorts=("name", "created", "latest", "app", "channel", "identifier"),
    order="name",
)

ENVIRONMENTS = Queryable(
    noun="environment",
    words="the name, adapter, title and reason",
    fields=(
        _field("status", "what it is now", *EnvironmentStatus),
        _field("adapter", "as enterprise_store"),
        _field("plugin", "who brings its adapter"),
    ),
    sorts=("name", "created", "status", "adapter", "read"),
    order="name",
)

JOBS = Queryable(
    noun="job",
    words="the app, environment, kind, actor and reason",
    fields=(
        _field("state", "where it stands", *JobState),
        _field("outcome", "how it ended", *JobOutcome),
        _field("app", _ADDRESS),
        _field("env", "the environment"),
        _field("kind", "as publish"),
        _field("actor", "who asked for it"),
    ),
    sorts=("created", "app", "env", "state", "finished"),
    order="-created",
)

EVENTS = Queryable(
    noun="event",
    words="the kind, subject, actor and data",
    fields=(
        _field("kind", "as job.finished, or job.*"),
        _field("subject", "what it happened to"),
        _field("actor", "who did it"),
    ),
    sorts=("created", "kind"),
    order="-created",
)

FOLDERS = Queryable(
    noun="folder",
    words="the path, profile and reason",
    fields=(
        _field("state", "whether it is watched now", *FolderState),
        _field("preset", "the build tool", *Preset),
        _field("profile", _ADDRESS),
        _field("channel", "as android-phone"),
        _field("unknown", "what it does with unknown binaries", *UnknownBinary),
        _field("candidate", "whether what comes is marked", "yes", "no"),
    ),
    sorts=("created", "path", "state", "profile", "ingested", "waiting", "refused", "scanned"),
    order="created",
)

UNMATCHED = Queryable(
    noun="held binary",
    words="the file name, source and identifier",
    fields=(
        _field("channel", "as android-phone"),
        _field("identifier", "as com.example.app"),
        _field("file", "the file's name"),
        _field("folder", "the number of its folder"),
    ),
    sorts=("created", "file", "identifier", "channel", "size"),
    order="-created",
)

UPLOADS = Queryable(
    noun="upload",
    words="the file name and actor",
    fields=(
        _field("state", "how far it is", *UploadState),
        _field("actor", "who sends it"),
        _field("file", "the file's name"),
    ),
    sorts=("created", "file", "size"),
    order="-created",
)

#: Every list that can be asked, by its noun.
QUERYABLE = {
    table.noun: table
    for table in (
        VERSIONS,
        PROFILES,
        ENVIRONMENTS,
        JOBS,
        EVENTS,
        FOLDERS,
        UNMATCHED,
        UPLOADS,
    )
}
