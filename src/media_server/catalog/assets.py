"""Assets and the files that hold them: what ingest reads and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, or_, select, text, tuple_, update

from media_server.catalog import links, listing, publishing
from media_server.catalog.bulk import run_many, run_over
from media_server.catalog.files import FileStat
from media_server.catalog.schema import (
    Grid,
    Pending,
    asset,
    catalog_state,
    detail,
    failure,
    file,
    folder,
    library,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection, Select

    from media_server.model.digest import Digest


class FileAt(NamedTuple):
    """A file and where it lies. `stat` and `digest` are those of the version last read."""

    file_id: int
    library_id: int
    root: bytes
    folder_path: bytes
    name: bytes
    stat: FileStat
    digest: bytes | None

    @property
    def relative_path(self) -> bytes:
        """Path below the library's root."""
        return self.folder_path + b"/" + self.name if self.folder_path else self.name


class NewAsset(NamedTuple):
    """What is known of an asset when it is first seen, by the names of the table's columns."""

    digest: bytes
    mime: str
    width_px: int | None
    height_px: int | None
    captured_local: str | None
    captured_offset_min: int | None
    captured_source: str | None
    created_ns: int
    metadata_version: int
    grid: int
    sha1: bytes | None = None
    colour: int | None = None


class Failed(NamedTuple):
    """One step of work on an asset or a file that failed."""

    digest: bytes | None
    file_id: int | None
    step: str
    code: str
    detail: str
    attempts: int
    parked: bool


_FILE_AT = (
    file.c.id,
    library.c.id.label("library_id"),
    library.c.root,
    folder.c.path,
    file.c.name,
    file.c.size_bytes,
    file.c.mtime_ns,
    file.c.ctime_ns,
    file.c.inode,
    file.c.digest,
)
_REACHABLE = (library.c.served == 1) & (library.c.state != "offline")


def _files_at() -> Select[Any]:
    return (
        select(*_FILE_AT)
        .join(folder, folder.c.id == file.c.folder_id)
        .join(library, library.c.id == folder.c.library_id)
        .where(_REACHABLE)
    )


def _file_at(row: Sequence[Any]) -> FileAt:
    return FileAt(row[0], row[1], row[2], row[3], row[4], FileStat(*row[5:9]), row[9])


_UNREAD = (
    _files_at()
    # The literal 1, as the partial index has it.
    .where(text("file.pending = 1"), file.c.gone == 0)
    .where(
        tuple_(file.c.mtime_ns, file.c.id)
        < tuple_(bindparam("below_mtime_ns"), bindparam("below_id"))
    )
    .order_by(file.c.mtime_ns.desc(), file.c.id.desc())
    .limit(bindparam("most"))
)
_NEWEST = (2**63 - 1, 2**63 - 1)
_LOOKED_UP = 1_000
_BEFORE_ALL = (Grid.NONE - 1, 0, b"")


def unread_files(connection: Connection, *, below: FileAt | None = None, most: int) -> list[FileAt]:
    """Files whose bytes have still to be read, newest first.

    Args:
        connection: any transaction.
        below: go on behind this one.
        most: how many at most.
    """
    mtime_ns, file_id = _NEWEST if below is None else (below.stat.mtime_ns, below.file_id)
    rows = connection.execute(
        _UNREAD, {"below_mtime_ns": mtime_ns, "below_id": file_id, "most": most}
    )
    return [_file_at(row) for row in rows]


def existing(connection: Connection, digests: Collection[bytes]) -> set[bytes]:
    """Those of `digests`, some hundreds at most, that are assets already."""
    places = ",".join("?" * len(digests))
    query = f"SELECT digest FROM asset WHERE digest IN ({places})"  # noqa: S608 (only marks)
    return {digest for (digest,) in connection.exec_driver_sql(query, tuple(digests))}


_NEW = NewAsset._fields
# `column13` is the one file that holds the asset, or NULL.
_INSERT = (
    f"INSERT INTO asset ({', '.join(_NEW)}, entry) "  # noqa: S608 (only names)
    f"SELECT {', '.join(f'asset.column{at}' for at in range(1, len(_NEW) + 1))}, "
    f"({listing.entry_of('asset.column13', digest='asset.column1', created_ns='asset.column8')}) "
    "FROM {rows} AS asset"
)
_HOLDS = (
    "UPDATE file SET size_bytes = read.column1, mtime_ns = read.column2, "
    "ctime_ns = read.column3, inode = read.column4, digest = read.column5, pending = 0 "
    "FROM {rows} AS read WHERE file.id = read.column6"
)


def hold(
    connection: Connection,
    read: Sequence[tuple[FileAt, Digest, FileStat]],
    new_assets: Sequence[NewAsset],
    *,
    now_ns: int,
) -> None:
    """Note what files were found to hold, with the assets that are new.

    Args:
        connection: a writing transaction.
        read: the file as it was, the digest of its bytes, its stat when they were read.
        new_assets: one for each digest in `read` that is no asset yet.
        now_ns: the present time.
    """
    rows = [(*stat, digest, known.file_id) for known, digest, stat in read]
    run_over(connection, _HOLDS, rows)
    links.reopen(connection, {digest for _, digest, _ in read})
    # An asset that one file holds, as nearly all do, is listed while it is inserted: several times
    # cheaper than to look for its files afterwards.
    holders: dict[bytes, int | None] = {}
    for known, digest, _ in read:
        holders[digest] = None if digest in holders else known.file_id
    run_over(connection, _INSERT, [(*one, holders.get(one.digest)) for one in new_assets])
    _count(connection, len(new_assets))
    listed = {one.digest for one in new_assets if holders.get(one.digest) is not None}
    touched = holders.keys() - listed
    touched |= {known.digest for known, _, _ in read if known.digest}
    listing.refresh(connection, touched, now_ns=now_ns)
    if listed:
        publishing.publish(connection, publishing.ids_of(connection, listed))
        listing.bump_generation(connection)


def leave_unread(connection: Connection, failures: Sequence[Failed]) -> None:
    """Leave files that could not be read for the next scan."""
    rows = [(failed.file_id,) for failed in failures]
    run_many(connection, "UPDATE file SET pending = 2 WHERE id = ?", rows)


class Outdated(NamedTuple):
    """An asset whose content was read by an older version of the program, and a file of it."""

    asset_id: int
    digest: bytes
    grid: int
    file: FileAt | None


def outdated(
    connection: Connection, *, metadata_version: int, behind: Outdated | None, most: int
) -> list[Outdated]:
    """Assets with an older `metadata_version`, in the order of their ids."""
    query = (
        select(asset.c.id, asset.c.digest, asset.c.grid)
        .where(asset.c.metadata_version < metadata_version, asset.c.missing_since_ns.is_(None))
        .where(asset.c.id > (behind.asset_id if behind else 0))
        .order_by(asset.c.id)
        .limit(most)
    )
    rows = connection.execute(query).all()
    return [Outdated(*row, _first(originals(connection, row[1]))) for row in rows]


_REREAD = (
    "UPDATE asset SET mime = new.column2, width_px = new.column3, height_px = new.column4, "
    "captured_local = new.column5, captured_offset_min = new.column6, "
    "captured_source = new.column7, metadata_version = new.column9, grid = new.column10, "
    "described = 0 FROM {rows} AS new WHERE asset.digest = new.column1"
)


def reread(connection: Connection, read: Sequence[NewAsset]) -> None:
    """Note what contents say to a newer version; `created_ns`, `sha1` and `colour` stay."""
    run_over(connection, _REREAD, read)
    links.reopen(connection, [one.digest for one in read])


_UNPICTURED = (
    select(asset.c.digest, asset.c.grid, asset.c.created_ns, asset.c.mime)
    .where(text("asset.grid < 2"), asset.c.missing_since_ns.is_(None))
    .where(
        or_(
            asset.c.grid > bindparam("behind_grid"),
            and_(
                asset.c.grid == bindparam("behind_grid"),
                tuple_(asset.c.created_ns, asset.c.digest)
                < tuple_(bindparam("below_ns"), bindparam("below_digest")),
            ),
        )
    )
    .order_by(asset.c.grid, asset.c.created_ns.desc(), asset.c.digest.desc())
    .limit(bindparam("most"))
)


class Unpictured(NamedTuple):
    """An asset whose grid rendition is missing or rough, and a file to make it from."""

    digest: bytes
    grid: int
    created_ns: int
    mime: str
    file: FileAt | None


def unpictured(
    connection: Connection, *, behind: Unpictured | None = None, most: int
) -> list[Unpictured]:
    """Assets without a grid rendition, then those with a rough one, each newest first."""
    grid, created_ns, digest = _BEFORE_ALL
    if behind is not None:
        digest, grid, created_ns, _, _ = behind
    rows = connection.execute(
        _UNPICTURED,
        {"behind_grid": grid, "below_ns": created_ns, "below_digest": digest, "most": most},
    ).all()
    return [Unpictured(*row, _first(originals(connection, row[0]))) for row in rows]


def _first(files: list[FileAt]) -> FileAt | None:
    return files[0] if files else None


_ORIGINALS = (
    _files_at()
    .where(file.c.digest == bindparam("digest"), file.c.pending == Pending.NO)
    .order_by(text(listing.shown_first("file", "folder", "library")))
    .limit(8)
)


def originals(connection: Connection, digest: bytes) -> list[FileAt]:
    """Files that hold an asset and are within reach, up to 8, the one that lists show first."""
    rows = connection.execute(_ORIGINALS, {"digest": digest})
    return [_file_at(row) for row in rows]


def set_grid(connection: Connection, states: Sequence[tuple[bytes, Grid, int | None]]) -> None:
    """Note how far the grid renditions of assets are, and their mean colours.

    Args:
        connection: a writing transaction.
        states: digest, state, and 0xRRGGBB, None where it stays what it is.
    """
    rows = [(int(grid), colour, digest) for digest, grid, colour in states]
    run_many(
        connection,
        "UPDATE asset SET grid = ?, colour = coalesce(?, colour) WHERE digest = ?",
        rows,
    )
    publishing.touch(connection, [digest for digest, _, _ in states])


def use_store(connection: Connection, store_id: str) -> None:
    """Have all grid renditions made again where the store is another than before."""
    query = (
        update(catalog_state).where(catalog_state.c.store_id != store_id).values(store_id=store_id)
    )
    if connection.execute(query).rowcount:
        connection.execute(update(asset).where(asset.c.grid <= Grid.FINAL).values(grid=Grid.NONE))


def record_failures(connection: Connection, failures: Sequence[Failed], *, now_ns: int) -> None:
    """Keep what failed, in the place of an earlier failure of the same step."""
    run_many(
        connection,
        "INSERT OR REPLACE INTO failure "
        "(digest, file_id, step, code, detail, attempts, parked, failed_at_ns) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*failed, now_ns) for failed in failures],
    )


def clear_read_failures(connection: Connection) -> None:
    """Forget that files could not be read which have been read since, or are gone."""
    connection.exec_driver_sql(
        "DELETE FROM failure WHERE file_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM file WHERE file.id = failure.file_id AND pending = 2)"
    )


def clear_failures(connection: Connection, digests: Sequence[bytes]) -> None:
    """Forget what failed with assets."""
    run_many(connection, "DELETE FROM failure WHERE digest = ?", [(one,) for one in digests])


def failure_of(connection: Connection, digest: bytes, step: str) -> str | None:
    """The code of the failure kept for a step of an asset, if there is one."""
    query = select(failure.c.code).where(failure.c.digest == digest, failure.c.step == step)
    return connection.execute(query).scalar()


def long_missing(connection: Connection, *, before_ns: int, most: int) -> list[bytes]:
    """Assets whose last file has been gone since before `before_ns`."""
    query = (
        select(asset.c.digest)
        .where(text("missing_since_ns IS NOT NULL"), asset.c.missing_since_ns < before_ns)
        .limit(most)
    )
    return list(connection.scalars(query))


def lose_grids(connection: Connection, digests: Sequence[bytes]) -> None:
    """The grid renditions of assets are about to be removed from the store."""
    query = update(asset).where(asset.c.digest.in_(digests), asset.c.grid <= Grid.FINAL)
    connection.execute(query.values(grid=Grid.NONE))


def purge(connection: Connection, digests: Sequence[bytes]) -> None:
    """Remove assets that no file holds."""
    connection.execute(delete(failure).where(failure.c.digest.in_(digests)))
    gone = select(asset.c.id).where(asset.c.digest.in_(digests))
    connection.execute(delete(detail).where(detail.c.asset_id.in_(gone)))
    purged = connection.execute(delete(asset).where(asset.c.digest.in_(digests)))
    _count(connection, -purged.rowcount)


def _count(connection: Connection, more: int) -> None:
    connection.exec_driver_sql("UPDATE catalog_state SET assets = assets + ?", (more,))


def mime_to_picture(connection: Connection, digest: bytes) -> str | None:
    """The type of an asset that may have a picture; None where an attempt to make one failed."""
    query = select(asset.c.grid, asset.c.mime).where(asset.c.digest == digest)
    row = connection.execute(query).first()
    if row is None or row.grid >= Grid.FAILED:
        return None
    if failure_of(connection, digest, "thumbnail") is not None:
        return None
    return str(row.mime)


def longest_edge_px(connection: Connection, digest: bytes) -> int:
    """The longer edge of an asset's picture in pixels, 0 where it is not known."""
    query = select(asset.c.width_px, asset.c.height_px).where(asset.c.digest == digest)
    row = connection.execute(query).first()
    return 0 if row is None else max(row.width_px or 0, row.height_px or 0)


def listed(connection: Connection, digests: Collection[bytes]) -> set[bytes]:
    """Those of `digests`, SHA-256 or SHA-1, that are of listed assets."""
    found: set[bytes] = set()
    for column, length in (("digest", 32), ("sha1", 20)):
        wanted = [one for one in digests if len(one) == length]
        for at in range(0, len(wanted), _LOOKED_UP):
            some = tuple(wanted[at : at + _LOOKED_UP])
            query = (
                f"SELECT {column} FROM asset "  # noqa: S608 (only names and marks)
                f"WHERE {column} IN ({','.join('?' * len(some))}) AND entry IS NOT NULL"
            )
            found.update(connection.exec_driver_sql(query, some).scalars())
    return found


def without_sha1(connection: Connection) -> int:
    """How many assets have no SHA-1 yet."""
    query = text("SELECT count(*) FROM asset WHERE sha1 IS NULL")
    return int(connection.execute(query).scalar_one())
