"""The rows that say which large renditions are kept, and the sums over all renditions.

Each function works within the caller's transaction; those that write need a writing one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence


class Row(NamedTuple):
    """One large rendition, or the place reserved for one.

    Attributes:
        incoming: name of the file being written for it; None once it has its final name.
    """

    digest: bytes
    kind: str
    mime: str
    size_bytes: int
    incoming: str | None


class Kept(NamedTuple):
    """How many bytes renditions take.

    Attributes:
        small_bytes: of the small ones.
        large_bytes: of the large ones, those that are still being written included.
        swept: whether every large file is known to have its row.
    """

    small_bytes: int
    large_bytes: int
    swept: bool


_ROW = "SELECT digest, kind, mime, size_bytes, incoming FROM large_rendition "
_DIGEST_BYTES = 32


def kept(connection: sqlite3.Connection) -> Kept:
    """The sums over all renditions, as of now."""
    row = connection.execute("SELECT small_bytes, large_bytes, swept FROM kept").fetchone()
    return Kept(row[0], row[1], bool(row[2]))


def set_swept(connection: sqlite3.Connection) -> None:
    """Note that every large file has its row."""
    connection.execute("UPDATE kept SET swept = 1 WHERE swept = 0")


def find(connection: sqlite3.Connection, digest: bytes, kind: str) -> Row | None:
    """The row of a rendition."""
    found = connection.execute(_ROW + "WHERE digest = ? AND kind = ?", (digest, kind)).fetchone()
    return None if found is None else Row(*found)


def add(connection: sqlite3.Connection, row: Row, *, used_ns: int) -> None:
    """Add a row where there is none."""
    connection.execute(
        "INSERT INTO large_rendition (digest, kind, mime, size_bytes, incoming, used_ns) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (*row, used_ns),
    )


def arrive(connection: sqlite3.Connection, digest: bytes, kind: str) -> None:
    """Note that the file has its final name."""
    query = "UPDATE large_rendition SET incoming = NULL WHERE digest = ? AND kind = ?"
    connection.execute(query, (digest, kind))


def remove(connection: sqlite3.Connection, digest: bytes, kind: str) -> None:
    """Remove the row of a rendition."""
    query = "DELETE FROM large_rendition WHERE digest = ? AND kind = ?"
    connection.execute(query, (digest, kind))


def arriving(connection: sqlite3.Connection) -> list[Row]:
    """The renditions that are being written: a few, as many as are made at a time."""
    return [Row(*row) for row in connection.execute(_ROW + "WHERE incoming IS NOT NULL")]


def least_used(connection: sqlite3.Connection, most: int) -> list[Row]:
    """The renditions used least recently, the least recent one first."""
    return [Row(*row) for row in connection.execute(_ROW + "ORDER BY used_ns LIMIT ?", (most,))]


def of_kind(connection: sqlite3.Connection, kind: str, first_byte: int) -> dict[bytes, Row]:
    """The renditions of a kind whose digest begins with a byte, by digest."""
    low, high = bytes([first_byte]), bytes([first_byte]) + b"\xff" * _DIGEST_BYTES
    query = _ROW + "WHERE digest BETWEEN ? AND ? AND kind = ?"
    return {row[0]: Row(*row) for row in connection.execute(query, (low, high, kind))}


def digests_after(connection: sqlite3.Connection, digest: bytes, most: int) -> list[bytes]:
    """Digests that have renditions, in order, behind one."""
    query = "SELECT DISTINCT digest FROM large_rendition WHERE digest > ? ORDER BY digest LIMIT ?"
    return [one for (one,) in connection.execute(query, (digest, most))]


def unused_since(
    connection: sqlite3.Connection, uses: Iterable[tuple[bytes, str]], before_ns: int
) -> list[tuple[bytes, str]]:
    """Those of some (digest, kind) whose last known use lies before a time."""
    query = "SELECT 1 FROM large_rendition WHERE digest = ? AND kind = ? AND used_ns < ?"
    return [use for use in uses if connection.execute(query, (*use, before_ns)).fetchone()]


def set_used(
    connection: sqlite3.Connection, uses: Sequence[tuple[bytes, str]], used_ns: int
) -> None:
    """Note when renditions were used."""
    connection.executemany(
        "UPDATE large_rendition SET used_ns = ? WHERE digest = ? AND kind = ?",
        [(used_ns, *use) for use in uses],
    )
