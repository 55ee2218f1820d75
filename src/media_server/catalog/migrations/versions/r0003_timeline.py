"""What the API shows: the timeline, what has changed, places, SHA-1 beside SHA-256."""

from alembic import op

from media_server.catalog import search_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE catalog_state ADD COLUMN changes BIGINT DEFAULT '0' NOT NULL",
    "ALTER TABLE catalog_state ADD COLUMN assets BIGINT DEFAULT '0' NOT NULL",
    "UPDATE catalog_state SET assets = (SELECT count(*) FROM asset)",
    "ALTER TABLE library ADD COLUMN files BIGINT DEFAULT '0' NOT NULL",
    """
    UPDATE library SET files = (SELECT count(*) FROM file
        JOIN folder ON folder.id = file.folder_id WHERE folder.library_id = library.id)
    """,
    "DROP INDEX file_pending",
    "CREATE INDEX file_pending ON file (mtime_ns, id, folder_id, gone, digest, pending) "
    "WHERE pending = 1",
    "CREATE INDEX file_reread ON file (id) WHERE pending = 1 AND digest IS NOT NULL",
    "CREATE INDEX asset_missing_unpictured ON asset (grid) "
    "WHERE missing_since_ns IS NOT NULL AND grid < 2",
    "ALTER TABLE asset ADD COLUMN sha1 BLOB",
    "ALTER TABLE asset ADD COLUMN colour INTEGER",
    "CREATE INDEX asset_sha1 ON asset (sha1) WHERE sha1 IS NOT NULL",
    "CREATE INDEX asset_without_sha1 ON asset (id) WHERE sha1 IS NULL",
    "ALTER TABLE detail ADD COLUMN duration_ms BIGINT",
    "ALTER TABLE detail ADD COLUMN country TEXT",
    "ALTER TABLE detail ADD COLUMN region TEXT",
    "ALTER TABLE detail ADD COLUMN city TEXT",
    "ALTER TABLE detail ADD COLUMN misnamed INTEGER",
    "CREATE INDEX detail_misnamed ON detail (asset_id) WHERE misnamed = 1",
    "CREATE INDEX detail_undated ON detail (asset_id) WHERE taken_certainty = 'guess'",
    "DROP INDEX detail_taken",
    "CREATE INDEX detail_place ON detail (country, region, city) WHERE country IS NOT NULL",
    """
    CREATE TABLE timeline (
        asset_id INTEGER NOT NULL PRIMARY KEY REFERENCES asset (id),
        local_day INTEGER NOT NULL,
        local_ms BIGINT NOT NULL,
        taken_day INTEGER NOT NULL,
        taken_ms BIGINT NOT NULL,
        kind INTEGER NOT NULL,
        shape TEXT NOT NULL,
        part INTEGER NOT NULL,
        live INTEGER NOT NULL,
        changed BIGINT NOT NULL,
        search_id BIGINT
    )
    """,
    "CREATE INDEX timeline_local ON timeline (local_day, local_ms, asset_id, shape, part) "
    "WHERE part = 0",
    "CREATE INDEX timeline_taken ON timeline (taken_day, taken_ms, asset_id, shape, part) "
    "WHERE part = 0",
    "CREATE INDEX timeline_changed ON timeline (changed, asset_id)",
    """
    CREATE TABLE search_text (
        id INTEGER NOT NULL PRIMARY KEY,
        facets TEXT NOT NULL,
        marks TEXT NOT NULL,
        names TEXT NOT NULL,
        folders TEXT NOT NULL,
        title TEXT NOT NULL,
        keywords TEXT NOT NULL,
        people TEXT NOT NULL,
        country TEXT NOT NULL,
        region TEXT NOT NULL,
        city TEXT NOT NULL,
        camera TEXT NOT NULL,
        lens TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE facet (
        id INTEGER NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        folded TEXT NOT NULL,
        assets INTEGER DEFAULT '0' NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX facet_value ON facet (kind, folded)",
    "CREATE INDEX facet_assets ON facet (kind, assets DESC)",
    "CREATE TABLE word (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
    """
    CREATE TABLE removal (
        digest BLOB NOT NULL PRIMARY KEY,
        changed BIGINT NOT NULL
    )
    """,
    "CREATE INDEX removal_changed ON removal (changed, digest)",
    """
    CREATE TABLE place (
        id INTEGER NOT NULL PRIMARY KEY,
        country TEXT NOT NULL,
        region TEXT NOT NULL,
        city TEXT NOT NULL,
        pictures INTEGER NOT NULL,
        newest_ms BIGINT NOT NULL,
        newest_id INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX place_name ON place (country, region, city)",
    """
    CREATE TABLE located (
        cell BIGINT NOT NULL,
        taken_ms BIGINT NOT NULL,
        asset_id INTEGER NOT NULL,
        latitude FLOAT NOT NULL,
        longitude FLOAT NOT NULL,
        place_id INTEGER,
        PRIMARY KEY (cell, taken_ms, asset_id)
    ) WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX located_asset ON located (asset_id)",
    "CREATE INDEX located_place ON located (place_id, taken_ms, asset_id)",
    """
    CREATE TABLE map_cell (
        level INTEGER NOT NULL,
        code BIGINT NOT NULL,
        pictures INTEGER NOT NULL,
        columns BIGINT NOT NULL,
        rows BIGINT NOT NULL,
        newest_ms BIGINT NOT NULL,
        newest_id INTEGER NOT NULL,
        PRIMARY KEY (level, code)
    ) WITHOUT ROWID
    """,
    # Describing an asset publishes it.
    "UPDATE asset SET described = 0",
)


def upgrade() -> None:
    """Add the tables; the rows come as assets are described again."""
    for statement in _STATEMENTS:
        op.execute(statement)
    search_index.create(op.get_bind())
