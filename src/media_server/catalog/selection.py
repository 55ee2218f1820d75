"""Many assets at once: which files hold them, and the files of a whole library.

A selection is a list of digests, wherever it comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from media_server.catalog.assets import FileAt
from media_server.catalog.files import FileStat
from media_server.catalog.listing import shown_first
from media_server.catalog.timeline import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from media_server.catalog.timeline import Condition

_AT_A_TIME = 500
# As `assets.originals` for one.
_HOLDERS = f"""
SELECT file.id, library.id, library.root, folder.path, file.name, file.size_bytes, file.mtime_ns,
    file.ctime_ns, file.inode, file.digest
FROM file JOIN folder ON folder.id = file.folder_id
JOIN library ON library.id = folder.library_id
WHERE file.digest IN ({{marks}}) AND file.pending = 0
    AND library.served = 1 AND library.state != 'offline'
ORDER BY {shown_first("file", "folder", "library")}
"""  # noqa: S608 (only names)
# All files that hold the same bytes have the same size.
_SIZES = """
SELECT count(*), coalesce(sum(size_bytes), 0) FROM (
    SELECT min(size_bytes) AS size_bytes FROM file
    WHERE digest IN ({marks}) AND pending = 0 GROUP BY digest
)
"""
_IN_LIBRARY = """
SELECT folder.path, file.name, file.digest FROM folder JOIN file ON file.folder_id = folder.id
WHERE folder.library_id = ? AND file.digest IS NOT NULL AND file.pending = 0
    AND file.gone = 0 AND folder.gone = 0 {limit}
ORDER BY folder.path, file.name
"""


class Sum(NamedTuple):
    """A file of a library, its path below the root, and the SHA-256 of its bytes."""

    path: bytes
    digest: bytes


def holders(
    connection: Connection, digests: Sequence[bytes]
) -> Iterator[tuple[bytes, list[FileAt]]]:
    """For each of `digests`, in their order, the files within reach that hold it."""
    for at in range(0, len(digests), _AT_A_TIME):
        some = tuple(digests[at : at + _AT_A_TIME])
        query = _HOLDERS.format(marks=",".join("?" * len(some)))
        found: dict[bytes, list[FileAt]] = {one: [] for one in some}
        for row in connection.exec_driver_sql(query, some):
            found[row[9]].append(
                FileAt(row[0], row[1], row[2], row[3], row[4], FileStat(*row[5:9]), row[9])
            )
        yield from ((one, found[one]) for one in some)


class Size(NamedTuple):
    """How much some assets are: how many of them are known, and the bytes of their originals."""

    assets: int
    size_bytes: int


def size_of(connection: Connection, digests: Sequence[bytes]) -> Size:
    """Add up the originals of some assets, as the catalog knows them.

    Args:
        connection: any transaction.
        digests: of the assets, each once.
    """
    assets = size_bytes = 0
    for at in range(0, len(digests), _AT_A_TIME):
        some = tuple(digests[at : at + _AT_A_TIME])
        query = _SIZES.format(marks=",".join("?" * len(some)))
        counted, added = connection.exec_driver_sql(query, some).one()
        assets += counted
        size_bytes += added
    return Size(assets, size_bytes)


def digests(connection: Connection, condition: Condition, *, most: int) -> list[bytes]:
    """Digests of what the timeline shows on a condition, the newest first."""
    query = (
        "SELECT asset.digest FROM timeline JOIN asset ON asset.id = timeline.asset_id "  # noqa: S608
        f"WHERE timeline.part = 0 AND {condition.sql} "
        "ORDER BY timeline.local_day DESC, timeline.local_ms DESC, timeline.asset_id DESC LIMIT ?"
    )
    return list(connection.exec_driver_sql(query, (*condition.values, most)).scalars())


def files_of_library(
    connection: Connection, library_id: int, condition: Condition = EVERYTHING
) -> Iterator[Sum]:
    """The files of a library whose digests are known and that are there, by folder and name.

    They are read as they are asked for; the transaction must stay open as long.

    Args:
        connection: any transaction.
        library_id: of the library.
        condition: only files of assets whose row of `timeline` meets it.
    """
    limit = ""
    if condition != EVERYTHING:
        limit = (
            "AND file.digest IN (SELECT asset.digest FROM timeline "  # noqa: S608
            f"JOIN asset ON asset.id = timeline.asset_id WHERE {condition.sql}) "
        )
    rows = connection.execution_options(stream_results=True).exec_driver_sql(
        _IN_LIBRARY.format(limit=limit), (library_id, *condition.values)
    )
    for path, name, digest in rows.yield_per(1_000):
        yield Sum(path + b"/" + name if path else name, digest)
