"""Assets whose SHA-1 is not known: a version before that column has read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from media_server.catalog import assets
from media_server.catalog.bulk import run_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from media_server.catalog.assets import FileAt

_WANTING = text("""
SELECT id, digest FROM asset
WHERE sha1 IS NULL AND id > :behind AND missing_since_ns IS NULL ORDER BY id LIMIT :most
""")


class Wanting(NamedTuple):
    """An asset without a SHA-1, and the files within reach that hold it."""

    asset_id: int
    digest: bytes
    files: list[FileAt]


def wanting(connection: Connection, *, behind: int, most: int) -> list[Wanting]:
    """Assets without a SHA-1 that files hold, in the order of their ids."""
    rows = connection.execute(_WANTING, {"behind": behind, "most": most}).all()
    return [Wanting(row[0], row[1], assets.originals(connection, row[1])) for row in rows]


def keep(connection: Connection, found: Sequence[tuple[int, bytes]]) -> None:
    """Note the SHA-1 of assets, by their numbers."""
    rows = [(sha1, asset_id) for asset_id, sha1 in found]
    run_many(connection, "UPDATE asset SET sha1 = ? WHERE id = ?", rows)
