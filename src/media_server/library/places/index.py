"""The index of places: which city a position is in, and where a city of some name is.

Source: GeoNames, which gives each populated place a point and a population, and no outline. So each
place is taken for a disc that its people fill as densely as a city's do. A position is of the place
in whose disc it lies, relative to its size, deepest: the Eiffel Tower is nearer to the middle of
Vanves than to that of Paris, but deep in Paris. Outside all discs it is of the nearest one's edge.
Sections of cities stand for their cities. The country is told by the time zone, whose borders are
drawn far better than discs are; it only has to be one of the zone's.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import numpy as np

from media_server.library.places.where import Name, Spot, Where
from media_server.model import country
from media_server.model.spelling import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from media_server.library.places.where import Box

DEGREE: Final = 10_000
"""Units of a degree in the file: 11 m or less."""
STEPS_PER_OCTAVE: Final = 10
"""Steps of size for twice the population."""

_PEOPLE_PER_KM2 = 6_000
_LEAST_REACH_KM = 1.0
# Farther from any place's edge a position is in the country, but in no place.
_FAR_KM = 25.0
# Where no zone is known, on the seas: only what all but lies in a place is in it.
_FAR_AT_SEA_KM = 5.0
_KM_PER_DEGREE = 111.2
# The largest disc and what is around it: degrees of latitude.
_WINDOW = (40.0 + _FAR_KM) / _KM_PER_DEGREE
_COLUMNS = 360
_ROWS = 180
# A name of its own counts as much as one that others have for a place of so many times its people.
_OWN_NAME_STEPS = 3 * STEPS_PER_OCTAVE
_LEAST_RADIUS_KM = 5.0


def reach_km(population: NDArray[np.float64]) -> NDArray[np.float64]:
    """Radii of places."""
    radius = np.sqrt(population / (math.pi * _PEOPLE_PER_KM2))
    return np.maximum(radius, _LEAST_REACH_KM)


def cell_of(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers of the cells, a degree wide and high, row by row from the south."""
    row = np.clip(np.floor(latitude), -90, 89).astype(np.int64) + 90
    column = np.clip(np.floor(longitude), -180, 179).astype(np.int64) + 180
    return row * _COLUMNS + column


class Index:
    """The places of one file. Threads may share it."""

    def __init__(self, path: str) -> None:
        """Read the file.

        Its arrays: `latitude` and `longitude` in units of 1/`DEGREE`; `size`, the logarithm of the
        population; `region`, a number into `regions`; `whole`, how far on the place is of which
        this is a section, 0 for what is none. These are in the order of `cell_of`. `names`, first
        of all places, then others; `other`, the places that the latter are of; `by_key`, numbers of
        names in the order of `key`. Texts end in line feeds. `regions` are a country's code, a tab
        and a name; `zones` a time zone, a tab and the codes of its countries.
        """
        with np.load(path) as file:
            self._size: NDArray[np.uint8] = file["size"]
            self._region: NDArray[np.uint16] = file["region"]
            self._whole: NDArray[np.int32] = file["whole"]
            self._other: NDArray[np.int32] = file["other"]
            self._by_key: NDArray[np.int32] = file["by_key"]
            self._names: bytes = file["names"].tobytes()
            ends = np.flatnonzero(file["names"] == ord("\n")).astype(np.int32)
            latitude, longitude = file["latitude"], file["longitude"]
            regions, zones = _lines(file["regions"]), _lines(file["zones"])
        self._starts = np.concatenate((np.array([0], np.int32), ends + 1))
        self._regions = [(code, name or None) for code, _, name in regions]
        codes = sorted({code for code, _ in self._regions})
        number_of = {code: number for number, code in enumerate(codes)}
        self._zones = {zone: tuple(some.split(",")) for zone, _, some in zones}
        self._numbers = number_of
        reach = reach_km(np.exp2(np.arange(256) / STEPS_PER_OCTAVE))
        of_region = np.array([number_of[code] for code, _ in self._regions])
        # Of each place: latitude, longitude, reach in km, number of its country.
        self._table = np.empty((4, len(self._size)), np.float32)
        self._table[0] = latitude / DEGREE
        self._table[1] = longitude / DEGREE
        self._table[2] = reach[self._size]
        self._table[3] = of_region[self._region]
        cells = cell_of(latitude / DEGREE, longitude / DEGREE)
        counts = np.bincount(cells, minlength=_ROWS * _COLUMNS)
        self._cells: list[int] = [0, *np.cumsum(counts).tolist()]

    def where(self, latitude: float, longitude: float, zone: str) -> Where | None:
        """Country, region and city of a position.

        Args:
            latitude: WGS 84 degrees, -90 to 90.
            longitude: the same, -180 to 180.
            zone: name of the time zone there, or of none that a country has.

        Returns:
            None on the open sea; without a city far from all of them.
        """
        codes = self._zones.get(zone, ())
        found = self._nearest(latitude, longitude, codes)
        alone = Where(codes[0], None, None) if len(codes) == 1 else None
        if found is None:
            return alone
        place, beyond_km = found
        code, region = self._regions[self._region[place]]
        if beyond_km <= (_FAR_KM if codes else _FAR_AT_SEA_KM):
            whole = place + int(self._whole[place])
            code, region = self._regions[self._region[whole]]
            return Where(code, region, self._name(whole))
        return alone if not codes else Where(code, None, None)

    def find(self, text: str) -> Spot | None:
        """The place of a name, the largest of several; None where there is none.

        Args:
            text: a name in any of the spellings that people use, and behind a comma, if that is
                wanted, the country or region.
        """
        name, _, rest = text.partition(",")
        found = [
            (int(self._size[place]) + bonus, -place)
            for place, bonus in self._named(key(name))
            if not rest.strip() or self._is_in(place, rest)
        ]
        if not found:
            return None
        place = -max(found)[1]
        latitude, longitude, reach, _ = self._table[:, place].tolist()
        return Spot(round(latitude, 4), round(longitude, 4), max(1.5 * reach, _LEAST_RADIUS_KM))

    def names_within(self, box: Box, *, cells: int, sections: bool, most: int) -> list[Name]:
        """The largest places of a part of the map, well spread; the largest first.

        Of each square only the largest place is given. The squares do not depend on which part is
        asked for, so that names stay while a map is moved. Takes the time of a look at each place.

        Args:
            box: the part of the map.
            cells: how many squares there are around the world.
            sections: whether parts of cities count, too.
            most: how many names at most.
        """
        west, south, east, north = box
        latitude, longitude = self._table[0], self._table[1]
        across = (
            (longitude >= west) & (longitude <= east)
            if west <= east
            else (longitude >= west) | (longitude <= east)
        )
        inside = across & (latitude >= south) & (latitude <= north)
        if not sections:
            inside &= self._whole == 0
        found = np.flatnonzero(inside)
        found = found[np.argsort(-self._size[found].astype(np.int16), kind="stable")]
        first = np.unique(self._square(found, cells), return_index=True)[1]
        return [self._named_place(int(place)) for place in found[np.sort(first)[:most]]]

    def _square(self, places: NDArray[np.intp], cells: int) -> NDArray[np.int64]:
        """Numbers of the squares of the map (Mercator's) in which places lie."""
        north = np.radians(np.clip(self._table[0, places].astype(np.float64), -85.0, 85.0))
        down = (1 - np.arcsinh(np.tan(north)) / math.pi) / 2
        right = (self._table[1, places].astype(np.float64) + 180) / 360
        row, column = np.floor(down * cells), np.floor(right * cells)
        numbers: NDArray[np.int64] = row.astype(np.int64) * (cells + 1) + column.astype(np.int64)
        return numbers

    def _named_place(self, place: int) -> Name:
        latitude, longitude = self._table[:2, place].tolist()
        population = round(2 ** (int(self._size[place]) / STEPS_PER_OCTAVE))
        return Name(self._name(place), round(latitude, 4), round(longitude, 4), population)

    def _nearest(
        self, latitude: float, longitude: float, codes: tuple[str, ...]
    ) -> tuple[int, float] | None:
        """The place that a position belongs to, and how far its edge is, in km; below 0 inside."""
        wide = max(math.cos(math.radians(latitude)), 0.001)
        parts = list(self._around(latitude, longitude, _WINDOW / wide))
        if not parts:
            return None
        some = np.concatenate([self._table[:, first:last] for first, last in parts], axis=1)
        north = some[0] - latitude
        east = np.abs(some[1] - longitude)
        east = np.minimum(east, 360 - east) * wide
        distance = np.sqrt(north * north + east * east) * _KM_PER_DEGREE
        reach = some[2]
        score = np.where(distance < reach, distance / reach - 1, distance - reach)
        if codes:
            numbers = [self._numbers[code] for code in codes if code in self._numbers]
            there = np.isin(some[3], numbers) if len(numbers) != 1 else some[3] == numbers[0]
            score = np.where(there, score, np.inf)
        best = int(score.argmin())
        beyond_km = float(score[best])
        if math.isinf(beyond_km):
            return None
        for first, last in parts:
            if best < last - first:
                break
            best -= last - first
        return first + best, beyond_km

    def _around(
        self, latitude: float, longitude: float, half_width: float
    ) -> Iterator[tuple[int, int]]:
        """Ranges of places near a position."""
        bottom = max(math.floor(latitude - _WINDOW) + 90, 0)
        top = min(math.floor(latitude + _WINDOW) + 90, _ROWS - 1)
        half_width = min(half_width, 180.0)
        left = math.floor(longitude - half_width) + 180
        right = min(math.floor(longitude + half_width) + 180, left + _COLUMNS - 1)
        for row in range(bottom, top + 1):
            for first, last in _wrapped(left, right):
                found = self._cells[row * _COLUMNS + first], self._cells[row * _COLUMNS + last + 1]
                if found[0] < found[1]:
                    yield found

    def _named(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Places with a name, and what is added to their size for it."""
        at = bisect_left(self._by_key, wanted, key=self._key)
        while at < len(self._by_key) and self._key(self._by_key[at]) == wanted:
            name = int(self._by_key[at])
            own = name < len(self._size)
            place = name if own else int(self._other[name - len(self._size)])
            yield place, _OWN_NAME_STEPS if own else 0
            at += 1

    def _is_in(self, place: int, text: str) -> bool:
        code, region = self._regions[self._region[place]]
        return country.code_of(text) == code or (region is not None and key(region) == key(text))

    def _key(self, number: np.int32) -> str:
        return key(self._name(int(number)))

    def _name(self, number: int) -> str:
        return self._names[self._starts[number] : self._starts[number + 1] - 1].decode()


def _wrapped(left: int, right: int) -> Iterator[tuple[int, int]]:
    """A range of columns as ranges from 0 to 359."""
    if left < 0:
        yield left + _COLUMNS, _COLUMNS - 1
        left = 0
    if right >= _COLUMNS:
        yield 0, right - _COLUMNS
        right = _COLUMNS - 1
    yield left, right


def _lines(array: NDArray[np.uint8]) -> list[tuple[str, str, str]]:
    return [line.partition("\t") for line in array.tobytes().decode().splitlines()]
