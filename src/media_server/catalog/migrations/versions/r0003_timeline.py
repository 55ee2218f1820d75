"""What the API shows: the timeline, what has changed, places, SHA-1 beside SHA-256."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE catalog_state ADD COLUMN changes BIGINT DEFAULT '0' NOT NULL",
    "ALTER TABLE asset ADD COLUMN sha1 BLOB",
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
        changed BIGINT NOT NULL
    )
    """,
    "CREATE INDEX timeline_local ON timeline (local_day, local_ms, asset_id, shape) WHERE part = 0",
    "CREATE INDEX timeline_taken ON timeline (taken_day, taken_ms, asset_id, shape) WHERE part = 0",
    "CREATE INDEX timeline_changed ON timeline (changed, asset_id)",
    """
    CREATE TABLE removal (
        digest BLOB NOT NULL PRIMARY KEY,
        changed BIGINT NOT NULL
    )
    """,
    "CREATE INDEX removal_changed ON removal (changed, digest)",
    # Describing an asset publishes it.
    "UPDATE asset SET described = 0",
)


def upgrade() -> None:
    """Add the tables; the rows come as assets are described again."""
    for statement in _STATEMENTS:
        op.execute(statement)
