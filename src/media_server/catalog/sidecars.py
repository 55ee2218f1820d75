"""Sidecars, as files of a folder: what a scan and the reading of them write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, text

from media_server.catalog.bulk import run_many
from media_server.catalog.files import FileStat
from media_server.catalog.schema import file, folder, library, link, sidecar

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from media_server.catalog.files import PlainStat


_DESCRIBE_ANEW = (
    "UPDATE asset SET described = 0 WHERE digest IN (SELECT file.digest FROM link "
    "JOIN file ON file.id = link.primary_id WHERE link.sidecar_id = ?)"
)


class SidecarAt(NamedTuple):
    """A sidecar whose content has still to be read, and where it lies."""

    sidecar_id: int
    folder_id: int
    root: bytes
    folder_path: bytes
    name: bytes
    stat: FileStat


def reconcile(
    connection: Connection,
    folder_id: int,
    found: Sequence[tuple[bytes, PlainStat]],
    *,
    unknown: Collection[bytes],
) -> None:
    """Bring the sidecars of one folder in step with what it lists.

    Args:
        connection: a writing transaction.
        folder_id: the folder.
        found: name and stat of each.
        unknown: names that could not be looked at: neither there nor gone.
    """
    columns = (
        sidecar.c.name,
        sidecar.c.id,
        sidecar.c.size_bytes,
        sidecar.c.mtime_ns,
        sidecar.c.ctime_ns,
        sidecar.c.inode,
    )
    rows = connection.execute(select(*columns).where(sidecar.c.folder_id == folder_id))
    known = {row[0]: (row[1], tuple(row[2:])) for row in rows}
    new = [(folder_id, name, *stat) for name, stat in found if name not in known]
    changed = [
        (*stat, known[name][0])
        for name, stat in found
        if name in known and known[name][1] != tuple(stat)
    ]
    there = {name for name, _ in found}.union(unknown)
    gone = [(sidecar_id,) for name, (sidecar_id, _) in known.items() if name not in there]
    run_many(
        connection,
        "INSERT INTO sidecar (folder_id, name, size_bytes, mtime_ns, ctime_ns, inode) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        new,
    )
    run_many(
        connection,
        "UPDATE sidecar SET size_bytes = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, pending = 1 "
        "WHERE id = ?",
        changed,
    )
    run_many(connection, _DESCRIBE_ANEW, gone)
    run_many(connection, "DELETE FROM link WHERE sidecar_id = ?", gone)
    run_many(connection, "DELETE FROM sidecar WHERE id = ?", gone)


def unread(connection: Connection, *, behind: int = 0, most: int) -> list[SidecarAt]:
    """Sidecars within reach whose content has still to be read, in the order of their ids."""
    query = (
        select(
            sidecar.c.id,
            sidecar.c.folder_id,
            library.c.root,
            folder.c.path,
            sidecar.c.name,
            sidecar.c.size_bytes,
            sidecar.c.mtime_ns,
            sidecar.c.ctime_ns,
            sidecar.c.inode,
        )
        .join(folder, folder.c.id == sidecar.c.folder_id)
        .join(library, library.c.id == folder.c.library_id)
        .where(text("sidecar.pending = 1"), sidecar.c.id > behind)
        .where(library.c.served == 1, library.c.state != "offline")
        .order_by(sidecar.c.id)
        .limit(most)
    )
    rows = connection.execute(query)
    return [SidecarAt(*row[:5], FileStat(*row[5:])) for row in rows]


def keep(connection: Connection, read: Sequence[tuple[SidecarAt, str | None]]) -> None:
    """Note what sidecars say: their facts as JSON, or None where it is no sidecar after all.

    Who was described by them is described anew, and who belongs to whom is worked out again.
    """
    rows = [(facts, at.sidecar_id) for at, facts in read]
    run_many(connection, "UPDATE sidecar SET facts = ?, pending = 0 WHERE id = ?", rows)
    run_many(connection, _DESCRIBE_ANEW, [(at.sidecar_id,) for at, _ in read])
    folders = {(at.folder_id,) for at, _ in read}
    run_many(connection, "UPDATE folder SET linked = 0 WHERE id = ?", list(folders))


def of_files(connection: Connection, digests: Sequence[bytes]) -> list[tuple[bytes, str, str]]:
    """For assets, what sidecars of their files say: (digest, kind of link, facts as JSON)."""
    query = (
        select(file.c.digest, link.c.kind, sidecar.c.facts)
        .join(link, link.c.primary_id == file.c.id)
        .join(sidecar, sidecar.c.id == link.c.sidecar_id)
        .where(file.c.digest.in_(digests), file.c.gone == 0, sidecar.c.facts.is_not(None))
        .order_by(file.c.id, sidecar.c.name)
    )
    return [tuple(row) for row in connection.execute(query)]
