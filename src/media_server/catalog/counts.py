"""How much there is and how much is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers over the whole catalog.

    Attributes:
        files: files known. assets: assets, missing ones included.
        unhashed: files whose digest is not known yet.
        unpictured: assets that may get a picture and have none so far.
        rough: assets that show the preview their camera embedded.
        failed: assets and files with a failure that will not change by trying again.
        parked: those of them that took their jail down.
        missing: assets whose last file is gone.
    """

    files: int
    assets: int
    unhashed: int
    unpictured: int
    rough: int
    failed: int
    parked: int
    missing: int


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: files to read with their bytes, assets to picture."""

    files: int
    size_bytes: int
    pictures: int


_WORK = text("""
SELECT count(*), coalesce(sum(size_bytes), 0),
    (SELECT count(*) FROM asset WHERE grid < 2 AND missing_since_ns IS NULL)
FROM file WHERE pending = 1 AND gone = 0
""")


def work(connection: Connection) -> Work:
    """What is to be done now; reading may turn up more to picture."""
    return Work(*connection.execute(_WORK).one())


# All from counts that are kept and from what indices hold by themselves. Left to itself, SQLite
# takes the index of all digests for the one of those that are read again.
_COUNTS = text("""
SELECT
    (SELECT coalesce(sum(files), 0) FROM library),
    (SELECT assets FROM catalog_state),
    (SELECT count(*) FROM file WHERE pending = 1)
        - (SELECT count(*) FROM file INDEXED BY file_reread
            WHERE pending = 1 AND digest IS NOT NULL),
    (SELECT count(*) FROM asset WHERE grid < 2 AND grid = 0)
        - (SELECT count(*) FROM asset INDEXED BY asset_missing_unpictured
            WHERE missing_since_ns IS NOT NULL AND grid < 2 AND grid = 0),
    (SELECT count(*) FROM asset WHERE grid < 2 AND grid = 1)
        - (SELECT count(*) FROM asset INDEXED BY asset_missing_unpictured
            WHERE missing_since_ns IS NOT NULL AND grid < 2 AND grid = 1),
    (SELECT count(*) FROM failure),
    (SELECT count(*) FROM failure WHERE parked = 1),
    (SELECT count(*) FROM asset WHERE missing_since_ns IS NOT NULL)
""")


def count(connection: Connection) -> Counts:
    """Count everything: a millisecond for each 100,000 that are still to be done, no rows read."""
    return Counts(*connection.execute(_COUNTS).one())
