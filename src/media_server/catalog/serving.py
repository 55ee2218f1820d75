"""What the bytes of an asset, and of what belongs to it, are served from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from media_server.catalog import assets
from media_server.catalog.bulk import ask
from media_server.catalog.files import FileStat
from media_server.catalog.sidecars import SidecarAt

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from media_server.catalog.assets import FileAt


class Listed(NamedTuple):
    """A listed asset: its type, and what its content says, as JSON."""

    mime: str
    facts: str | None


_LISTED = """
SELECT asset.mime, detail.facts FROM asset LEFT JOIN detail ON detail.asset_id = asset.id
WHERE asset.digest = :digest AND asset.entry IS NOT NULL
"""
# Whether the asset may come back by itself.
_AWAY = text("""
SELECT 1 FROM file JOIN folder ON folder.id = file.folder_id
JOIN library ON library.id = folder.library_id
WHERE file.digest = :digest AND library.served = 1 AND library.state = 'offline' LIMIT 1
""")
_FILMS = text("""
SELECT DISTINCT film.digest FROM file JOIN link ON link.primary_id = file.id
JOIN file AS film ON film.id = link.part_id
JOIN folder ON folder.id = film.folder_id JOIN library ON library.id = folder.library_id
WHERE file.digest = :digest AND link.kind = 'live_photo' AND film.digest IS NOT NULL
    AND library.served = 1
ORDER BY film.digest LIMIT 8
""")
_SIDECAR = text("""
SELECT sidecar.id, sidecar.folder_id, library.root, folder.path, sidecar.name,
    sidecar.size_bytes, sidecar.mtime_ns, sidecar.ctime_ns, sidecar.inode,
    link.kind, library.state
FROM file JOIN link ON link.primary_id = file.id
JOIN sidecar ON sidecar.id = link.sidecar_id
JOIN folder ON folder.id = sidecar.folder_id JOIN library ON library.id = folder.library_id
WHERE file.digest = :digest AND sidecar.id = :sidecar_id AND library.served = 1 LIMIT 1
""")


def listed(connection: Connection, digest: bytes) -> Listed | None:
    """A listed asset; None where there is none with this digest."""
    found = ask(connection, _LISTED, {"digest": digest})
    return Listed(*found[0]) if found else None


def is_away(connection: Connection, digest: bytes) -> bool:
    """Whether a file of a library that is offline now holds the asset."""
    return connection.execute(_AWAY, {"digest": digest}).first() is not None


def films(connection: Connection, digest: bytes) -> list[tuple[bytes, list[FileAt]]]:
    """The films of a Live Photo: digest of each, and files within reach that hold it."""
    digests = connection.execute(_FILMS, {"digest": digest}).scalars().all()
    return [(one, assets.originals(connection, one)) for one in digests]


class SidecarOf(NamedTuple):
    """A sidecar of an asset, the kind of link between them, and whether it is within reach."""

    at: SidecarAt
    kind: str
    reachable: bool


def sidecar(connection: Connection, digest: bytes, sidecar_id: int) -> SidecarOf | None:
    """A sidecar by its number; None where it is not linked to a file of the asset."""
    row = connection.execute(_SIDECAR, {"digest": digest, "sidecar_id": sidecar_id}).first()
    if row is None:
        return None
    at = SidecarAt(row[0], row[1], row[2], row[3], row[4], FileStat(*row[5:9]))
    return SidecarOf(at, row[9], row[10] != "offline")
