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
    described INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX asset_digest ON asset (digest);
CREATE INDEX asset_unpictured ON asset (grid, created_ns DESC, digest DESC) WHERE grid < 2;
CREATE INDEX asset_missing ON asset (missing_since_ns) WHERE missing_since_ns IS NOT NULL;
CREATE INDEX asset_metadata_version ON asset (metadata_version);
CREATE INDEX asset_undescribed ON asset (id) WHERE described = 0;
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
CREATE UNIQUE INDEX failure_digest ON failure (digest, step);
CREATE UNIQUE INDEX failure_file ON failure (file_id, step);
CREATE TABLE folder (
    id INTEGER NOT NULL,
    library_id INTEGER NOT NULL,
    parent_id INTEGER,
    path BLOB NOT NULL,
    shown TEXT,
    mounted INTEGER DEFAULT '0' NOT NULL,
    fingerprint BLOB,
    gone INTEGER DEFAULT '0' NOT NULL,
    linked INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(library_id) REFERENCES library (id),
    FOREIGN KEY(parent_id) REFERENCES folder (id)
);
CREATE INDEX folder_gone ON folder (library_id) WHERE gone = 1;
CREATE UNIQUE INDEX folder_path ON folder (library_id, path);
CREATE INDEX folder_parent ON folder (parent_id);
CREATE INDEX folder_unlinked ON folder (id) WHERE linked = 0;
CREATE TABLE detail (
    asset_id INTEGER NOT NULL,
    facts TEXT NOT NULL,
    taken_local TEXT,
    taken_offset_min INTEGER,
    taken_ns BIGINT,
    taken_source TEXT,
    taken_certainty TEXT,
    taken_precision TEXT,
    latitude FLOAT,
    longitude FLOAT,
    altitude_m FLOAT,
    make TEXT,
    model TEXT,
    lens TEXT,
    rating INTEGER,
    title TEXT,
    description TEXT,
    keywords TEXT,
    people TEXT,
    sources TEXT,
    PRIMARY KEY (asset_id),
    FOREIGN KEY(asset_id) REFERENCES asset (id)
);
CREATE INDEX detail_taken ON detail (taken_ns);
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
CREATE INDEX file_pending ON file (mtime_ns, id) WHERE pending = 1;
CREATE INDEX file_gone ON file (folder_id) WHERE gone = 1;
CREATE UNIQUE INDEX file_name ON file (folder_id, name);
CREATE TABLE sidecar (
    id INTEGER NOT NULL,
    folder_id INTEGER NOT NULL,
    name BLOB NOT NULL,
    size_bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    ctime_ns BIGINT NOT NULL,
    inode BIGINT NOT NULL,
    pending INTEGER DEFAULT '1' NOT NULL,
    facts TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(folder_id) REFERENCES folder (id)
);
CREATE INDEX sidecar_pending ON sidecar (id) WHERE pending = 1;
CREATE UNIQUE INDEX sidecar_name ON sidecar (folder_id, name);
CREATE TABLE loose (
    id INTEGER NOT NULL,
    folder_id INTEGER NOT NULL,
    name BLOB NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(folder_id) REFERENCES folder (id)
);
CREATE INDEX loose_folder ON loose (folder_id);
CREATE TABLE link (
    id INTEGER NOT NULL,
    folder_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    primary_id INTEGER NOT NULL,
    part_id INTEGER,
    sidecar_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(folder_id) REFERENCES folder (id),
    FOREIGN KEY(primary_id) REFERENCES file (id),
    FOREIGN KEY(part_id) REFERENCES file (id),
    FOREIGN KEY(sidecar_id) REFERENCES sidecar (id)
);
CREATE INDEX link_primary ON link (primary_id);
CREATE INDEX link_part ON link (part_id);
CREATE INDEX link_folder ON link (folder_id);
CREATE TABLE alembic_version (version_num TEXT NOT NULL);
INSERT INTO alembic_version VALUES ('0002');
INSERT INTO catalog_state (id, catalog_id) VALUES (1, 'of-revision-1');
