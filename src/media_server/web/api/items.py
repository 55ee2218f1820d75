"""Rows of the catalog as items of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.web.api import times, values

if TYPE_CHECKING:
    from media_server.catalog.items import Row


def item_of(row: Row) -> values.Item:
    """The item of a row."""
    return values.Item(
        digest=row.digest.hex(),
        name=row.name,
        kind=values.KINDS[row.kind],
        local=times.wall(row.local_ms),
        offset_min=row.offset_min,
        taken=times.instant(row.taken_ms),
        certainty=row.certainty,
        width_px=row.width_px,
        height_px=row.height_px,
        duration_ms=row.duration_ms,
        picture=values.PICTURE_STATES[row.grid],
        live=bool(row.live),
        part=bool(row.part),
        rating=row.rating,
        colour=None if row.colour is None else f"#{row.colour:06x}",
    )
