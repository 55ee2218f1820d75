"""Folders and files of a library: what a scan reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import bindparam, insert, select, text, update

from media_server.catalog import links, listing
from media_server.catalog.bulk import execute_many, run_many
from media_server.catalog.schema import Pending, file, folder
from media_server.model.text import shown

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from sqlalchemy import Connection, TextClause


# Size, mtime, ctime, inode. Plain, as there is one for each file of the library at each scan.
PlainStat = tuple[int, int, int, int]

# The catalog's integers have 64 bits with a sign. Inode numbers have 64 without one, and some file
# systems keep times beyond the year 2262.
_MOST, _LEAST = 2**63 - 1, -(2**63)


def signed(number: int) -> int:
    """An unsigned number of 64 bits, such as an inode's, as the catalog keeps it."""
    return number if number <= _MOST else number - 2**64


def stat_values(found: os.stat_result) -> PlainStat:
    """What decides whether a file has changed, as the catalog keeps it."""
    size_bytes, inode = found.st_size, found.st_ino
    mtime_ns, ctime_ns = found.st_mtime_ns, found.st_ctime_ns
    if max(mtime_ns, ctime_ns, inode) > _MOST or min(mtime_ns, ctime_ns) < _LEAST:
        mtime_ns = max(_LEAST, min(_MOST, mtime_ns))
        ctime_ns = max(_LEAST, min(_MOST, ctime_ns))
        inode = signed(inode)
    return (size_bytes, mtime_ns, ctime_ns, inode)


class FileStat(NamedTuple):
    """What decides whether a file has changed: equal in all four means unchanged."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a library as the catalog knows it."""

    folder_id: int
    path: bytes
    mounted: bool
    fingerprint: bytes | None
    gone: bool


class KnownFile(NamedTuple):
    """A file as the catalog knows it. `stat` is that of the version the digest belongs to."""

    file_id: int
    name: bytes
    stat: FileStat
    digest: bytes | None
    pending: int
    gone: bool


_FOLDER_COLUMNS = (
    folder.c.id,
    folder.c.path,
    folder.c.mounted,
    folder.c.fingerprint,
    folder.c.gone,
)


def root_folder(connection: Connection, library_id: int) -> Folder:
    """The row of a library's root folder, made where there is none."""
    query = select(*_FOLDER_COLUMNS).where(folder.c.library_id == library_id, folder.c.path == b"")
    row = connection.execute(query).first()
    if row is None:
        connection.execute(insert(folder).values(library_id=library_id, path=b""))
        row = connection.execute(query).one()
    return Folder(*row)


_CHILDREN = select(*_FOLDER_COLUMNS).where(folder.c.parent_id == bindparam("parent_id"))


def child_folders(connection: Connection, folder_id: int) -> dict[bytes, Folder]:
    """The folders known directly below a folder, by their path."""
    rows = connection.execute(_CHILDREN, {"parent_id": folder_id})
    return {row.path: Folder(*row) for row in rows}


def add_folder(connection: Connection, library_id: int, parent_id: int, path: bytes) -> Folder:
    """A new folder's row."""
    result = connection.execute(
        insert(folder).values(
            library_id=library_id, parent_id=parent_id, path=path, shown=shown(path)
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return Folder(key[0], path, mounted=False, fingerprint=None, gone=False)


def set_fingerprint(
    connection: Connection, folder_id: int, fingerprint: bytes | None, *, mounted: bool
) -> None:
    """Note what a folder listed when its rows were last in step, and that it is there.

    What belongs together in it has to be worked out again.
    """
    connection.execute(
        update(folder)
        .where(folder.c.id == folder_id)
        .values(fingerprint=fingerprint, mounted=mounted, gone=0, linked=0)
    )


def known_files(connection: Connection, folder_id: int) -> list[KnownFile]:
    """All files the catalog knows in one folder."""
    rows = connection.execute(
        select(
            file.c.id,
            file.c.name,
            file.c.size_bytes,
            file.c.mtime_ns,
            file.c.ctime_ns,
            file.c.inode,
            file.c.digest,
            file.c.pending,
            file.c.gone,
        ).where(file.c.folder_id == folder_id)
    )
    return [
        KnownFile(row[0], row[1], FileStat(*row[2:6]), row[6], row[7], bool(row[8])) for row in rows
    ]


_NEW_FILE = ("folder_id", "name", "shown", "size_bytes", "mtime_ns", "ctime_ns", "inode")
_INSERT_FILE = insert(file)


def add_files(
    connection: Connection, folder_id: int, found: Sequence[tuple[bytes, tuple[int, int, int, int]]]
) -> None:
    """Rows of files seen for the first time; their bytes are still to be read."""
    if not found:
        return
    rows = [(folder_id, name, shown(name), *stat, Pending.YES, 0) for name, stat in found]
    execute_many(connection, _INSERT_FILE, (*_NEW_FILE, "pending", "gone"), rows)
    connection.exec_driver_sql(
        "UPDATE library SET files = files + ? "
        "WHERE id = (SELECT library_id FROM folder WHERE id = ?)",
        (len(rows), folder_id),
    )


def mark_changed(connection: Connection, file_ids: Sequence[int]) -> None:
    """Have the bytes of files read again. Until then they go on holding the asset they held."""
    run_many(
        connection,
        "UPDATE file SET pending = 1, gone = 0 WHERE id = ?",
        [(one,) for one in file_ids],
    )


def mark_found(connection: Connection, file_ids: Sequence[int]) -> None:
    """Files that had been missed are back, unchanged."""
    run_many(connection, "UPDATE file SET gone = 0 WHERE id = ?", [(one,) for one in file_ids])


def mark_gone(connection: Connection, file_ids: Sequence[int]) -> None:
    """Files that a scan has missed. They stay listed until the removals are settled."""
    run_many(connection, "UPDATE file SET gone = 1 WHERE id = ?", [(one,) for one in file_ids])


def mark_folder_gone(connection: Connection, library_id: int, path: bytes) -> None:
    """A folder that a scan has missed, with all that is below it."""
    below = {"library_id": library_id, "path": path, "low": path + b"/", "high": path + b"0"}
    connection.execute(_FOLDERS_GONE, below)
    connection.execute(_FILES_GONE, below)


_BELOW = "library_id = :library_id AND (path = :path OR path > :low AND path < :high)"
_FOLDERS_GONE = text(f"UPDATE folder SET gone = 1, fingerprint = NULL WHERE {_BELOW}")  # noqa: S608
_FILES_GONE = text(
    f"UPDATE file SET gone = 1 WHERE folder_id IN (SELECT id FROM folder WHERE {_BELOW})"  # noqa: S608
)


def retry_unread(connection: Connection, library_id: int) -> None:
    """Have another try at the files that could not be read in the scan before."""
    connection.execute(
        update(file)
        .where(file.c.pending == Pending.NEXT_SCAN)
        .where(file.c.folder_id.in_(select(folder.c.id).where(folder.c.library_id == library_id)))
        .values(pending=Pending.YES)
    )


# A folder that was renamed brings its files along untouched: same inode, same times down to the
# nanosecond, ctime among them, which nobody can set. Such a file need not be read again.
_ADOPT = text("""
UPDATE file SET digest = old.digest, pending = 0
FROM file AS old INDEXED BY file_gone
WHERE old.gone = 1 AND old.pending = 0 AND old.digest IS NOT NULL
    AND file.pending = 1 AND file.digest IS NULL AND file.gone = 0
    AND file.inode = old.inode AND file.size_bytes = old.size_bytes
    AND file.mtime_ns = old.mtime_ns AND file.ctime_ns = old.ctime_ns
RETURNING file.digest
""")

_GONE = (
    "FROM file JOIN folder ON folder.id = file.folder_id "
    "WHERE file.gone = 1 AND folder.library_id = :library_id"
)
# A file whose bytes have still to be read may hold something else by now.
_ELSEWHERE = (
    "EXISTS (SELECT 1 FROM file AS live "
    "WHERE live.digest = file.digest AND live.gone = 0 AND live.pending = 0)"
)
_COUNT_LOST = text(f"SELECT count(*) {_GONE} AND (file.digest IS NULL OR NOT {_ELSEWHERE})")
# Sizes of files whose bytes will be read soon: a missed file of such a size may have moved there.
# Of a file that has changed the new size is not known.
_UNREAD = """file AS unread {index}
    JOIN folder AS place ON place.id = unread.folder_id
    JOIN library AS home ON home.id = place.library_id
    WHERE unread.pending = 1 AND unread.gone = 0 AND home.served = 1 AND home.state != 'offline'"""
_NEW = _UNREAD.format(index="")
_CHANGED = _UNREAD.format(index="INDEXED BY file_reread")
_MAY_HAVE_MOVED = (
    f"(file.size_bytes IN (SELECT unread.size_bytes FROM {_NEW}) "  # noqa: S608
    f"OR EXISTS (SELECT 1 FROM {_CHANGED} AND unread.digest IS NOT NULL))"
)
_COUNT_UNCERTAIN = text(f"SELECT count(*) {_GONE} AND {_MAY_HAVE_MOVED}")

Removed = Literal["moved", "certain", "all"]
_REMOVED: dict[Removed, TextClause] = {
    "moved": text(f"SELECT file.id, file.digest {_GONE} AND {_ELSEWHERE}"),
    "certain": text(f"SELECT file.id, file.digest {_GONE} AND NOT {_MAY_HAVE_MOVED}"),
    "all": text(f"SELECT file.id, file.digest {_GONE}"),
}


def adopt_moved(connection: Connection, *, now_ns: int) -> int:
    """Give files that only changed their folder's name the asset they held before.

    Returns:
        How many there were; none of them has been opened.
    """
    digests = list(connection.scalars(_ADOPT))
    listing.refresh(connection, digests, now_ns=now_ns)
    return len(digests)


def count_lost(connection: Connection, library_id: int) -> int:
    """Files a scan has missed and whose content is in no other file."""
    return int(connection.execute(_COUNT_LOST, {"library_id": library_id}).scalar_one())


def count_uncertain(connection: Connection, library_id: int) -> int:
    """Files a scan has missed that may turn up among those whose bytes are still to be read."""
    return int(connection.execute(_COUNT_UNCERTAIN, {"library_id": library_id}).scalar_one())


def remove_gone(
    connection: Connection,
    library_id: int,
    *,
    now_ns: int,
    which: Removed,
    with_folders: bool = True,
) -> int:
    """Remove the rows of files that a scan has missed, and of folders that are empty then.

    Args:
        connection: a writing transaction.
        library_id: the library.
        now_ns: the time from which assets count as missing.
        which: `moved`, those whose content is in another file too; `certain`, those that cannot
            turn up among the files still to be read; or `all`.
        with_folders: not while a scan may be under way: it may have found the folders again.

    Returns:
        How many files were removed. Their assets stay, for a grace period.
    """
    rows = connection.execute(_REMOVED[which], {"library_id": library_id}).all()
    if rows:
        ids = [(row.id,) for row in rows]
        run_many(connection, "DELETE FROM file WHERE id = ?", ids)
        driver = connection.exec_driver_sql
        driver("UPDATE library SET files = files - ? WHERE id = ?", (len(ids), library_id))
        run_many(connection, "DELETE FROM failure WHERE file_id = ?", ids)
        links.forget_files(connection, ids)
        listing.refresh(connection, [row.digest for row in rows if row.digest], now_ns=now_ns)
    while with_folders and connection.execute(_EMPTY_FOLDERS, {"library_id": library_id}).rowcount:
        links.drop_homeless(connection)  # each round takes the leaves
    return len(rows)


_EMPTY_FOLDERS = text("""
DELETE FROM folder WHERE library_id = :library_id AND gone = 1
    AND NOT EXISTS (SELECT 1 FROM file WHERE file.folder_id = folder.id)
    AND NOT EXISTS (SELECT 1 FROM folder AS child WHERE child.parent_id = folder.id)
""")
