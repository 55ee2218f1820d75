"""Cells of the map, and the clusters that a part of it shows."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_server.catalog import map_cells
from media_server.catalog.map_cells import FINEST, Area, Cluster, code_of, ranges
from support.globe import Globe, Spot

if TYPE_CHECKING:
    from support.shelf import Shelf

WORLD = Area(-180, -90, 180, 90)


def clusters(globe: Globe, area: Area, zoom: float) -> list[Cluster]:
    with globe.shelf.catalog.read() as connection:
        return map_cells.clusters(connection, area, zoom)


@pytest.fixture
def globe(shelf: Shelf) -> Globe:
    """Eighty at a home, some in two towns, and some anywhere."""
    chance = random.Random(5)
    made = Globe(shelf)
    spots = {}
    for at in range(150):
        if at < 80:
            position = 48.137 + chance.gauss(0, 1e-4), 11.575 + chance.gauss(0, 1e-4)
        elif at < 120:
            middle = chance.choice([(52.52, 13.40), (-33.87, 151.21)])
            position = middle[0] + chance.gauss(0, 0.02), middle[1] + chance.gauss(0, 0.02)
        else:
            position = chance.uniform(-90, 90), chance.uniform(-180, 180)
        spots[f"{at}"] = Spot(*position, hour=at)
    made.put(spots)
    return made


@pytest.mark.parametrize("zoom", [0, 1, 1.9, 2, 3, 4, 5, 6, 7, 9, 12, 15, 18, 22, 30])
def test_the_whole_world_is_counted_at_every_zoom(globe: Globe, zoom: float) -> None:
    found = clusters(globe, WORLD, zoom)
    assert sum(one.pictures for one in found) == 150
    assert len(found) <= 150


@pytest.mark.parametrize("zoom", range(23))
def test_a_cluster_tells_of_what_lies_in_its_square(globe: Globe, zoom: int) -> None:
    ids = globe.ids()
    area = Area(11.0, 47.5, 14.0, 53.0) if zoom < 9 else Area(11.57, 48.13, 11.58, 48.14)
    found = clusters(globe, area, zoom)
    assert found
    for one in found:
        inside = {
            name: spot
            for name, spot in globe.spots.items()
            if spot.latitude is not None
            and spot.longitude is not None
            and one.area.south <= spot.latitude <= one.area.north
            and one.area.west <= spot.longitude <= one.area.east
        }
        assert one.pictures == len(inside)
        newest = max(inside, key=lambda name: inside[name].hour)
        assert one.newest_id == ids[newest]
        assert one.area.south <= one.latitude <= one.area.north
        assert one.area.west <= one.longitude <= one.area.east


def test_the_middle_is_that_of_the_pictures(shelf: Shelf) -> None:
    globe = Globe(shelf)
    globe.put({"a": Spot(10.0, 20.0), "b": Spot(10.0, 20.0), "c": Spot(10.0, 20.3)})
    (one,) = clusters(globe, WORLD, 0)
    assert (one.latitude, one.longitude) == pytest.approx((10.0, 20.1), abs=1e-4)


def test_only_squares_that_the_area_touches(globe: Globe) -> None:
    half_of_berlin = Area(13.2, 52.4, 13.395, 52.515)
    home = Area(11.57, 48.13, 11.57501, 48.13699)
    for shown in (half_of_berlin, home):
        for zoom in range(4, 23):
            for one in clusters(globe, shown, zoom):
                assert one.area.west <= shown.east
                assert one.area.east >= shown.west
                assert one.area.south <= shown.north
                assert one.area.north >= shown.south


def test_clusters_are_a_quarter_of_a_tile_wide(globe: Globe) -> None:
    (one, *_) = clusters(globe, Area(11.57, 48.13, 11.58, 48.14), 14.7)
    assert one.area.east - one.area.west == pytest.approx(360 / 2**16)


def test_across_the_180th_meridian(shelf: Shelf) -> None:
    globe = Globe(shelf)
    globe.put({"a": Spot(-16.8, 179.97), "b": Spot(-16.8, -179.97), "c": Spot(-16.8, 0.0)})
    assert len(clusters(globe, Area(179, -18, -179, -16), 8)) == 2
    assert sum(one.pictures for one in clusters(globe, Area(179, -18, -179, -16), 0)) == 2
    # Nearly all around: both ends are in the same square, which is told once.
    everything = clusters(globe, Area(0.1, -90, 0.0, 90), 0)
    assert sum(one.pictures for one in everything) == 3


def test_too_many_are_told_together(shelf: Shelf) -> None:
    globe = Globe(shelf)
    globe.put({f"{x}-{y}": Spot(y * 0.4 - 6, x * 0.4 - 6, x) for x in range(30) for y in range(30)})
    found = clusters(globe, Area(-7, -7, 7, 7), 20)
    assert sum(one.pictures for one in found) == 900
    assert 100 <= len(found) <= 400


@pytest.mark.parametrize("position", [(90, 0), (-90, 0), (0, 180), (0, -180), (85.06, 179.99999)])
def test_corners_have_cells(shelf: Shelf, position: tuple[float, float]) -> None:
    globe = Globe(shelf)
    globe.put({"a": Spot(*position)})
    for zoom in (0, 5, 22):
        (one,) = clusters(globe, WORLD, zoom)
        assert one.area.south <= position[0] <= one.area.north
        assert one.area.west <= position[1] <= one.area.east


def test_a_code_takes_the_bits_in_turns() -> None:
    half = 1 << (FINEST - 1)
    assert code_of(85.06, -180) == 0
    assert code_of(0, -180) == half * half * 2
    assert code_of(85.06, 0) == half * half
    assert code_of(-85.06, 179.99999) == 4**FINEST - 1


@settings(max_examples=300, deadline=None)
@given(
    st.floats(-180, 180), st.floats(-180, 180), st.floats(-90, 90), st.floats(-90, 90),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_the_ranges_hold_the_whole_area(
    west: float, east: float, one: float, other: float, across: float, up: float
) -> None:
    south, north = sorted((one, other))
    found = ranges(Area(west, south, east, north))
    assert len(found) <= 128
    assert found == sorted(found) or west > east
    span = east - west if west <= east else east - west + 360
    longitude = (west + across * span + 180) % 360 - 180
    if not (
        west <= longitude <= east or (west > east and (longitude >= west or longitude <= east))
    ):
        return  # rounded away
    latitude = min(max(south + up * (north - south), south), north)
    code = code_of(latitude, longitude)
    assert any(first <= code <= last for first, last in found)


def test_ranges_are_not_much_more_than_the_area() -> None:
    area = Area(11.57, 48.13, 11.58, 48.14)
    cells = sum(last - first + 1 for first, last in ranges(area))
    width_m = 2 * math.pi * 6_378_137 / 2**FINEST * math.cos(math.radians(48.13))
    wanted = (742 / width_m) * (1_113 / width_m)
    assert wanted < cells < 4 * wanted
