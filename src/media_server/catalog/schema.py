"""The catalog's tables: libraries, folders, files, sidecars, assets, details, links and failures.

The catalog is disposable: deleted, it is rebuilt from the libraries. Paths and names are bytes,
because file names need not be UTF-8. Times are integers, nanoseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

SCHEMA_REVISION = "0003"

metadata = MetaData()


class Pending(IntEnum):
    """Whether a file's bytes have still to be read."""

    NO = 0
    YES = 1
    NEXT_SCAN = 2  # could not be read just now


class Kind(IntEnum):
    """What the timeline shows of an asset."""

    PHOTO = 0
    VIDEO = 1
    OTHER = 2  # of which no picture can be made


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
    # The number of the last change to what is published: see `publishing`.
    Column("changes", BigInteger, nullable=False, server_default="0"),
    # How many assets there are. Counted as they come and go: counting a million takes too long.
    Column("assets", BigInteger, nullable=False, server_default="0"),
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
    Column("files", BigInteger, nullable=False, server_default="0"),  # how many; kept as above
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
    # Whether it has been worked out which of its files and sidecars belong together.
    Column("linked", Integer, nullable=False, server_default="0"),
    Index("folder_path", "library_id", "path", unique=True),
    Index("folder_parent", "parent_id"),
    Index("folder_gone", "library_id", sqlite_where=text("gone = 1")),
    Index("folder_unlinked", "id", sqlite_where=text("linked = 0")),
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
    # With all by which those that were never read are told, so that nothing but it is read.
    Index(
        "file_pending",
        "mtime_ns",
        "id",
        "folder_id",
        "gone",
        "digest",
        "pending",
        sqlite_where=text("pending = 1"),
    ),
    # Those that are read again, which are few: they are told from new ones by this alone.
    Index("file_reread", "id", sqlite_where=text("pending = 1 AND digest IS NOT NULL")),
    Index("file_gone", "folder_id", sqlite_where=text("gone = 1")),
)

asset = Table(
    "asset",
    metadata,
    # Rows lie in the order in which they were made: keyed by digest, a catalog would be written
    # all over for each batch of new assets.
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    # Phone clients know contents by it. NULL where a version before this column has read them.
    Column("sha1", LargeBinary),
    Column("colour", Integer),  # mean of its grid picture, 0xRRGGBB
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
    # Whether its detail says all that is known now: from the content and from beside its files.
    Column("described", Integer, nullable=False, server_default="0"),
    Index("asset_digest", "digest", unique=True),
    Index("asset_sha1", "sha1", sqlite_where=text("sha1 IS NOT NULL")),
    Index("asset_without_sha1", "id", sqlite_where=text("sha1 IS NULL")),
    Index(
        "asset_unpictured",
        "grid",
        text("created_ns DESC"),
        text("digest DESC"),
        sqlite_where=text("grid < 2"),
    ),
    Index("asset_metadata_version", "metadata_version"),
    Index("asset_undescribed", "id", sqlite_where=text("described = 0")),
    Index("asset_missing", "missing_since_ns", sqlite_where=text("missing_since_ns IS NOT NULL")),
    Index(
        "asset_missing_unpictured",
        "grid",
        sqlite_where=text("missing_since_ns IS NOT NULL AND grid < 2"),
    ),
)

# What an asset shows: a row of its own, so that reading the listing does not read this too.
detail = Table(
    "detail",
    metadata,
    Column("asset_id", ForeignKey("asset.id"), primary_key=True),
    # All that the content itself says, as a JSON list of [name, value, source].
    Column("facts", Text, nullable=False),
    # What was chosen from that and from sidecars, names and times of files.
    Column("taken_local", Text),
    Column("taken_offset_min", Integer),
    Column("taken_ns", BigInteger),
    Column("taken_source", Text),
    Column("taken_certainty", Text),
    Column("taken_precision", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("altitude_m", Float),
    Column("make", Text),
    Column("model", Text),
    Column("lens", Text),
    Column("rating", Integer),
    Column("title", Text),
    Column("description", Text),
    Column("keywords", Text),  # JSON lists
    Column("people", Text),
    Column("duration_ms", BigInteger),
    Column("country", Text),  # ISO 3166-1 alpha-2
    Column("region", Text),
    Column("city", Text),
    # Where each of these came from: a JSON object, name → source.
    Column("sources", Text),
    # Whether the shown file's name says another type than its content is of.
    Column("misnamed", Integer),
    Index("detail_misnamed", "asset_id", sqlite_where=text("misnamed = 1")),
    Index("detail_undated", "asset_id", sqlite_where=text("taken_certainty = 'guess'")),
    Index("detail_place", "country", "region", "city", sqlite_where=text("country IS NOT NULL")),
)

# What the timeline shows: a narrow row for each asset that `/list` lists, kept by `publishing`.
timeline = Table(
    "timeline",
    metadata,
    Column("asset_id", ForeignKey("asset.id"), primary_key=True),
    # The calendar day at the place where it was taken, and the wall time there, as if it were UTC.
    Column("local_day", Integer, nullable=False),  # days since 1970-01-01
    Column("local_ms", BigInteger, nullable=False),
    # The instant, by the world's clock.
    Column("taken_day", Integer, nullable=False),
    Column("taken_ms", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("shape", Text, nullable=False),  # ratio of the edges in two signs, see `publishing`
    # Shown with another asset and not by itself: a Live Photo's film, a RAW beside its JPEG.
    Column("part", Integer, nullable=False),
    # Whether a film belongs to the picture: a Live Photo, a motion photo.
    Column("live", Integer, nullable=False),
    Column("changed", BigInteger, nullable=False),
    # Of its row in `search`; NULL where it is not indexed: not described yet, or a part.
    Column("search_id", BigInteger),
    # All that the answer about the whole library takes, in its order; `part` too, without which
    # SQLite looks into each row.
    Index(
        "timeline_local",
        "local_day",
        "local_ms",
        "asset_id",
        "shape",
        "part",
        sqlite_where=text("part = 0"),
    ),
    Index(
        "timeline_taken",
        "taken_day",
        "taken_ms",
        "asset_id",
        "shape",
        "part",
        sqlite_where=text("part = 0"),
    ),
    Index("timeline_changed", "changed", "asset_id"),
)

# The words by which an asset is found. Their index is the virtual table `search`: see
# `search_index`, which keeps both.
search_text = Table(
    "search_text",
    metadata,
    Column("id", Integer, primary_key=True),  # see `search_place`
    Column("facets", Text, nullable=False),  # `search_row.FACET_SIGNS` and numbers of `facet`
    Column("marks", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("folders", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("keywords", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("lens", Text, nullable=False),
)

# What indexed assets can be told apart by, with how many there are of each.
facet = Table(
    "facet",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),  # as it was first written
    Column("folded", Text, nullable=False),
    Column("assets", Integer, nullable=False, server_default="0"),
    Index("facet_value", "kind", "folded", unique=True),
    Index("facet_assets", "kind", text("assets DESC")),
)

# Words of letters that stand, or once stood, in what is indexed: what typing may grow into.
word = Table(
    "word",
    metadata,
    Column("word", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# Assets that were published and are not any more.
removal = Table(
    "removal",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("changed", BigInteger, nullable=False),
    Index("removal_changed", "changed", "digest"),
)

# Countries, regions and cities of what the timeline shows, with how much there is: see `places`.
place = Table(
    "place",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("country", Text, nullable=False),
    Column("region", Text, nullable=False),  # empty: not known
    Column("city", Text, nullable=False),  # the same
    Column("pictures", Integer, nullable=False),
    Column("newest_ms", BigInteger, nullable=False),
    Column("newest_id", Integer, nullable=False),
    Index("place_name", "country", "region", "city", unique=True),
)

# What the timeline shows and whose position is known, kept by `located`.
located = Table(
    "located",
    metadata,
    Column("cell", BigInteger, primary_key=True),  # the finest of the map's, see `map_cells`
    Column("taken_ms", BigInteger, primary_key=True),
    Column("asset_id", Integer, primary_key=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("place_id", Integer),
    Index("located_asset", "asset_id", unique=True),
    Index("located_place", "place_id", "taken_ms", "asset_id"),
    # So that what lies in one part of the world lies in one part of the file.
    sqlite_with_rowid=False,
)

# How many of them lie in each of the map's cells: see `map_cells`.
map_cell = Table(
    "map_cell",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("code", BigInteger, primary_key=True),
    Column("pictures", Integer, nullable=False),
    # Sums of the columns and rows, in cells of the finest level: they give the middle.
    Column("columns", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("newest_ms", BigInteger, nullable=False),
    Column("newest_id", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Files that describe others: XMP, and the JSON of Google Takeout.
sidecar = Table(
    "sidecar",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folder_id", ForeignKey("folder.id"), nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("ctime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("pending", Integer, nullable=False, server_default="1"),
    Column("facts", Text),  # as in `detail`; NULL where it is no sidecar after all
    Index("sidecar_name", "folder_id", "name", unique=True),
    Index("sidecar_pending", "id", sqlite_where=text("pending = 1")),
)

# Files of one folder that are one thing: a photo and its film, a RAW and its JPEG, and sidecars.
link = Table(
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folder_id", ForeignKey("folder.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("primary_id", ForeignKey("file.id"), nullable=False),
    Column("part_id", ForeignKey("file.id")),
    Column("sidecar_id", ForeignKey("sidecar.id")),
    Index("link_folder", "folder_id"),
    Index("link_primary", "primary_id"),
    Index("link_part", "part_id"),
)

# What is wrong with how files belong together: a sidecar without its file, half of a pair.
loose = Table(
    "loose",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folder_id", ForeignKey("folder.id"), nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("code", Text, nullable=False),
    Index("loose_folder", "folder_id"),
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
