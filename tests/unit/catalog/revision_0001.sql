CREATE TABLE catalog_state (
    id INTEGER NOT NULL,
    catalog_id TEXT NOT NULL,
    store_id TEXT DEFAULT '' NOT NULL,
    generation BIGINT DEFAULT '0' NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE library (
    id INTEGER NOT NULL,
    root BLOB NOT NULL,
    shown TEXT NOT NULL,
    device BIGINT,
    inode BIGINT,
    state TEXT DEFAULT 'new' NOT NULL,
    served INTEGER DEFAULT '0' NOT NULL,
    held_removals INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (root)
);
CREATE TABLE asset (
    id INTEGER NOT NULL,
    digest BLOB NOT NULL,
    mime TEXT NOT NULL,
    width_px INTEGER,
    height_px INTEGER,
    captured_local TEXT,
    captured_offset_min INTEGER,
    captured_source TEXT,
    created_ns BIGINT NOT NULL,
    metadata_version INTEGER NOT NULL,
    grid INTEGER NOT NULL,
    missing_since_ns BIGINT,
    entry TEXT,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX asset_digest ON asset (digest);
CREATE INDEX asset_missing ON asset (missing_since_ns) WHERE missing_since_ns IS NOT NULL;
CREATE INDEX asset_unpictured ON asset (grid, created_ns DESC, digest DESC) WHERE grid < 2;
CREATE TABLE failure (
    id INTEGER NOT NULL,
    digest BLOB,
    file_id INTEGER,
    step TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    failed_at_ns BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX failure_file ON failure (file_id, step);
CREATE UNIQUE INDEX failure_digest ON failure (digest, step);
CREATE TABLE folder (
    id INTEGER NOT NULL,
    library_id INTEGER NOT NULL,
    parent_id INTEGER,
    path BLOB NOT NULL,
    shown TEXT,
    mounted INTEGER DEFAULT '0' NOT NULL,
    fingerprint BLOB,
    gone INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(library_id) REFERENCES library (id),
    FOREIGN KEY(parent_id) REFERENCES folder (id)
);
CREATE UNIQUE INDEX folder_path ON folder (library_id, path);
CREATE INDEX folder_parent ON folder (parent_id);
CREATE INDEX folder_gone ON folder (library_id) WHERE gone = 1;
CREATE TABLE file (
    id INTEGER NOT NULL,
    folder_id INTEGER NOT NULL,
    name BLOB NOT NULL,
    shown TEXT,
    size_bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    ctime_ns BIGINT NOT NULL,
    inode BIGINT NOT NULL,
    digest BLOB,
    pending INTEGER DEFAULT '1' NOT NULL,
    gone INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(folder_id) REFERENCES folder (id)
);
CREATE INDEX file_digest ON file (digest) WHERE digest IS NOT NULL;
CREATE INDEX file_gone ON file (folder_id) WHERE gone = 1;
CREATE UNIQUE INDEX file_name ON file (folder_id, name);
CREATE INDEX file_pending ON file (mtime_ns, id) WHERE pending = 1;
CREATE TABLE alembic_version (version_num TEXT NOT NULL);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO catalog_state (id, catalog_id) VALUES (1, 'of-revision-1');
