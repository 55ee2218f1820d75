"""The store's SQLite file: opening it, its tables and transactions, and what damage means.

It holds the small renditions themselves, a row for each large one, and how many bytes both take.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLES = """
CREATE TABLE IF NOT EXISTS store_state (id INTEGER PRIMARY KEY, store_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rendition (
    digest BLOB NOT NULL, kind TEXT NOT NULL, mime TEXT NOT NULL,
    width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, rough INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (digest, kind));
CREATE TABLE IF NOT EXISTS large_rendition (
    digest BLOB NOT NULL, kind TEXT NOT NULL, mime TEXT NOT NULL,
    size_bytes INTEGER NOT NULL, used_ns INTEGER NOT NULL,
    incoming TEXT,  -- name of the file being written; NULL once the file has its final name
    PRIMARY KEY (digest, kind)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS large_rendition_used ON large_rendition (used_ns);
CREATE INDEX IF NOT EXISTS large_rendition_incoming ON large_rendition (digest)
    WHERE incoming IS NOT NULL;
-- One row. `swept`: whether every large file is known to have its row.
CREATE TABLE IF NOT EXISTS kept (
    id INTEGER PRIMARY KEY, small_bytes INTEGER NOT NULL, large_bytes INTEGER NOT NULL,
    swept INTEGER NOT NULL);
"""
# In the transaction of each change, so that the sums are never wrong. REPLACE must not be used:
# it deletes without telling the triggers.
_SUMS = """
CREATE TRIGGER IF NOT EXISTS small_added AFTER INSERT ON rendition BEGIN
    UPDATE kept SET small_bytes = small_bytes + length(NEW.data); END;
CREATE TRIGGER IF NOT EXISTS small_changed AFTER UPDATE ON rendition BEGIN
    UPDATE kept SET small_bytes = small_bytes + length(NEW.data) - length(OLD.data); END;
CREATE TRIGGER IF NOT EXISTS small_removed AFTER DELETE ON rendition BEGIN
    UPDATE kept SET small_bytes = small_bytes - length(OLD.data); END;
CREATE TRIGGER IF NOT EXISTS large_added AFTER INSERT ON large_rendition BEGIN
    UPDATE kept SET large_bytes = large_bytes + NEW.size_bytes; END;
CREATE TRIGGER IF NOT EXISTS large_removed AFTER DELETE ON large_rendition BEGIN
    UPDATE kept SET large_bytes = large_bytes - OLD.size_bytes; END;
"""
_NEW_ID = "INSERT OR IGNORE INTO store_state (id, store_id) VALUES (1, ?)"
# One statement, so that nothing is added or removed while it counts what an older version kept.
_COUNT = (
    "INSERT OR IGNORE INTO kept VALUES (1, "
    "(SELECT coalesce(sum(length(data)), 0) FROM rendition), "
    "(SELECT coalesce(sum(size_bytes), 0) FROM large_rendition), 0)"
)
# Fails where a table of the same name is another program's.
_OURS = (
    "SELECT digest, kind, mime, width_px, height_px, rough, data FROM rendition LIMIT 0",
    "SELECT id, small_bytes, large_bytes, swept FROM kept LIMIT 0",
)


def open_or_replace(path: str, *, synced: bool = True) -> sqlite3.Connection:
    """The same as `open_database`; a file that is no store is replaced."""
    try:
        return open_database(path, synced=synced)
    except sqlite3.DatabaseError as error:
        if not (_is_damage(error) or _is_foreign(error)):
            raise
        _remove(path)
        return open_database(path, synced=synced)


def open_database(path: str, *, synced: bool = True) -> sqlite3.Connection:
    """Open the store's file, made where there is none.

    Args:
        path: the store's file.
        synced: whether writes wait for the disk; not needed to make an empty store.

    Returns:
        A connection for any thread, though only one at a time.

    Raises:
        sqlite3.DatabaseError: the file is damaged, or no store.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=15)
    try:
        # Before the change to WAL, which writes.
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if synced else 'OFF'}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA busy_timeout = 15000")
        connection.execute("PRAGMA journal_size_limit = 16777216")
        connection.executescript(_TABLES)
        for query in _OURS:
            connection.execute(query)
        connection.executescript(_SUMS)
        if not connection.execute("SELECT 1 FROM store_state").fetchone():
            connection.execute(_NEW_ID, (uuid.uuid4().hex,))
        if not connection.execute("SELECT 1 FROM kept").fetchone():
            connection.execute(_COUNT)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that writes, alone among all processes: all of it is kept, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()  # nothing where a full disk has ended it already
        raise


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
