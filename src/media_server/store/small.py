"""Small renditions as blobs in one SQLite file: one indexed read, nothing half-written."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SCHEMA = """
CREATE TABLE IF NOT EXISTS store_state (id INTEGER PRIMARY KEY, store_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rendition (
    digest BLOB NOT NULL, kind TEXT NOT NULL, mime TEXT NOT NULL,
    width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, rough INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (digest, kind));
"""
_NEW_ID = "INSERT OR IGNORE INTO store_state (id, store_id) VALUES (1, ?)"
_GET = (
    "SELECT digest, kind, mime, width_px, height_px, rough, data FROM rendition "
    "WHERE digest = ? AND kind = ?"
)


class Rendition(NamedTuple):
    """An encoded picture made from an asset.

    Attributes:
        rough: made from the preview that the camera embedded.
    """

    digest: bytes
    kind: str
    mime: str
    width_px: int
    height_px: int
    rough: bool
    data: bytes


class SmallStore:
    """Renditions of some 10 kB. Each thread takes an object of its own."""

    def __init__(self, path: str, *, synced: bool = True) -> None:
        """Open the file, made where there is none; a file that is no store is replaced.

        Args:
            path: the store's file.
            synced: whether writes wait for the disk; not needed to make an empty store.
        """
        self.path = path
        self._synced = synced
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if not (_is_damage(error) or _is_foreign(error)):
                raise
            _remove(path)
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=15
        )
        try:
            # Before the change to WAL, which writes.
            connection.execute(f"PRAGMA synchronous = {'NORMAL' if self._synced else 'OFF'}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA busy_timeout = 15000")
            connection.execute("PRAGMA journal_size_limit = 16777216")
            connection.executescript(_SCHEMA)
            if not connection.execute("SELECT 1 FROM store_state").fetchone():
                connection.execute(_NEW_ID, (uuid.uuid4().hex,))
            connection.execute(_GET, (b"", ""))
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def store_id(self) -> str:
        """Which store this is: another one after it was deleted and made anew."""
        row = self._connection.execute("SELECT store_id FROM store_state").fetchone()
        return str(row[0])

    def put(self, renditions: Sequence[Rendition]) -> None:
        """Keep renditions, in the place of earlier ones of the same asset and kind."""
        if not renditions:
            return
        with self._transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO rendition VALUES (?, ?, ?, ?, ?, ?, ?)", renditions
            )

    def get(self, digest: bytes, kind: str) -> Rendition | None:
        """The rendition, or None where there is none."""
        row = self._connection.execute(_GET, (digest, kind)).fetchone()
        return None if row is None else Rendition(*row)

    def remove(self, digests: Iterable[bytes]) -> None:
        """Remove all renditions of assets."""
        rows = [(digest,) for digest in digests]
        with self._transaction() as connection:
            connection.executemany("DELETE FROM rendition WHERE digest = ?", rows)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.rollback()  # nothing where a full disk has ended it already
            raise

    def count(self) -> int:
        """How many renditions there are."""
        with closing(self._connection.execute("SELECT count(*) FROM rendition")) as cursor:
            return int(cursor.fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def mend(path: str) -> None:
    """Remove a store if a look through all of it finds damage. Only while nobody has it open."""
    connection = sqlite3.connect(path)
    try:
        sound = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        sound = False
    finally:
        connection.close()
    if not sound:
        _remove(path)


def _is_damage(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _is_foreign(error: sqlite3.Error) -> bool:
    return "no such column" in str(error) or "has no column" in str(error)


def _remove(path: str) -> None:
    for suffix in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            os.remove(path + suffix)
