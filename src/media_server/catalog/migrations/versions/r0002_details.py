"""What assets show beyond the listing: details, sidecars, and which files belong together."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE folder ADD COLUMN linked INTEGER DEFAULT '0' NOT NULL",
    "CREATE INDEX folder_unlinked ON folder (id) WHERE linked = 0",
    "ALTER TABLE asset ADD COLUMN described INTEGER DEFAULT '0' NOT NULL",
    "CREATE INDEX asset_metadata_version ON asset (metadata_version)",
    "CREATE INDEX asset_undescribed ON asset (id) WHERE described = 0",
    """
    CREATE TABLE detail (
        asset_id INTEGER NOT NULL PRIMARY KEY REFERENCES asset (id),
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
        sources TEXT
    )
    """,
    "CREATE INDEX detail_taken ON detail (taken_ns)",
    """
    CREATE TABLE sidecar (
        id INTEGER NOT NULL PRIMARY KEY,
        folder_id INTEGER NOT NULL REFERENCES folder (id),
        name BLOB NOT NULL,
        size_bytes BIGINT NOT NULL,
        mtime_ns BIGINT NOT NULL,
        ctime_ns BIGINT NOT NULL,
        inode BIGINT NOT NULL,
        pending INTEGER DEFAULT '1' NOT NULL,
        facts TEXT
    )
    """,
    "CREATE UNIQUE INDEX sidecar_name ON sidecar (folder_id, name)",
    "CREATE INDEX sidecar_pending ON sidecar (id) WHERE pending = 1",
    """
    CREATE TABLE link (
        id INTEGER NOT NULL PRIMARY KEY,
        folder_id INTEGER NOT NULL REFERENCES folder (id),
        kind TEXT NOT NULL,
        primary_id INTEGER NOT NULL REFERENCES file (id),
        part_id INTEGER REFERENCES file (id),
        sidecar_id INTEGER REFERENCES sidecar (id)
    )
    """,
    "CREATE INDEX link_folder ON link (folder_id)",
    "CREATE INDEX link_primary ON link (primary_id)",
    "CREATE INDEX link_part ON link (part_id)",
    """
    CREATE TABLE loose (
        id INTEGER NOT NULL PRIMARY KEY,
        folder_id INTEGER NOT NULL REFERENCES folder (id),
        name BLOB NOT NULL,
        code TEXT NOT NULL
    )
    """,
    "CREATE INDEX loose_folder ON loose (folder_id)",
    # Folders are compared again, since sidecars count from now on.
    "UPDATE folder SET fingerprint = NULL",
)


def upgrade() -> None:
    """Add the tables; content is read for them as for any outdated asset."""
    for statement in _STATEMENTS:
        op.execute(statement)
