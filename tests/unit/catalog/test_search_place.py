"""Numbers of rows keep the timeline's order; cells cover circles."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.catalog import search_place as place

_DAY_MS = 86_400_000
_times = st.integers(-(2**52), 2**52)
_ids = st.integers(1, place.ASSET_MASK)
_latitudes = st.floats(-90, 90)
_longitudes = st.floats(-180, 180)


@given(_times, _times, _ids, _ids)
def test_numbers_stand_as_times_do(one: int, other: int, one_id: int, other_id: int) -> None:
    first, second = place.number_of(one_id, one), place.number_of(other_id, other)
    assert first & place.ASSET_MASK == one_id
    assert place.ALL.low <= first <= place.ALL.high
    assert -(2**63) <= first < 2**63
    if one + 32 < other:
        assert first < second or (first >> 26) == (second >> 26)  # at the ends of time
    if (first >> 26) == (second >> 26):
        assert (first < second) == (one_id < other_id)


@given(st.dates(date(1835, 1, 1), date(2105, 12, 31)), st.integers(0, _DAY_MS - 1), _ids)
def test_days_hold_what_was_taken_on_them(day: date, in_day_ms: int, asset_id: int) -> None:
    number = place.number_of(asset_id, (day.toordinal() - 719_163) * _DAY_MS + in_day_ms)
    low, high = place.days(day, day)
    assert low <= number <= high
    assert place.days(day, None).low == low
    assert place.days(None, day).high == high
    following = date.fromordinal(day.toordinal() + 1)
    assert place.days(following, following).low == high + 1


@given(_latitudes, _longitudes, st.floats(0.001, 1_000), _latitudes, _longitudes)
def test_cells_cover_a_circle(
    latitude: float, longitude: float, radius_km: float, north: float, east: float
) -> None:
    # Points all over the world are seldom in it: most are drawn towards its middle.
    for share in (1.0, 0.1, radius_km / 20_000):
        lat = latitude + (north - latitude) * share
        lon = (longitude + (east - longitude) * share + 180) % 360 - 180
        distance = place.km_between(lat, lon, latitude, longitude)
        assert distance is not None
        if distance <= radius_km:
            around = place.cells_around(latitude, longitude, radius_km)
            assert set(place.cells(lat, lon)) & set(around)


@given(_longitudes, _latitudes, _longitudes, _latitudes, st.floats(0, 1), st.floats(0, 1))
def test_cells_cover_a_box(
    west: float, one: float, east: float, other: float, across: float, up: float
) -> None:
    for share in (1.0, 0.01):  # large ones, which few marks do not cover, and small ones
        right = west + (east - west) * share
        south, north = sorted((one, one + (other - one) * share))
        found = place.cells_within(west, south, right, north)
        width = right - west if west <= right else right - west + 360
        lon = west + width * across
        lon = min(lon, right) if west <= right else lon
        lon = lon - 360 if lon > 180 else lon
        lat = min(south + (north - south) * up, north)
        if west > right and not (lon >= west or lon <= right):
            continue  # a rounding beyond the border
        if found is not None:
            assert len(found) == len(set(found)) <= 2_000
            assert set(place.cells(lat, lon)) & set(found)


def test_a_box_over_the_180th_meridian() -> None:
    found = place.cells_within(179.95, 0.0, -179.95, 0.05)
    assert found == ["n900x0", "n900x3599"]
    assert place.cells_within(-180.0, -90.0, 180.0, 90.0) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "radius_km"),
    [(90, 0, 1_000), (-90, 0, 1), (89.95, 10, 5), (80, 0, 1_000), (0, 180, 10), (0, -180, 30)],
)
def test_no_circle_is_of_too_many_cells(
    latitude: float, longitude: float, radius_km: float
) -> None:
    around = place.cells_around(latitude, longitude, radius_km)
    assert len(around) == len(set(around)) <= 2_000
    assert set(place.cells(latitude, longitude)) & set(around)


def test_over_the_180th_meridian() -> None:
    around = place.cells_around(0.0, 179.99, 20.0)
    assert place.cells(0.0, -179.99)[0] in around


def test_kilometres() -> None:
    # Paris to Rome.
    found = place.km_between(48.8566, 2.3522, 41.9028, 12.4964)
    assert found == pytest.approx(1105, abs=3)
    assert place.km_between(None, 1.0, 2.0, 3.0) is None
    assert place.km_between(0.0, 0.0, 0.0, 180.0) == pytest.approx(20015, abs=1)


@given(st.integers(0, 2**53), st.integers(0, 2**53))
def test_steps_go_up_with_sizes(one: int, other: int) -> None:
    if one <= other:
        assert place.step(one) <= place.step(other)
