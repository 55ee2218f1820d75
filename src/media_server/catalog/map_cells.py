"""Clusters of the map: how many pictures lie in each cell, at some of the map's levels.

The world is a square in the web's projection (Mercator's, on a sphere). A level halves its cells'
edges once more than the level before: there are 2^level columns, from 180° west, and as many rows,
from 85.05° north; what lies nearer to a pole belongs to the first or last row. A cell's code takes
the bits of its column and row in turns (Morton's order), so that the cells inside a larger one are
a range of codes.

`map_cell` keeps a row for each cell that holds a picture, at every fourth level. Levels between are
added up from the finer one when they are asked for, of up to 64 of its cells each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.catalog.bulk import run_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

FINEST: Final = 22
"""Level whose cells, 9.6 m wide at the equator, are not divided any more."""
_STEP = 4
_COARSEST = 6
# A cell of a level is as wide on the screen as a tile of the map at that zoom: 256 pixels. Clusters
# want a quarter of that.
_BELOW_ZOOM = 2
_MOST_CLUSTERS = 400
_MOST_RANGES = 64
_FARTHEST_NORTH = 85.0511287798066


class Area(NamedTuple):
    """A part of the world between two meridians and two parallels, in WGS 84 degrees.

    Where `west` is more than `east` it lies across the 180th meridian.
    """

    west: float
    south: float
    east: float
    north: float


class Cluster(NamedTuple):
    """The pictures in one cell.

    Attributes:
        pictures: how many. latitude: middle of all of them. longitude: the same.
        area: the cell. newest_id: number of the asset that was taken last. newest: its digest.
    """

    pictures: int
    latitude: float
    longitude: float
    area: Area
    newest_id: int
    newest: bytes


class _Block(NamedTuple):
    """Cells of one level, first and last of each direction included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> int:
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)

    def coarser(self, levels: int) -> _Block:
        return _Block(*(one >> levels for one in self))


def code_of(latitude: float, longitude: float) -> int:
    """Code of the finest cell that holds a position."""
    return _code(_column(longitude), _row(latitude))


def _column(longitude: float) -> int:
    return _cell((longitude + 180) / 360)


def _row(latitude: float) -> int:
    within = min(max(latitude, -_FARTHEST_NORTH), _FARTHEST_NORTH)
    return _cell((1 - math.asinh(math.tan(math.radians(within))) / math.pi) / 2)


def _cell(share: float) -> int:
    return min(max(int(share * (1 << FINEST)), 0), (1 << FINEST) - 1)


def _code(column: int, row: int) -> int:
    return _spread(row) << 1 | _spread(column)


def _spread(number: int) -> int:
    """The bits of a number of up to 32 bits, a 0 before each."""
    number = (number | number << 16) & 0x0000FFFF0000FFFF
    number = (number | number << 8) & 0x00FF00FF00FF00FF
    number = (number | number << 4) & 0x0F0F0F0F0F0F0F0F
    number = (number | number << 2) & 0x3333333333333333
    return (number | number << 1) & 0x5555555555555555


def _gathered(code: int) -> int:
    """Every other bit of a code: what `_spread` was given."""
    number = code & 0x5555555555555555
    number = (number | number >> 1) & 0x3333333333333333
    number = (number | number >> 2) & 0x0F0F0F0F0F0F0F0F
    number = (number | number >> 4) & 0x00FF00FF00FF00FF
    number = (number | number >> 8) & 0x0000FFFF0000FFFF
    return (number | number >> 16) & 0x00000000FFFFFFFF


def _longitude(column: float, level: int) -> float:
    return column / (1 << level) * 360 - 180


def _latitude(row: float, level: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / (1 << level)))))


def _area(code: int, level: int) -> Area:
    column, row = _gathered(code), _gathered(code >> 1)
    last = (1 << level) - 1
    return Area(
        _longitude(column, level),
        -90.0 if row == last else _latitude(row + 1, level),
        _longitude(column + 1, level),
        90.0 if row == 0 else _latitude(row, level),
    )


def ranges(area: Area) -> list[tuple[int, int]]:
    """Ranges of codes of the finest cells, up to 128, that hold all of an area and some more."""
    found: list[tuple[int, int]] = []
    for block in _blocks(area):
        found += _ranges(block, FINEST, FINEST)
    return found


def _blocks(area: Area) -> list[_Block]:
    """The finest cells that an area touches."""
    west, south, east, north = area
    top, bottom = _row(north), _row(south)
    if west <= east:
        return [_Block(_column(west), top, _column(east), bottom)]
    last = (1 << FINEST) - 1
    return [_Block(_column(west), top, last, bottom), _Block(0, top, _column(east), bottom)]


def _ranges(block: _Block, level: int, stored: int) -> Iterator[tuple[int, int]]:
    """Ranges of codes of `stored` that hold a block of `level`."""
    while block.size > _MOST_RANGES:
        block, level = block.coarser(1), level - 1
    codes = sorted(
        _code(column, row)
        for row in range(block.top, block.bottom + 1)
        for column in range(block.left, block.right + 1)
    )
    shift = 2 * (stored - level)
    first = codes[0]
    for at, code in enumerate(codes):
        if at + 1 == len(codes) or codes[at + 1] != code + 1:
            yield first << shift, ((code + 1) << shift) - 1
            first = codes[min(at + 1, len(codes) - 1)]


def clusters(connection: Connection, area: Area, zoom: float) -> list[Cluster]:
    """The cells that an area touches and that hold pictures; at most some 400.

    Args:
        connection: any transaction.
        area: what a client shows.
        zoom: of the map, 0 where the world is a tile of 256 pixels. Cells are some 64 pixels wide,
            wider where there were too many of them.
    """
    level = min(max(int(zoom), 0) + _BELOW_ZOOM, FINEST)
    blocks = _blocks(area)
    while sum(one.coarser(FINEST - level).size for one in blocks) > _MOST_CLUSTERS:
        level -= 1
    found: dict[int, Cluster] = {}
    for block in blocks:
        for one in _in_block(connection, block.coarser(FINEST - level), level):
            found[one.newest_id] = one
    return list(found.values())


def _in_block(connection: Connection, block: _Block, level: int) -> Iterator[Cluster]:
    stored = max(level + (FINEST - level) % _STEP, _COARSEST)
    shift = 2 * (stored - level)
    some = list(_ranges(block, level, stored))
    query = f"""
        SELECT cell.code, pictures, columns, rows, newest_id, asset.digest
        FROM (SELECT code >> {shift} AS code, sum(pictures) AS pictures, sum(columns) AS columns,
                sum(rows) AS rows, max(newest_ms), newest_id
            FROM (VALUES {",".join(["(?,?)"] * len(some))}) AS span
            CROSS JOIN map_cell ON level = {stored} AND code BETWEEN span.column1 AND span.column2
            GROUP BY code >> {shift}) AS cell
        CROSS JOIN asset ON asset.id = cell.newest_id
    """  # noqa: S608 (only marks and numbers)
    bounds = tuple(bound for span in some for bound in span)
    for code, pictures, columns, rows, newest_id, newest in connection.exec_driver_sql(
        query, bounds
    ):
        column, row = _gathered(code), _gathered(code >> 1)
        if block.left <= column <= block.right and block.top <= row <= block.bottom:
            yield Cluster(
                pictures,
                _latitude(rows / pictures + 0.5, FINEST),
                _longitude(columns / pictures + 0.5, FINEST),
                _area(code, level),
                newest_id,
                newest,
            )


class Taken(NamedTuple):
    """One picture in a cell of the finest level."""

    cell: int
    taken_ms: int
    asset_id: int


@dataclass(slots=True)
class _More:
    """How much more there is in a cell, or less, and the newest of what came."""

    pictures: int
    columns: int
    rows: int
    newest: tuple[int, int]

    def add(self, other: _More) -> None:
        self.pictures += other.pictures
        self.columns += other.columns
        self.rows += other.rows
        if other.newest > self.newest:
            self.newest = other.newest


_NOTHING = (-(2**63), 0)  # older than all pictures
_ADD = """
INSERT INTO map_cell (level, code, pictures, columns, rows, newest_ms, newest_id)
SELECT {level}, column1, column2, column3, column4, column5, column6 FROM {{rows}} WHERE true
ON CONFLICT (level, code) DO UPDATE SET pictures = pictures + excluded.pictures,
    columns = columns + excluded.columns, rows = rows + excluded.rows,
    newest_id = CASE WHEN (excluded.newest_ms, excluded.newest_id) > (newest_ms, newest_id)
        THEN excluded.newest_id ELSE newest_id END,
    newest_ms = max(excluded.newest_ms, newest_ms)
"""
_EMPTY = """
DELETE FROM map_cell
WHERE level = {level} AND pictures = 0 AND code IN (SELECT column1 FROM {{rows}})
"""
_NEWEST = """
UPDATE map_cell SET (newest_ms, newest_id) = ({newest})
WHERE level = {level} AND code IN (SELECT column1 FROM {{rows}})
"""
_NEWEST_LOCATED = """SELECT taken_ms, asset_id FROM located
    WHERE located.cell = map_cell.code ORDER BY taken_ms DESC, asset_id DESC LIMIT 1"""
_NEWEST_WITHIN = """SELECT newest_ms, newest_id FROM map_cell AS finer WHERE finer.level = {finer}
    AND finer.code BETWEEN map_cell.code * 256 AND map_cell.code * 256 + 255
    ORDER BY newest_ms DESC, newest_id DESC LIMIT 1"""


def update(connection: Connection, added: Iterable[Taken], removed: Iterable[int]) -> None:
    """Bring the cells in step with `located`, which has been changed already.

    Args:
        connection: a writing transaction.
        added: pictures that came.
        removed: cells that pictures have left, once for each picture.
    """
    more: dict[int, _More] = {}
    left = list(removed)
    for cell, taken_ms, asset_id in added:
        _count(more, cell, _More(1, _gathered(cell), _gathered(cell >> 1), (taken_ms, asset_id)))
    for cell in left:
        _count(more, cell, _More(-1, -_gathered(cell), -_gathered(cell >> 1), _NOTHING))
    newest = _NEWEST_LOCATED
    for level in range(FINEST, _COARSEST - 1, -_STEP):
        rows = [(at, one.pictures, one.columns, one.rows, *one.newest) for at, one in more.items()]
        run_over(connection, _ADD.format(level=level), rows)
        codes = [(code,) for code in sorted(set(left))]
        run_over(connection, _EMPTY.format(level=level), codes)
        run_over(connection, _NEWEST.format(level=level, newest=newest), codes)
        newest = _NEWEST_WITHIN.format(finer=level)
        left = [code >> 2 * _STEP for (code,) in codes]
        coarser: dict[int, _More] = {}
        for code, one in more.items():
            _count(coarser, code >> 2 * _STEP, one)
        more = coarser


def _count(counts: dict[int, _More], code: int, more: _More) -> None:
    there = counts.get(code)
    if there is None:
        counts[code] = more
    else:
        there.add(more)
