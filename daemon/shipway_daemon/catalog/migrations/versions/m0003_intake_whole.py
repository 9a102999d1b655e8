"""Build facts, presets, retention, binaries that are held, and uploads that can be resumed."""

from alembic import op

revision = "0003"
down_revision = "0002"

_SEARCHED = "name, identifier, version, build, file_name, notes, branch, commit_hash, commit_message, run_url, variant"
_NEW = ", ".join(f"new.{name}" for name in _SEARCHED.split(", "))
_OLD = ", ".join(f"old.{name}" for name in _SEARCHED.split(", "))

COLUMNS = (
    "ALTER TABLE versions ADD COLUMN folder_id INTEGER",
    "ALTER TABLE versions ADD COLUMN branch TEXT",
    "ALTER TABLE versions ADD COLUMN commit_hash TEXT",
    "ALTER TABLE versions ADD COLUMN commit_message TEXT",
    "ALTER TABLE versions ADD COLUMN run_url TEXT",
    "ALTER TABLE versions ADD COLUMN variant TEXT",
    "CREATE INDEX versions_by_folder ON versions (folder_id, profile_id, id)",
    "ALTER TABLE folders ADD COLUMN preset TEXT",
    "ALTER TABLE folders ADD COLUMN pattern TEXT",
    "ALTER TABLE folders ADD COLUMN retention TEXT DEFAULT '{}' NOT NULL",
    "ALTER TABLE folders ADD COLUMN gone_ingested INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE folders ADD COLUMN gone_refused INTEGER DEFAULT 0 NOT NULL",
)

TABLES = (
    """CREATE TABLE unmatched (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        folder_id INTEGER,
        file_name TEXT NOT NULL,
        source TEXT NOT NULL,
        channel TEXT NOT NULL,
        identifier TEXT,
        inspection TEXT NOT NULL,
        arrival TEXT NOT NULL,
        created_at TEXT NOT NULL,
        FOREIGN KEY(sha256) REFERENCES blobs (sha256),
        FOREIGN KEY(folder_id) REFERENCES folders (id) ON DELETE SET NULL
    )""",
    "CREATE UNIQUE INDEX unmatched_by_digest ON unmatched (sha256)",
    "CREATE INDEX unmatched_by_identifier ON unmatched (identifier, channel)",
    "DELETE FROM seen_files WHERE outcome = 'unmatched'",  # their bytes were not kept: look again
    "CREATE INDEX seen_files_held ON seen_files (reason) WHERE outcome = 'unmatched'",
    """CREATE TABLE uploads (
        number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        resume_key TEXT,
        file_name TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT,
        arrival TEXT NOT NULL,
        actor TEXT NOT NULL,
        state TEXT NOT NULL,
        version_id INTEGER,
        created BOOLEAN,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        FOREIGN KEY(version_id) REFERENCES versions (id) ON DELETE SET NULL
    )""",
    "CREATE UNIQUE INDEX uploads_by_key ON uploads (resume_key) WHERE state = 'open' AND resume_key IS NOT NULL",
    "CREATE INDEX uploads_by_expiry ON uploads (expires_at)",
)

SEARCH = (
    "DROP TRIGGER versions_fts_insert",
    "DROP TRIGGER versions_fts_delete",
    "DROP TRIGGER versions_fts_update",
    "DROP TABLE versions_fts",
    f"CREATE VIRTUAL TABLE versions_fts USING fts5({_SEARCHED}, content='versions', content_rowid='id', prefix='2 3')",
    f"""CREATE TRIGGER versions_fts_insert AFTER INSERT ON versions BEGIN
        INSERT INTO versions_fts(rowid, {_SEARCHED}) VALUES (new.id, {_NEW});
    END""",
    f"""CREATE TRIGGER versions_fts_delete AFTER DELETE ON versions BEGIN
        INSERT INTO versions_fts(versions_fts, rowid, {_SEARCHED}) VALUES ('delete', old.id, {_OLD});
    END""",
    f"""CREATE TRIGGER versions_fts_update AFTER UPDATE OF {_SEARCHED} ON versions BEGIN
        INSERT INTO versions_fts(versions_fts, rowid, {_SEARCHED}) VALUES ('delete', old.id, {_OLD});
        INSERT INTO versions_fts(rowid, {_SEARCHED}) VALUES (new.id, {_NEW});
    END""",
    "INSERT INTO versions_fts(versions_fts) VALUES ('rebuild')",
)


def upgrade() -> None:
    """Add columns and tables, and make the search anew over what is searched now."""
    for statement in (*COLUMNS, *TABLES, *SEARCH):
        op.execute(statement)
