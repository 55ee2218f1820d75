"""Which files and sidecars of a folder belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from media_server.catalog import publishing
from media_server.catalog.bulk import run_many, run_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection


class LinkRow(NamedTuple):
    """A link, in the order of the table's columns: of a part file or of a sidecar."""

    kind: str
    primary_id: int
    part_id: int | None
    sidecar_id: int | None


class Member(NamedTuple):
    """A file or sidecar of a folder, with what its content says.

    Attributes:
        row_id: of the file, or of the sidecar.
        name: its name.
        mime: of the file's asset; None while that is not known.
        facts: as JSON; None while they are not known.
    """

    row_id: int
    name: bytes
    mime: str | None
    facts: str | None


# What is still to be read may change what belongs together.
_UNLINKED = text("""
SELECT folder.id FROM folder JOIN library ON library.id = folder.library_id
WHERE folder.linked = 0 AND folder.id > :behind
    AND folder.gone = 0 AND library.served = 1 AND library.state != 'offline'
    AND NOT EXISTS (SELECT 1 FROM file
        WHERE file.folder_id = folder.id AND file.pending = 1 AND file.gone = 0)
    AND NOT EXISTS (SELECT 1 FROM sidecar
        WHERE sidecar.folder_id = folder.id AND sidecar.pending = 1)
ORDER BY folder.id LIMIT 1
""")


def next_unlinked(connection: Connection, *, behind: int) -> int | None:
    """The folder with the next larger id in which it is not known what belongs together."""
    found = connection.execute(_UNLINKED, {"behind": behind}).scalar()
    return None if found is None else int(found)


_FILES = text("""
SELECT file.id, file.name, asset.mime, detail.facts FROM file
LEFT JOIN asset ON asset.digest = file.digest
LEFT JOIN detail ON detail.asset_id = asset.id
WHERE file.folder_id = :folder_id AND file.gone = 0
""")
_SIDECARS = text("SELECT id, name, NULL, facts FROM sidecar WHERE folder_id = :folder_id")


def files(connection: Connection, folder_id: int) -> Iterator[Member]:
    """The files of a folder that are there."""
    for row in connection.execute(_FILES, {"folder_id": folder_id}):
        yield Member(*row)


def sidecars(connection: Connection, folder_id: int) -> list[Member]:
    """The sidecars of a folder; those without facts turned out to be something else."""
    return [Member(*row) for row in connection.execute(_SIDECARS, {"folder_id": folder_id})]


def replace(
    connection: Connection,
    folder_id: int,
    found: Sequence[LinkRow],
    loose: Sequence[tuple[bytes, str]],
) -> None:
    """Keep what belongs together in a folder, and what should but does not.

    Assets whose sidecars are others than before are to be described anew.

    Args:
        connection: a writing transaction.
        folder_id: the folder.
        found: all links of it.
        loose: name and code of what is wrong.
    """
    rows = connection.exec_driver_sql(
        "SELECT kind, primary_id, part_id, sidecar_id FROM link WHERE folder_id = ?", (folder_id,)
    )
    before, now = {LinkRow(*row) for row in rows}, set(found)
    changed = {one.primary_id for one in before ^ now if one.sidecar_id is not None}
    run_many(
        connection,
        "UPDATE asset SET described = 0 WHERE digest = (SELECT digest FROM file WHERE id = ?)",
        [(one,) for one in changed],
    )
    one_folder = (folder_id,)
    pairs = [one for one in before ^ now if one.part_id is not None]
    if before != now:
        connection.exec_driver_sql("DELETE FROM link WHERE folder_id = ?", one_folder)
        run_many(
            connection,
            "INSERT INTO link (folder_id, kind, primary_id, part_id, sidecar_id) "
            "VALUES (?, ?, ?, ?, ?)",
            [(folder_id, *one) for one in found],
        )
    paired = {file_id for one in pairs for file_id in (one.primary_id, one.part_id)}
    publishing.publish(connection, _assets_of(connection, paired))
    connection.exec_driver_sql("DELETE FROM loose WHERE folder_id = ?", one_folder)
    run_many(
        connection,
        "INSERT INTO loose (folder_id, name, code) VALUES (?, ?, ?)",
        [(folder_id, *one) for one in loose],
    )
    connection.exec_driver_sql("UPDATE folder SET linked = 1 WHERE id = ?", one_folder)


def _assets_of(connection: Connection, file_ids: Collection[int | None]) -> list[int]:
    query = "SELECT asset.id FROM file JOIN asset ON asset.digest = file.digest WHERE file.id = ?"
    found = (connection.exec_driver_sql(query, (one,)).scalar() for one in file_ids)
    return [one for one in found if one is not None]


def reopen(connection: Connection, digests: Collection[bytes]) -> None:
    """Contents were read: have it worked out again what belongs together beside them."""
    run_over(
        connection,
        "UPDATE folder SET linked = 0 WHERE linked = 1 AND id IN "
        "(SELECT file.folder_id FROM {rows} JOIN file ON file.digest = column1)",
        [(digest,) for digest in digests],
    )


def forget_files(connection: Connection, file_ids: Sequence[tuple[int]]) -> None:
    """Files are removed: nothing belongs with them any more."""
    # Its parts stand by themselves again, and what it was a part of is found without it.
    left = [
        other
        for (one,) in file_ids
        for other in connection.exec_driver_sql(
            "SELECT part_id FROM link WHERE primary_id = ? AND part_id IS NOT NULL "
            "UNION ALL SELECT primary_id FROM link WHERE part_id = ?",
            (one, one),
        ).scalars()
    ]
    run_many(connection, "DELETE FROM link WHERE primary_id = ?", file_ids)
    run_many(connection, "DELETE FROM link WHERE part_id = ?", file_ids)
    publishing.publish(connection, _assets_of(connection, left))


def drop_homeless(connection: Connection) -> None:
    """Forget sidecars, links and loose ends of folders that are no more."""
    homeless = "folder_id NOT IN (SELECT id FROM folder)"
    for table in ("link", "loose", "sidecar"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {homeless}")  # noqa: S608
