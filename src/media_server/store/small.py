"""Small renditions as blobs in one SQLite file: one indexed read, nothing half-written."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SCHEMA = """
CREATE TABLE IF NOT EXISTS store_state (id INTEGER PRIMARY KEY, store_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rendition (
    digest BLOB NOT NULL, kind TEXT NOT NULL, mime TEXT NOT NULL,
    width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, rough INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (digest, kind));
"""


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

    def __init__(self, path: str) -> None:
        """Open the file, made where there is none; a file that is no database is replaced."""
        self.path = path
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            os.remove(path)
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=15
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 15000")
        connection.execute("PRAGMA journal_size_limit = 16777216")
        connection.executescript(_SCHEMA)
        connection.execute("INSERT OR IGNORE INTO store_state VALUES (1, ?)", (uuid.uuid4().hex,))
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
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(
                "INSERT OR REPLACE INTO rendition VALUES (?, ?, ?, ?, ?, ?, ?)", renditions
            )
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def get(self, digest: bytes, kind: str) -> Rendition | None:
        """The rendition, or None where there is none."""
        row = self._connection.execute(
            "SELECT digest, kind, mime, width_px, height_px, rough, data FROM rendition "
            "WHERE digest = ? AND kind = ?",
            (digest, kind),
        ).fetchone()
        return None if row is None else Rendition(*row)

    def remove(self, digests: Iterable[bytes]) -> None:
        """Remove all renditions of assets."""
        rows = [(digest,) for digest in digests]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("DELETE FROM rendition WHERE digest = ?", rows)
        self._connection.execute("COMMIT")

    def count(self) -> int:
        """How many renditions there are."""
        with closing(self._connection.execute("SELECT count(*) FROM rendition")) as cursor:
            return int(cursor.fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
