"""Offsets of places."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from media_server.library.zone import offset_at, offset_since

PARIS = 48.8, 2.3


def test_summer_and_winter() -> None:
    assert offset_at(*PARIS, datetime(2019, 7, 1, 12)) == 120
    assert offset_at(*PARIS, datetime(2019, 1, 1, 12)) == 60
    assert offset_since(*PARIS, datetime(2019, 7, 1, 12, tzinfo=UTC)) == 120


def test_places_around_the_world() -> None:
    july = datetime(2019, 7, 1, 12)
    assert offset_at(27.7, 85.3, july) == 345  # Kathmandu
    assert offset_at(-33.9, 151.2, july) == 600  # Sydney
    assert offset_at(40.7, -74.0, july) == -240  # New York
    assert offset_at(0.0, -30.0, july) == -120  # the Atlantic: nautical


def test_the_hour_that_comes_twice_is_the_first() -> None:
    assert offset_at(*PARIS, datetime(2019, 10, 27, 2, 30)) == 120
    assert offset_at(*PARIS, datetime(2019, 10, 27, 2, 30, fold=1)) == 120


def test_the_hour_that_never_was_is_of_the_offset_before() -> None:
    assert offset_at(*PARIS, datetime(2019, 3, 31, 2, 30)) == 60


def test_local_mean_time_is_rounded_to_minutes() -> None:
    assert offset_at(*PARIS, datetime(1880, 1, 1)) == 9


def test_the_ends_of_the_calendar() -> None:
    assert offset_at(*PARIS, datetime.max) == 60
    assert offset_since(*PARIS, datetime.max.replace(tzinfo=UTC)) is None


@settings(max_examples=50)
@given(st.floats(-90, 90), st.floats(-180, 180), st.datetimes())
def test_any_place_and_time(latitude: float, longitude: float, moment: datetime) -> None:
    for offset in (
        offset_at(latitude, longitude, moment),
        offset_since(latitude, longitude, moment.replace(tzinfo=UTC)),
    ):
        assert offset is None or -16 * 60 < offset < 16 * 60
