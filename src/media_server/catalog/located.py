"""Where listed assets were taken: kept beside the timeline, and asked by area.

Each asset that the timeline shows and whose position is known has a row in `located`; the counts of
places and of the map's cells follow from these rows, and are changed in the same transaction.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from media_server.catalog import map_cells, places
from media_server.catalog.bulk import run_over
from media_server.catalog.map_cells import Area, Taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_KM_PER_DEGREE = 111.2
_AT_A_TIME = 10_000
# Nearer to the poles than a degree all meridians are near.
_NARROWEST = 0.0175


class _Moved(NamedTuple):
    """An asset, where its row says it is, and where it is."""

    asset_id: int
    old_cell: int | None
    old_place: int | None
    taken_ms: int | None
    latitude: float | None
    longitude: float | None
    country: str | None
    region: str | None
    city: str | None

    @property
    def place(self) -> tuple[str, str, str] | None:
        if self.country is None:
            return None
        return self.country, self.region or "", self.city or ""


# In this order SQLite begins with the few that changed.
_MOVED = """
SELECT published.asset_id, located.cell, located.place_id, timeline.taken_ms, detail.latitude,
    detail.longitude, detail.country, detail.region, detail.city
FROM published
LEFT JOIN located ON located.asset_id = published.asset_id
LEFT JOIN place ON place.id = located.place_id
LEFT JOIN timeline ON timeline.asset_id = published.asset_id AND timeline.part = 0
LEFT JOIN detail ON detail.asset_id = timeline.asset_id AND detail.latitude IS NOT NULL
WHERE (located.asset_id IS NOT NULL OR detail.asset_id IS NOT NULL) AND (
    located.latitude IS NOT detail.latitude OR located.longitude IS NOT detail.longitude
    OR located.taken_ms IS NOT timeline.taken_ms OR place.country IS NOT detail.country
    OR detail.country IS NOT NULL AND (place.region IS NOT coalesce(detail.region, '')
        OR place.city IS NOT coalesce(detail.city, '')))
    AND published.asset_id > ?
ORDER BY published.asset_id LIMIT ?
"""
_REMOVE = "DELETE FROM located WHERE asset_id IN (SELECT column1 FROM {rows})"
_INSERT = """
INSERT INTO located (cell, taken_ms, asset_id, latitude, longitude, place_id)
SELECT column1, column2, column3, column4, column5, column6 FROM {rows}
"""


def refresh(connection: Connection, *, at_a_time: int = _AT_A_TIME) -> None:
    """Bring positions in step with the timeline, for the assets in the table `published`."""
    behind = 0
    while True:
        rows = connection.exec_driver_sql(_MOVED, (behind, at_a_time))
        moved = [_Moved(*row) for row in rows]
        if moved:
            behind = moved[-1].asset_id
            _move(connection, moved)
        if len(moved) < at_a_time:
            return


def _move(connection: Connection, moved: Sequence[_Moved]) -> None:
    numbers = places.numbers(connection, {one.place for one in moved if one.place is not None})
    added: list[Taken] = []
    left = [one.old_cell for one in moved if one.old_cell is not None]
    of_places: Counter[int] = Counter()
    rows: list[tuple[Any, ...]] = []
    for one in moved:
        if one.old_place is not None:
            of_places[one.old_place] -= 1
        if one.latitude is None or one.longitude is None or one.taken_ms is None:
            continue
        cell = map_cells.code_of(one.latitude, one.longitude)
        added.append(Taken(cell, one.taken_ms, one.asset_id))
        place = None if one.place is None else numbers[one.place]
        if place is not None:
            of_places[place] += 1
        rows.append((*added[-1], one.latitude, one.longitude, place))
    run_over(connection, _REMOVE, [(one.asset_id,) for one in moved])
    run_over(connection, _INSERT, rows)
    places.add(connection, of_places)
    map_cells.update(connection, added, left)


def within(area: Area) -> tuple[str, tuple[Any, ...]]:
    """A query for the numbers of the assets in an area: SQL with `?` marks, and their values.

    Meant to stand behind `timeline.asset_id IN`. It reads a part of an index about as large as what
    it finds.
    """
    sql, values = _from(area)
    return f"SELECT located.asset_id {sql}", values


def around(latitude: float, longitude: float, radius_km: float) -> tuple[str, tuple[Any, ...]]:
    """A query for the numbers of the assets near a position, as `within` gives.

    Args:
        latitude: WGS 84 degrees.
        longitude: the same.
        radius_km: up to some hundreds; farther away the earth is no plane.
    """
    wide = math.cos(math.radians(latitude))
    high = radius_km / _KM_PER_DEGREE
    if wide < _NARROWEST:
        wide = 0.0
    half = high / wide if wide else 180.0
    west, east = (-180.0, 180.0) if half >= 180 else (longitude - half, longitude + half)
    area = Area(
        west + 360 if west < -180 else west,
        max(latitude - high, -90.0),
        east - 360 if east > 180 else east,
        min(latitude + high, 90.0),
    )
    sql, values = _from(area)
    east_of = "min(abs(longitude - ?), 360 - abs(longitude - ?)) * ?"
    return (
        f"SELECT located.asset_id {sql} AND (latitude - ?) * (latitude - ?) "
        f"+ {east_of} * {east_of} <= ?",
        (
            *values,
            *(latitude, latitude),
            *(longitude, longitude, wide),
            *(longitude, longitude, wide),
            high * high,
        ),
    )


def newest_within(
    connection: Connection, area: Area, *, behind: tuple[int, int] | None, most: int
) -> Sequence[tuple[int, int]]:
    """Assets in an area, the one taken last first: (taken_ms, number).

    Args:
        connection: any transaction.
        area: where they were taken.
        behind: of an earlier answer, what follows it.
        most: how many at most.
    """
    sql, values = _from(area)
    after = "" if behind is None else "AND (taken_ms, located.asset_id) < (?, ?)"
    query = (
        f"SELECT taken_ms, located.asset_id {sql} {after} "
        "ORDER BY taken_ms DESC, located.asset_id DESC LIMIT ?"
    )
    rows = connection.exec_driver_sql(query, (*values, *(behind or ()), most))
    return [(row[0], row[1]) for row in rows]


def _from(area: Area) -> tuple[str, tuple[Any, ...]]:
    spans = map_cells.ranges(area)
    sides = "longitude >= ? AND longitude <= ?"
    if area.west > area.east:
        sides = "(longitude >= ? OR longitude <= ?)"
    sql = (
        f"FROM (VALUES {','.join(['(?,?)'] * len(spans))}) AS span "
        "CROSS JOIN located ON located.cell BETWEEN span.column1 AND span.column2 "
        f"WHERE latitude >= ? AND latitude <= ? AND {sides}"
    )
    bounds = [bound for span in spans for bound in span]
    return sql, (*bounds, area.south, area.north, area.west, area.east)
