"""The catalog's tables: libraries, folders, files, assets and failures.

The catalog is disposable: deleted, it is rebuilt from the libraries. Paths and names are bytes,
because file names need not be UTF-8. Times are integers, nanoseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

SCHEMA_REVISION = "0001"

metadata = MetaData()


class Pending(IntEnum):
    """Whether a file's bytes have still to be read."""

    NO = 0
    YES = 1
    NEXT_SCAN = 2  # could not be read just now


class Grid(IntEnum):
    """How far an asset's grid rendition is."""

    NONE = 0
    ROUGH = 1  # the preview the camera embedded
    FINAL = 2
    FAILED = 3  # there is a row in `failure`
    NOT_PICTURED = 4  # a type this program makes no picture of


# One row: which catalog this is, and how often its answer to /list has changed.
catalog_state = Table(
    "catalog_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("catalog_id", Text, nullable=False),
    Column("store_id", Text, nullable=False, server_default=""),
    Column("generation", BigInteger, nullable=False, server_default="0"),
)

library = Table(
    "library",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("root", LargeBinary, nullable=False, unique=True),
    Column("shown", Text, nullable=False),  # the root as text, U+FFFD where it is no UTF-8
    # Identity of the root folder when it last held files: an empty folder with another
    # identity is a mount point whose disk is away.
    Column("device", BigInteger),
    Column("inode", BigInteger),
    Column("state", Text, nullable=False, server_default="new"),
    Column("served", Integer, nullable=False, server_default="0"),
    Column("held_removals", Integer, nullable=False, server_default="0"),
)

folder = Table(
    "folder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library_id", ForeignKey("library.id"), nullable=False),
    Column("parent_id", ForeignKey("folder.id")),
    Column("path", LargeBinary, nullable=False),  # relative to the root, b"" is the root itself
    Column("shown", Text),  # the path as text where it is no UTF-8, else NULL
    # Whether it lay on another device than the root: then an empty folder in its place, on the
    # root's device, is a mount point whose disk is away.
    Column("mounted", Integer, nullable=False, server_default="0"),
    # Hash over what the folder listed when its rows were last brought in step; NULL: compare.
    Column("fingerprint", LargeBinary),
    Column("gone", Integer, nullable=False, server_default="0"),
    Index("folder_path", "library_id", "path", unique=True),
    Index("folder_parent", "parent_id"),
    Index("folder_gone", "library_id", sqlite_where=text("gone = 1")),
)

file = Table(
    "file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folder_id", ForeignKey("folder.id"), nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("shown", Text),  # the name as text where it is no UTF-8, else NULL
    # Of the version that `digest` belongs to; of the version seen while there is no digest.
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("ctime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("digest", LargeBinary),
    Column("pending", Integer, nullable=False, server_default="1"),
    Column("gone", Integer, nullable=False, server_default="0"),
    Index("file_name", "folder_id", "name", unique=True),
    Index("file_digest", "digest", sqlite_where=text("digest IS NOT NULL")),
    Index("file_pending", "mtime_ns", "id", sqlite_where=text("pending = 1")),
    Index("file_gone", "folder_id", sqlite_where=text("gone = 1")),
)

asset = Table(
    "asset",
    metadata,
    # Rows lie in the order in which they were made: keyed by digest, a catalog would be written
    # all over for each batch of new assets.
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("mime", Text, nullable=False),
    Column("width_px", Integer),
    Column("height_px", Integer),
    Column("captured_local", Text),
    Column("captured_offset_min", Integer),
    Column("captured_source", Text),
    # The contract's original_creation_date: fixed when the asset is first seen.
    Column("created_ns", BigInteger, nullable=False),
    Column("metadata_version", Integer, nullable=False),
    Column("grid", Integer, nullable=False),
    Column("missing_since_ns", BigInteger),
    # The contract's answer: a ready-made member of the JSON object of /list, NULL when not listed.
    Column("entry", Text),
    Index("asset_digest", "digest", unique=True),
    Index(
        "asset_unpictured",
        "grid",
        text("created_ns DESC"),
        text("digest DESC"),
        sqlite_where=text("grid < 2"),
    ),
    Index("asset_missing", "missing_since_ns", sqlite_where=text("missing_since_ns IS NOT NULL")),
)

failure = Table(
    "failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary),  # of an asset, or
    Column("file_id", Integer),  # of a file whose digest is not known
    Column("step", Text, nullable=False),  # read | probe | grid | thumbnail
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked", Integer, nullable=False),
    Column("failed_at_ns", BigInteger, nullable=False),
    Index("failure_digest", "digest", "step", unique=True),
    Index("failure_file", "file_id", "step", unique=True),
)
