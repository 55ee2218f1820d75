"""The answer to `/list`, kept ready: one JSON member for each asset that a library holds.

A member is written again, in the same transaction, whenever something it shows changes, so that
the whole answer is a matter of putting the members in a row. Each transaction that changes a
member raises the catalog's `generation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from media_server.catalog import publishing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

_PAGE_MEMBERS = 4_000
_REFRESHED = 20_000


def _seconds(column: str) -> str:
    """SQL that writes nanoseconds as a decimal number of seconds, exactly."""
    return (
        f"CASE WHEN {column} < 0 THEN '-' ELSE '' END || (abs({column}) / 1000000000) || '.' || "
        f"substr('00000000' || (abs({column}) % 1000000000), -9)"
    )


def shown_first(file: str, folder: str, library: str) -> str:
    """SQL of the order in which the files of an asset are shown and read.

    The smallest path by code point (which is the order of the UTF-8 bytes) among those that are
    there; one that a scan has just missed only while there is no other.

    Args:
        file: name of the table or its alias.
        folder: likewise.
        library: likewise.
    """
    # A value of two blobs put together is text to SQLite: hence the casts.
    return (
        f"{file}.gone OR {folder}.gone, {library}.root, "
        f"CASE WHEN {folder}.path = x'' THEN {file}.name "
        f"ELSE CAST({folder}.path || x'2f' || {file}.name AS BLOB) END"
    )


SHOWN_FILE = f"""
    SELECT copy.id FROM file AS copy
    JOIN folder AS place ON place.id = copy.folder_id
    JOIN library AS home ON home.id = place.library_id
    WHERE copy.digest = asset.digest AND home.served = 1
    ORDER BY {shown_first("copy", "place", "home")}
    LIMIT 1"""  # noqa: S608 (only names)


def entry_of(file_id: str, *, digest: str, created_ns: str) -> str:
    """SQL of an asset's member; NULL where the file's library is not served.

    Args:
        file_id: SQL of the shown file's id.
        digest: SQL of the asset's digest.
        created_ns: SQL of the asset's creation.
    """
    return f"""
    SELECT '"' || lower(hex({digest})) || '":{{"filename":'
    || json_quote(coalesce(file.shown, CAST(file.name AS TEXT)))
    || ',"last_modified":' || {_seconds("file.mtime_ns")}
    || ',"file_path":' || json_quote(library.shown || '/'
        || CASE WHEN folder.path = x'' THEN ''
           ELSE coalesce(folder.shown, CAST(folder.path AS TEXT)) || '/' END
        || coalesce(file.shown, CAST(file.name AS TEXT)))
    || ',"original_creation_date":' || {_seconds(created_ns)} || '}}'
    FROM file
    JOIN folder ON folder.id = file.folder_id
    JOIN library ON library.id = folder.library_id
    WHERE file.id = {file_id} AND library.served = 1
    """  # noqa: S608 (no outside text in it)


_ENTRY = entry_of(f"({SHOWN_FILE})", digest="asset.digest", created_ns="asset.created_ns")
_REFRESH = text(
    # Its detail leans on the shown file's name and time too.
    f"UPDATE asset SET described = 0, entry = ({_ENTRY}), "  # noqa: S608
    "missing_since_ns = CASE "
    "WHEN EXISTS (SELECT 1 FROM file WHERE file.digest = asset.digest) THEN NULL "
    "ELSE coalesce(missing_since_ns, :now_ns) END "
    "WHERE digest IN (SELECT digest FROM touched)"
)


def refresh(connection: Connection, digests: Iterable[bytes], *, now_ns: int) -> None:
    """Bring the members of `digests` in step with files and assets, and the generation up.

    Args:
        connection: a writing transaction; the change is part of it.
        digests: of assets of which a file came, went or changed. Repeats do no harm.
        now_ns: the time from which an asset counts as missing when its last file is gone.
    """
    rows = [(digest,) for digest in set(digests)]
    if not rows:
        return
    driver = connection.exec_driver_sql
    driver("CREATE TEMP TABLE IF NOT EXISTS touched (digest BLOB PRIMARY KEY) WITHOUT ROWID")
    driver("INSERT INTO touched VALUES (?)", rows)
    connection.execute(_REFRESH, {"now_ns": now_ns})
    ids = driver("SELECT id FROM asset WHERE digest IN (SELECT digest FROM touched)")
    publishing.publish(connection, ids.scalars())
    driver("DELETE FROM touched")
    bump_generation(connection)


# CROSS JOIN has SQLite begin with the library's folders.
_OF_LIBRARY = """
SELECT file.digest FROM folder CROSS JOIN file ON file.folder_id = folder.id
WHERE folder.library_id = ? AND file.digest IS NOT NULL
"""


def refresh_library(connection: Connection, library_id: int, *, now_ns: int) -> None:
    """Write the members of a library's assets anew, as when it is served or no longer is."""
    digests = connection.exec_driver_sql(_OF_LIBRARY, (library_id,)).scalars()
    for some in digests.partitions(_REFRESHED):
        refresh(connection, some, now_ns=now_ns)


def bump_generation(connection: Connection) -> None:
    """Say that the answer to `/list` is another one now."""
    connection.exec_driver_sql("UPDATE catalog_state SET generation = generation + 1")


def version(connection: Connection) -> str:
    """A word that differs whenever the answer to `/list` may differ, over all catalogs."""
    catalog_id, generation = connection.exec_driver_sql(
        "SELECT catalog_id, generation FROM catalog_state"
    ).one()
    return f"{catalog_id}-{generation}"


def pages(connection: Connection) -> Iterator[bytes]:
    """The JSON object of `/list` in pieces.

    Whole and of one moment as long as `connection` stays in its transaction; memory is bounded
    by one piece, about a megabyte.
    """
    last, lead = 0, "{"
    while True:
        body, last, members = connection.exec_driver_sql(
            "SELECT group_concat(entry, ','), max(id), count(*) FROM "
            "(SELECT id, entry FROM asset WHERE id > ? ORDER BY id LIMIT ?)",
            (last, _PAGE_MEMBERS),
        ).one()
        if not members:
            break
        if body:  # else none of them is listed
            yield (lead + body).encode()
            lead = ","
    yield b"{}\n" if lead == "{" else b"}\n"
