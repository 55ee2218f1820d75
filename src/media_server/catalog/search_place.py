"""Where the index keeps an asset, and the marks of where it was taken and how large it is.

A row's number is its place in the order of the timeline: the local time in 1/32 s above the number
of the asset. So the index by itself gives the newest first, and days are a range of numbers. Times
outside 1834 to 2106 count as the first or last in it; assets with a number beyond 2^26 (67 million)
are not indexed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import date

_ASSET_BITS = 26
_MOMENT_BITS = 37  # and a sign
ASSET_MASK: Final = (1 << _ASSET_BITS) - 1
_FIRST, _LAST = -(1 << _MOMENT_BITS), (1 << _MOMENT_BITS) - 1
_DAY_MS = 86_400_000
_EPOCH = 719_163  # 1970-01-01 as `date.toordinal` counts
_KM_DEGREE = 111.195  # of a great circle, with the mean radius of the Earth
_EARTH_KM = 6_371.0088
_FINE, _COARSE = 0.1, 2.0
_FINE_KM = 30.0
_MOST_CELLS: Final = 2_000


class Range(NamedTuple):
    """Numbers of rows, both ends included."""

    low: int
    high: int


ALL: Final = Range(_FIRST << _ASSET_BITS, (_LAST << _ASSET_BITS) | ASSET_MASK)


def number_of(asset_id: int, local_ms: int) -> int:
    """The number of an asset's row.

    Args:
        asset_id: at most `ASSET_MASK`.
        local_ms: the wall time where it was taken, since 1970-01-01.
    """
    return (_moment(local_ms) << _ASSET_BITS) | asset_id


def _moment(local_ms: int) -> int:
    return min(max(local_ms * 32 // 1000, _FIRST), _LAST)


def days(first: date | None, last: date | None) -> Range:
    """Numbers of what was taken on some days; an end that is None is open."""
    low = ALL.low if first is None else _moment(_day(first) * _DAY_MS) << _ASSET_BITS
    if last is None:
        return Range(low, ALL.high)
    behind = (_day(last) + 1) * _DAY_MS
    high = _moment(behind - 1)
    return Range(low, (high << _ASSET_BITS) | ASSET_MASK)


def _day(day: date) -> int:
    return day.toordinal() - _EPOCH


def step(value: int) -> int:
    """The step of a scale with two steps to each doubling that a size stands on; 0 for nothing."""
    return 1 + int(2 * math.log2(value)) if value > 0 else 0


def cells(latitude: float, longitude: float) -> tuple[str, str]:
    """Marks of the fine and the coarse cell of a place."""
    return _cell("n", latitude, longitude, _FINE), _cell("c", latitude, longitude, _COARSE)


def _cell(sign: str, latitude: float, longitude: float, size: float) -> str:
    return _named(sign, _row(latitude, size), _column(longitude, size))


def _named(sign: str, row: int, column: int) -> str:
    return f"{sign}{row}x{column}"


def _row(latitude: float, size: float) -> int:
    return math.floor((latitude + 90) / size)


def _column(longitude: float, size: float) -> int:
    return math.floor((longitude + 180) % 360 / size)


def cells_around(latitude: float, longitude: float, radius_km: float) -> list[str]:
    """Marks of cells that together cover a circle of at most 1,000 km."""
    sign, size = ("n", _FINE) if radius_km <= _FINE_KM else ("c", _COARSE)
    reach = radius_km / _KM_DEGREE * 1.001
    south, north = max(latitude - reach, -90.0), min(latitude + reach, 90.0)
    columns = _columns(longitude, _longitudes(latitude, reach), size)
    rows = range(_row(south, size), _row(north, size) + 1)
    if len(rows) * len(columns) > _MOST_CELLS:  # beside a pole
        return cells_around(latitude, longitude, max(radius_km, _FINE_KM * 1.01))
    return [_named(sign, row, column) for row in rows for column in columns]


def cells_within(west: float, south: float, east: float, north: float) -> list[str] | None:
    """Marks of cells that together cover a box; None for one that too few marks cover.

    Args:
        west: degrees; more than `east` across the 180th meridian.
        south: degrees, at most `north`.
        east: degrees.
        north: degrees.
    """
    turns = 0 if west <= east else 1
    for sign, size in (("n", _FINE), ("c", _COARSE)):
        rows = range(_row(south, size), _row(north, size) + 1)
        count = round(360 / size)
        first = math.floor((west + 180) / size)
        last = math.floor((east + 180) / size) + turns * count
        # Before any are named, since there may be millions.
        if len(rows) * (last - first + 1) <= _MOST_CELLS:
            columns = sorted({column % count for column in range(first, last + 1)})
            return [_named(sign, row, column) for row in rows for column in columns]
    return None


def _longitudes(latitude: float, reach: float) -> float:
    """How many degrees of longitude a circle reaches to each side."""
    if abs(latitude) + reach >= 89.9:
        return 180.0
    across = math.sin(math.radians(reach)) / math.cos(math.radians(latitude))
    return math.degrees(math.asin(min(across, 1.0)))


def _columns(longitude: float, across: float, size: float) -> list[int]:
    count = round(360 / size)
    if across * 2 + 2 * size >= 360:
        return list(range(count))
    # Not reduced first: a circle may lie over the 180th meridian.
    first = math.floor((longitude + 180 - across) / size)
    last = math.floor((longitude + 180 + across) / size)
    return sorted({column % count for column in range(first, last + 1)})


def km_between(
    latitude: float | None, longitude: float | None, other_latitude: float, other_longitude: float
) -> float | None:
    """Kilometres along a great circle (haversine); None where a place is not known."""
    if latitude is None or longitude is None:
        return None
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((north - other_north) / 2) ** 2
    east = math.sin(math.radians(longitude - other_longitude) / 2) ** 2
    chord = half + math.cos(north) * math.cos(other_north) * east
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))
