"""Files that a walk has found and nobody has read yet: there is no asset of them so far.

In the order in which they are read, newest first. Files of libraries that are not served or
offline are left out.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.catalog.assets import FileAt
from media_server.catalog.files import FileStat

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from media_server.catalog.database import Catalog


class Place(NamedTuple):
    """A place among them: behind all that are newer, by modification time and number."""

    mtime_ns: int
    file_id: int


class Unread(NamedTuple):
    """One of them; names as text where nothing else is said.

    Attributes:
        file_id: its number.
        name: of the file, as bytes. shown: the same.
        folder: path of its folder below the library's root.
        library_id: of its library.
        mtime_ns: its modification time.
    """

    file_id: int
    name: bytes
    shown: str
    folder: str
    library_id: int
    mtime_ns: int


class Found(NamedTuple):
    """What a number stands for.

    Attributes:
        at: the file; its `digest` is None until it has been read.
        listed: whether the asset that it holds is listed.
        away: whether its library is offline.
    """

    at: FileAt
    listed: bool
    away: bool


# Asked in this way, the index has all that is needed; libraries that are away are few, if any.
_UNREAD = """
    file.pending = 1 AND file.digest IS NULL AND file.gone = 0 AND file.folder_id NOT IN (
        SELECT folder.id FROM library CROSS JOIN folder ON folder.library_id = library.id
        WHERE library.served = 0 OR library.state = 'offline')"""
_TIMES: Final = f"""
SELECT file.mtime_ns FROM file INDEXED BY file_pending WHERE {_UNREAD} ORDER BY file.mtime_ns DESC
"""  # noqa: S608 (no outside text in it)
_ITEMS: Final = f"""
SELECT file.id, file.name, coalesce(file.shown, CAST(file.name AS TEXT)),
    coalesce(folder.shown, CAST(folder.path AS TEXT)), folder.library_id, file.mtime_ns
FROM file JOIN folder ON folder.id = file.folder_id
WHERE file.id IN (
    SELECT file.id FROM file INDEXED BY file_pending
    WHERE {_UNREAD} AND (file.mtime_ns, file.id) < (?, ?)
    ORDER BY file.mtime_ns DESC, file.id DESC LIMIT ? OFFSET ?)
ORDER BY file.mtime_ns DESC, file.id DESC
"""  # noqa: S608 (no outside text in it)
_ONE: Final = """
SELECT file.id, library.id, library.root, folder.path, file.name,
    file.size_bytes, file.mtime_ns, file.ctime_ns, file.inode, file.digest,
    EXISTS (SELECT 1 FROM asset WHERE asset.digest = file.digest AND asset.entry IS NOT NULL),
    library.state = 'offline'
FROM file JOIN folder ON folder.id = file.folder_id JOIN library ON library.id = folder.library_id
WHERE file.id = ? AND file.gone = 0 AND library.served = 1
"""
_VERSION: Final = "PRAGMA data_version"


def times(connection: Connection) -> Iterable[int]:
    """Modification times of all of them, newest first."""
    return connection.exec_driver_sql(_TIMES).scalars()


def items(connection: Connection, place: Place, *, offset: int, most: int) -> list[Unread]:
    """What stands behind a place.

    Args:
        connection: any transaction.
        place: where to begin.
        offset: how many behind that place are passed over.
        most: how many at most.
    """
    rows = connection.exec_driver_sql(_ITEMS, (*place, most, offset))
    return [Unread(*row) for row in rows]


class Point:
    """Point questions on a connection of its own, answered in microseconds; for one thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Take the catalog; nothing is opened before the first question."""
        self._catalog = catalog

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        return self._catalog.connect()

    def find(self, file_id: int) -> Found | None:
        """A file by its number; None where there is none, or its library is not served."""
        row = self._connection.execute(_ONE, (file_id,)).fetchone()
        if row is None:
            return None
        at = FileAt(row[0], row[1], row[2], row[3], row[4], FileStat(*row[5:9]), row[9])
        return Found(at, bool(row[10]), bool(row[11]))

    def version(self) -> int:
        """A number that is another one whenever anybody else has changed the catalog."""
        (number,) = self._connection.execute(_VERSION).fetchone()
        return int(number)
