"""All that the catalog knows of one asset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from media_server.catalog import findings
from media_server.catalog.bulk import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from media_server.model.finding import Finding


class Holder(NamedTuple):
    """A file that holds the asset; its path as text, below the library's root."""

    file_id: int
    library_id: int
    path: str
    size_bytes: int
    mtime_ns: int
    there: bool


class Relative(NamedTuple):
    """Another asset that belongs to it: link kind, role of the other one, its digest and name."""

    kind: str
    role: str
    digest: bytes
    name: str
    mime: str


class Beside(NamedTuple):
    """A sidecar: its number, name and kind of link."""

    sidecar_id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class AssetView:
    """What the catalog knows of one asset.

    Attributes:
        row: columns of `asset` and `detail` by name; those of `detail` are None before it is
            described.
        holders: the files that hold it, the one that `/list` shows first.
        relatives: assets that belong to it.
        beside: its sidecars.
        findings: what is wrong with it.
    """

    row: dict[str, Any]
    holders: Sequence[Holder]
    relatives: Sequence[Relative]
    beside: Sequence[Beside]
    findings: Sequence[Finding]


_COLUMNS = """
    asset.id, asset.digest, asset.sha1, asset.mime, asset.width_px, asset.height_px,
    asset.created_ns, asset.grid, timeline.kind, detail.facts, detail.taken_local,
    detail.taken_offset_min, detail.taken_ns, detail.taken_source, detail.taken_certainty,
    detail.taken_precision, detail.latitude, detail.longitude, detail.altitude_m, detail.country,
    detail.region, detail.city, detail.make, detail.model, detail.lens, detail.rating, detail.title,
    detail.description, detail.keywords, detail.people, detail.duration_ms, detail.sources"""
_NAMES = tuple(column.strip().partition(".")[2] for column in _COLUMNS.split(","))
_ASSET = f"""
SELECT {_COLUMNS}
FROM asset JOIN timeline ON timeline.asset_id = asset.id
LEFT JOIN detail ON detail.asset_id = asset.id
WHERE asset.digest = :digest
"""  # noqa: S608 (no outside text in it)
_PATH = """
    CASE WHEN folder.path = x'' THEN ''
        ELSE coalesce(folder.shown, CAST(folder.path AS TEXT)) || '/' END
    || coalesce(file.shown, CAST(file.name AS TEXT))"""
_HOLDERS = f"""
SELECT file.id, library.id, {_PATH} AS path, file.size_bytes, file.mtime_ns,
    NOT (file.gone OR folder.gone)
FROM file JOIN folder ON folder.id = file.folder_id JOIN library ON library.id = folder.library_id
WHERE file.digest = :digest AND library.served = 1
ORDER BY file.gone OR folder.gone, library.root, path
"""  # noqa: S608 (no outside text in it)
_RELATIVES = """
SELECT DISTINCT link.kind, CASE WHEN link.primary_id = mine.id THEN 'part' ELSE 'primary' END,
    other.digest, coalesce(other.shown, CAST(other.name AS TEXT)), asset.mime
FROM file AS mine
JOIN link ON link.primary_id = mine.id OR link.part_id = mine.id
JOIN file AS other ON other.id = CASE WHEN link.primary_id = mine.id
    THEN link.part_id ELSE link.primary_id END
JOIN asset ON asset.digest = other.digest
JOIN timeline ON timeline.asset_id = asset.id
WHERE mine.digest = :digest ORDER BY 1, 2, 4
"""
_BESIDE = """
SELECT DISTINCT sidecar.id, CAST(sidecar.name AS TEXT), link.kind FROM file
JOIN link ON link.primary_id = file.id JOIN sidecar ON sidecar.id = link.sidecar_id
JOIN folder ON folder.id = file.folder_id JOIN library ON library.id = folder.library_id
WHERE file.digest = :digest AND library.served = 1 ORDER BY sidecar.id
"""


def view(connection: Connection, digest: bytes) -> AssetView | None:
    """What is known of a listed asset; None where there is none with this digest."""
    one = {"digest": digest}
    found = ask(connection, _ASSET, one)
    if not found:
        return None
    return AssetView(
        dict(zip(_NAMES, found[0], strict=True)),
        [Holder(*row) for row in ask(connection, _HOLDERS, one)],
        [Relative(*row) for row in ask(connection, _RELATIVES, one)],
        [Beside(*row) for row in ask(connection, _BESIDE, one)],
        list(findings.of_asset(connection, digest)),
    )
