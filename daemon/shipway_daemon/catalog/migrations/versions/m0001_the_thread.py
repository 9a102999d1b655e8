"""The first schema: the thread from a build folder to a published app."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """CREATE TABLE blobs (
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (sha256)
    )""",
    """CREATE TABLE environments (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        adapter TEXT NOT NULL,
        settings TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT NOT NULL,
        read_at TEXT,
        created_at TEXT NOT NULL,
        UNIQUE (name)
    )""",
    """CREATE TABLE events (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        data TEXT NOT NULL
    )""",
    """CREATE TABLE home (
        id INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (id)
    )""",
    """CREATE TABLE jobs (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        lock_key TEXT,
        environment_id INTEGER,
        environment TEXT,
        app TEXT,
        actor TEXT NOT NULL,
        state TEXT NOT NULL,
        epoch INTEGER,
        cancel_requested BOOLEAN NOT NULL,
        outcome TEXT,
        reason TEXT NOT NULL,
        hint TEXT NOT NULL,
        tracking TEXT NOT NULL,
        request TEXT NOT NULL,
        findings TEXT NOT NULL,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT,
        UNIQUE (tracking)
    )""",
    """CREATE INDEX jobs_by_environment ON jobs (environment, id)""",
    """CREATE INDEX jobs_by_environment_and_app ON jobs (environment_id, app, id)""",
    """CREATE UNIQUE INDEX jobs_one_live_per_lock ON jobs (lock_key) WHERE lock_key IS NOT NULL AND state IN ('ready', 'running', 'cancelling')""",
    """CREATE INDEX jobs_unfinished ON jobs (state, id) WHERE state <> 'done'""",
    """CREATE TABLE owners (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        UNIQUE (name)
    )""",
    """CREATE TABLE plugins (
        name TEXT NOT NULL,
        record TEXT NOT NULL,
        probed_at TEXT NOT NULL,
        PRIMARY KEY (name)
    )""",
    """CREATE TABLE apps (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        owner_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        FOREIGN KEY(owner_id) REFERENCES owners (id),
        UNIQUE (address)
    )""",
    """CREATE TABLE job_log (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL,
        at TEXT NOT NULL,
        line TEXT NOT NULL,
        FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
    )""",
    """CREATE INDEX job_log_by_job ON job_log (job_id, id)""",
    """CREATE TABLE job_stages (
        job_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (job_id, position),
        FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE job_steps (
        job_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        result TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (job_id, position),
        FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE publications (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        environment_id INTEGER NOT NULL,
        app TEXT NOT NULL,
        live TEXT NOT NULL,
        read_at TEXT,
        UNIQUE (environment_id, app),
        FOREIGN KEY(environment_id) REFERENCES environments (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE profiles (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        owner_id INTEGER NOT NULL,
        app_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        channel TEXT NOT NULL,
        identifier TEXT,
        settings TEXT NOT NULL,
        next_number INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        FOREIGN KEY(owner_id) REFERENCES owners (id),
        FOREIGN KEY(app_id) REFERENCES apps (id),
        UNIQUE (address)
    )""",
    """CREATE INDEX profiles_by_app ON profiles (app_id)""",
    """CREATE INDEX profiles_by_identifier ON profiles (identifier, channel)""",
    """CREATE TABLE folders (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL,
        "glob" TEXT,
        channel TEXT,
        profile_id INTEGER,
        unknown TEXT NOT NULL,
        quiet FLOAT NOT NULL,
        candidate BOOLEAN NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (path),
        FOREIGN KEY(profile_id) REFERENCES profiles (id)
    )""",
    """CREATE TABLE versions (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        profile_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        file_name TEXT NOT NULL,
        source TEXT NOT NULL,
        channel TEXT NOT NULL,
        platform TEXT NOT NULL,
        format TEXT NOT NULL,
        identifier TEXT,
        name TEXT,
        version TEXT,
        build TEXT,
        state TEXT NOT NULL,
        rejected TEXT,
        candidate_mark INTEGER,
        notes TEXT NOT NULL,
        findings TEXT NOT NULL,
        inspection TEXT NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (profile_id, number),
        FOREIGN KEY(profile_id) REFERENCES profiles (id),
        FOREIGN KEY(sha256) REFERENCES blobs (sha256)
    )""",
    """CREATE INDEX versions_by_build ON versions (profile_id, version, build)""",
    """CREATE INDEX versions_by_digest ON versions (sha256, profile_id)""",
    """CREATE INDEX versions_by_profile ON versions (profile_id, id)""",
    """CREATE UNIQUE INDEX versions_candidates ON versions (profile_id, candidate_mark) WHERE candidate_mark IS NOT NULL""",
    """CREATE TABLE seen_files (
        folder_id INTEGER NOT NULL,
        path BLOB NOT NULL,
        signature TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (folder_id, path),
        FOREIGN KEY(folder_id) REFERENCES folders (id) ON DELETE CASCADE
    )""",
)

SEARCH = (
    """CREATE VIRTUAL TABLE versions_fts USING fts5(name, identifier, version, build, file_name, notes, content='versions', content_rowid='id', prefix='2 3')""",
    """CREATE TRIGGER versions_fts_insert AFTER INSERT ON versions BEGIN
        INSERT INTO versions_fts(rowid, name, identifier, version, build, file_name, notes)
        VALUES (new.id, new.name, new.identifier, new.version, new.build, new.file_name, new.notes);
    END""",
    """CREATE TRIGGER versions_fts_delete AFTER DELETE ON versions BEGIN
        INSERT INTO versions_fts(versions_fts, rowid, name, identifier, version, build, file_name, notes)
        VALUES ('delete', old.id, old.name, old.identifier, old.version, old.build, old.file_name, old.notes);
    END""",
    """CREATE TRIGGER versions_fts_update AFTER UPDATE OF name, identifier, version, build, file_name, notes ON versions BEGIN
        INSERT INTO versions_fts(versions_fts, rowid, name, identifier, version, build, file_name, notes)
        VALUES ('delete', old.id, old.name, old.identifier, old.version, old.build, old.file_name, old.notes);
        INSERT INTO versions_fts(rowid, name, identifier, version, build, file_name, notes)
        VALUES (new.id, new.name, new.identifier, new.version, new.build, new.file_name, new.notes);
    END""",
    """CREATE VIRTUAL TABLE profiles_fts USING fts5(address, identifier, content='profiles', content_rowid='id', prefix='2 3')""",
    """CREATE TRIGGER profiles_fts_insert AFTER INSERT ON profiles BEGIN
        INSERT INTO profiles_fts(rowid, address, identifier)
        VALUES (new.id, new.address, new.identifier);
    END""",
    """CREATE TRIGGER profiles_fts_delete AFTER DELETE ON profiles BEGIN
        INSERT INTO profiles_fts(profiles_fts, rowid, address, identifier)
        VALUES ('delete', old.id, old.address, old.identifier);
    END""",
    """CREATE TRIGGER profiles_fts_update AFTER UPDATE OF address, identifier ON profiles BEGIN
        INSERT INTO profiles_fts(profiles_fts, rowid, address, identifier)
        VALUES ('delete', old.id, old.address, old.identifier);
        INSERT INTO profiles_fts(rowid, address, identifier)
        VALUES (new.id, new.address, new.identifier);
    END""",
)


def upgrade() -> None:
    """Make every table, and full-text search with the triggers that keep it."""
    for statement in (*TABLES, *SEARCH):
        op.execute(statement)
