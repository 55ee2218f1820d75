from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from media_server.media.facts import Fact
from media_server.media.tags.exif import parse_exif

Build = Callable[..., bytes]
Row = tuple[int, int, int, bytes]


def ratios(tag: int, *pairs: tuple[int, int], kind: int = 5) -> Row:
    return tag, kind, len(pairs), b"".join(struct.pack("<LL", *pair) for pair in pairs)


def letter(tag: int, value: bytes) -> Row:
    return tag, 2, len(value), value


NORTH, EAST = letter(1, b"N\0"), letter(3, b"E\0")
LATITUDE = ratios(2, (46, 1), (57, 1), (2200, 100))
LONGITUDE = ratios(4, (7, 1), (26, 1), (0, 1))


def values(build_tiff: Build, rows: list[Row]) -> dict[str, object]:
    return {fact.name: fact.value for fact in parse_exif(build_tiff([], [], gps=rows)).facts}


def test_a_position_with_its_sources(build_tiff: Build) -> None:
    rows = [NORTH, LATITUDE, EAST, LONGITUDE]
    assert parse_exif(build_tiff([], [], gps=rows)).facts == (
        Fact("latitude", 46.956111111, "EXIF:GPSLatitude"),
        Fact("longitude", 7.433333333, "EXIF:GPSLongitude"),
    )


def test_south_and_west_are_negative(build_tiff: Build) -> None:
    rows = [letter(1, b"S\0"), LATITUDE, letter(3, b" w\0"), LONGITUDE]
    found = values(build_tiff, rows)
    assert found == {"latitude": -46.956111111, "longitude": -7.433333333}


@pytest.mark.parametrize(
    "rows",
    [
        [LATITUDE, EAST, LONGITUDE],
        [letter(1, b"\0\0"), LATITUDE, EAST, LONGITUDE],
        [letter(1, b"E\0"), LATITUDE, EAST, LONGITUDE],
        [NORTH, ratios(2, (0, 0), (0, 0), (0, 0)), EAST, LONGITUDE],
        [NORTH, ratios(2, (91, 1), (0, 1), (0, 1)), EAST, LONGITUDE],
        [NORTH, ratios(2, (0, 1), (0, 1), (0, 1)), EAST, ratios(4, (0, 1), (0, 1), (0, 1))],
        [NORTH, LATITUDE, EAST],
        [NORTH, (2, 2, 3, b"46\0"), EAST, LONGITUDE],
    ],
)
def test_what_is_no_position(build_tiff: Build, rows: list[Row]) -> None:
    assert values(build_tiff, rows) == {}


def test_degrees_with_a_fraction_and_no_minutes(build_tiff: Build) -> None:
    rows = [NORTH, ratios(2, (469_561, 10_000), (0, 0), (0, 0)), EAST, ratios(4, (7, 1))]
    assert values(build_tiff, rows) == {"latitude": 46.9561, "longitude": 7.0}


@pytest.mark.parametrize(
    ("reference", "metres"), [(None, 12.5), (0, 12.5), (1, -12.5), (2, 12.5), (3, -12.5)]
)
def test_altitude_above_and_below(build_tiff: Build, reference: int | None, metres: float) -> None:
    rows = [] if reference is None else [(5, 1, 1, bytes([reference]))]
    assert values(build_tiff, [*rows, ratios(6, (125, 10))]) == {"altitude_m": metres}
    assert values(build_tiff, [*rows, ratios(6, (125, 0))]) == {}


def test_direction(build_tiff: Build) -> None:
    assert values(build_tiff, [ratios(17, (3595, 10))]) == {"direction_deg": 359.5}
    assert values(build_tiff, [ratios(17, (400, 1))]) == {}


CLOCK = ratios(7, (12, 1), (34, 1), (5625, 100))


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (b"2019:07:01\0", CLOCK, "2019-07-01T12:34:56.250000+00:00"),
        (b"2019-07-01\0", CLOCK, "2019-07-01T12:34:56.250000+00:00"),
        (b"2019:07:01\0", ratios(7, (23, 1), (59, 1), (60, 1)), "2019-07-02T00:00:00+00:00"),
        (b"2019:02:30\0", CLOCK, None),
        (b"1970:01:01\0", CLOCK, None),
        (b"9999:12:31\0", ratios(7, (23, 1), (59, 1), (60, 1)), None),
        (b"2019:07\0", CLOCK, None),
        (b"2019:07:01\0", ratios(7, (12, 1), (34, 1)), None),
        (b"2019:07:01\0", ratios(7, (12, 1), (34, 1), (0, 0)), None),
        (b"2019:07:01\0", ratios(7, (24, 1), (0, 1), (0, 1)), None),
    ],
)
def test_satellite_time(build_tiff: Build, day: bytes, clock: Row, moment: str | None) -> None:
    found = values(build_tiff, [clock, (0x1D, 2, len(day), day)])
    assert found == ({"captured_utc": moment} if moment else {})
