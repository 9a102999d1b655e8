"""The tables of the catalogue. Every id only ever grows, so the order of ids is that of arrival."""

from typing import Any

from shipway_client.wire import ProfileSettings, Retention
from shipway_plugins.words import Finding, Inspection, LiveEntry, PluginRecord
from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from shipway_daemon.database.metadata import Encoded, metadata

owners = Table(
    "owners",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

apps = Table(
    "apps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

profiles = Table(
    "profiles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("identifier", Text),
    Column("settings", Encoded(ProfileSettings), nullable=False),
    Column("next_number", Integer, nullable=False, default=1),
    Column("created_at", Text, nullable=False),
    Index("profiles_by_identifier", "identifier", "channel"),
    Index("profiles_by_app", "app_id"),
    sqlite_autoincrement=True,
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", ForeignKey("blobs.sha256"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("identifier", Text),
    Column("name", Text),
    Column("version", Text),
    Column("build", Text),
    Column("state", Text, nullable=False),
    Column("rejected", Text),
    Column("candidate_mark", Integer),
    Column("notes", Text, nullable=False, default=""),
    Column("findings", Encoded(list[Finding]), nullable=False),
    Column("inspection", Encoded(Inspection), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("folder_id", Integer),  # of a folder that may be watched no longer
    Column("branch", Text),
    Column("commit_hash", Text),
    Column("commit_message", Text),
    Column("run_url", Text),
    Column("variant", Text),
    #: `rules.natural` of the version and of the build: what they are sorted by.
    Column("version_order", Text, nullable=False, default="", server_default=""),
    Column("build_order", Text, nullable=False, default="", server_default=""),
    #: When the signature expires, where that is known.
    Column(
        "expires",
        Text,
        Computed("nullif(json_extract(inspection, '$.signing.expires'), '')", persisted=False),
    ),
    UniqueConstraint("profile_id", "number"),
    Index("versions_by_profile", "profile_id", "id"),
    Index("versions_by_digest", "sha256", "profile_id"),
    Index("versions_by_build", "profile_id", "version", "build"),
    Index("versions_by_folder", "folder_id", "profile_id", "id"),
    Index("versions_by_state", "state", "id", "expires"),
    Index("versions_by_platform", "platform", "id"),
    Index("versions_by_channel", "channel", "id"),
    Index("versions_by_expiry", "expires", "id", sqlite_where=text("expires IS NOT NULL")),
    Index("versions_marked", "id", sqlite_where=text("candidate_mark IS NOT NULL")),
    Index("versions_by_version_order", "version_order", "id"),
    Index("versions_by_build_order", "build_order", "id"),
    Index("versions_by_size", "size", "id"),
    Index("versions_by_profile_and_state", "profile_id", "state", "id", "expires"),
    Index(
        "versions_by_profile_and_expiry",
        "profile_id",
        "expires",
        "id",
        sqlite_where=text("expires IS NOT NULL"),
    ),
    Index(
        "versions_marked_of_profile",
        "profile_id",
        "id",
        sqlite_where=text("candidate_mark IS NOT NULL"),
    ),
    Index("versions_by_profile_and_version_order", "profile_id", "version_order", "id"),
    Index("versions_by_profile_and_build_order", "profile_id", "build_order", "id"),
    Index("versions_by_profile_and_size", "profile_id", "size", "id"),
    Index(
        "versions_candidates",
        "profile_id",
        "candidate_mark",
        unique=True,
        sqlite_where=text("candidate_mark IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

environments = Table(
    "environments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("adapter", Text, nullable=False),
    Column("settings", Encoded(dict[str, Any]), nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("read_at", Text),
    Column("created_at", Text, nullable=False),
    Column("remedy", Text, nullable=False, default=""),
    Column("bad_settings", Encoded(dict[str, str]), nullable=False, default=dict),
    sqlite_autoincrement=True,
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("environment_id", ForeignKey("environments.id", ondelete="CASCADE"), nullable=False),
    Column("app", Text, nullable=False),
    Column("live", Encoded(list[LiveEntry]), nullable=False),
    Column("read_at", Text),
    UniqueConstraint("environment_id", "app"),
    sqlite_autoincrement=True,
)

folders = Table(
    "folders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("glob", Text),
    Column("channel", Text),
    Column("profile_id", ForeignKey("profiles.id")),
    Column("unknown", Text, nullable=False),
    Column("quiet", Float, nullable=False),
    Column("candidate", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("preset", Text),
    Column("pattern", Text),
    Column("retention", Encoded(Retention), nullable=False, default=Retention),
    #: How many files are gone and forgotten, by what became of them.
    Column("gone_ingested", Integer, nullable=False, default=0, server_default="0"),
    Column("gone_refused", Integer, nullable=False, default=0, server_default="0"),
    sqlite_autoincrement=True,
)

#: What became of each file of a folder; the signature says whether it is still that file. The
#: reason is a version's address where it was ingested, a digest where it is held.
seen_files = Table(
    "seen_files",
    metadata,
    Column("folder_id", ForeignKey("folders.id", ondelete="CASCADE"), primary_key=True),
    Column("path", LargeBinary, primary_key=True),
    Column("signature", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("at", Text, nullable=False),
    Index("seen_files_held", "reason", sqlite_where=text("outcome = 'unmatched'")),
)

#: Binaries that are held: their bytes are kept until somebody files or drops them.
unmatched = Table(
    "unmatched",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("blobs.sha256"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("folder_id", ForeignKey("folders.id", ondelete="SET NULL")),
    Column("file_name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("identifier", Text),
    Column("inspection", Encoded(Inspection), nullable=False),
    Column("arrival", Encoded(dict[str, Any]), nullable=False),
    Column("created_at", Text, nullable=False),
    Index("unmatched_by_digest", "sha256", unique=True),
    Index("unmatched_by_identifier", "identifier", "channel"),
    sqlite_autoincrement=True,
)

#: Uploads under way, and those that are done, for as long as their commit may be asked again.
uploads = Table(
    "uploads",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("resume_key", Text),
    Column("file_name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text),
    Column("arrival", Encoded(dict[str, Any]), nullable=False),
    Column("actor", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version_id", ForeignKey("versions.id", ondelete="SET NULL")),
    Column("created", Boolean),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("uploads_by_expiry", "expires_at"),
    Index(
        "uploads_by_key",
        "resume_key",
        unique=True,
        sqlite_where=text("state = 'open' AND resume_key IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

plugins = Table(
    "plugins",
    metadata,
    Column("name", Text, primary_key=True),
    Column("record", Encoded(PluginRecord), nullable=False),
    Column("probed_at", Text, nullable=False),
)

disabled_plugins = Table(
    "disabled_plugins",
    metadata,
    Column("name", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
)
