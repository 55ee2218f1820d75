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
_SIZE_OF_SHOWN = """
SELECT count(*), coalesce(sum((
    SELECT file.size_bytes FROM file
    WHERE file.digest = asset.digest AND file.pending = 0 LIMIT 1
)), 0)
FROM {rows}
WHERE timeline.part = 0 AND {condition}
"""
_ALL_SHOWN = "timeline CROSS JOIN asset ON asset.id = timeline.asset_id"
# Where some are named, they are looked for, and not the timeline looked through.
_SOME_SHOWN = "asset CROSS JOIN timeline ON timeline.asset_id = asset.id"
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


class Shown(NamedTuple):
    """An asset of the timeline, and where it stands there, the newest first.

    Attributes:
        digest: of it.
        day: by the calendar of the place, days since 1970.
        ms: of the day.
        asset_id: of the asset.
    """

    digest: bytes
    day: int
    ms: int
    asset_id: int


class Behind(NamedTuple):
    """A place in the timeline: that of the last one before it, as in `Shown`."""

    day: int
    ms: int
    asset_id: int


def shown(
    connection: Connection, condition: Condition, *, behind: Behind | None, most: int
) -> list[Shown]:
    """What the timeline shows on a condition, the newest first.

    Args:
        connection: any transaction.
        condition: of rows of the timeline.
        behind: only what comes behind this place.
        most: not more.
    """
    place = " AND (timeline.local_day, timeline.local_ms, timeline.asset_id) < (?, ?, ?)"
    query = (
        "SELECT asset.digest, timeline.local_day, timeline.local_ms, timeline.asset_id "  # noqa: S608
        "FROM timeline JOIN asset ON asset.id = timeline.asset_id "
        f"WHERE timeline.part = 0 AND {condition.sql}{place if behind else ''} "
        "ORDER BY timeline.local_day DESC, timeline.local_ms DESC, timeline.asset_id DESC LIMIT ?"
    )
    values = (*condition.values, *(behind or ()), most)
    return [Shown(*row) for row in connection.exec_driver_sql(query, values)]


def size_of_shown(
    connection: Connection, condition: Condition, without: Sequence[bytes] = ()
) -> Size:
    """Add up the originals of what the timeline shows on a condition, without listing them.

    Args:
        connection: any transaction.
        condition: of rows of the timeline.
        without: digests of assets, each once, that are left out.
    """
    query = _SIZE_OF_SHOWN.format(rows=_ALL_SHOWN, condition=condition.sql)
    assets, size_bytes = connection.exec_driver_sql(query, condition.values).one()
    for at in range(0, len(without), _AT_A_TIME):
        some = tuple(without[at : at + _AT_A_TIME])
        marks = ",".join("?" * len(some))
        named = _SIZE_OF_SHOWN.format(
            rows=_SOME_SHOWN, condition=f"{condition.sql} AND asset.digest IN ({marks})"
        )
        left_out, taken = connection.exec_driver_sql(named, (*condition.values, *some)).one()
        assets -= left_out
        size_bytes -= taken
    return Size(assets, size_bytes)


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
