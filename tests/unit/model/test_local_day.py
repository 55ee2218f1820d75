"""Days follow each other without gap or overlap, in every zone and on both ends of time."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_server.model.local_day import begin_of, day_at, end_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_S = 1_000_000_000
# Midnight skipped (Beirut, São Paulo), come twice (St John's), a day left out (Apia), seconds
# (Monrovia), and plain ones.
ZONES = [
    "UTC",
    "Europe/Berlin",
    "Asia/Beirut",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Monrovia",
    "Pacific/Kiritimati",
]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * _S


@pytest.mark.usefixtures("zone")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2**31).map(lambda s: s * _S))
def test_an_instant_lies_within_its_day(instant_ns: int) -> None:
    day = day_at(instant_ns)
    assert begin_of(day) <= instant_ns < end_of(day)


@pytest.mark.usefixtures("zone")
def test_days_follow_each_other() -> None:
    day = date(1985, 1, 1)
    while day < date(2027, 1, 1):
        begin, end = begin_of(day), end_of(day)
        assert begin <= end
        if begin < end:  # some have been left out
            assert day_at(begin) == day
            assert day_at(end - 1) == day
        day += timedelta(days=1)


@pytest.mark.parametrize("zone", ["America/St_Johns"], indirect=True)
def test_an_hour_that_came_twice_belongs_to_the_later_day(zone: str) -> None:
    """At 00:01 on 2006-10-29 clocks were set back to 23:01 of the day before."""
    assert zone
    assert begin_of(date(2006, 10, 29)) == ns("2006-10-29 02:30")
    assert datetime.fromtimestamp(ns("2006-10-29 03:00") // _S).date() == date(2006, 10, 28)
    assert day_at(ns("2006-10-29 03:00")) == date(2006, 10, 29)
    assert day_at(ns("2006-10-29 02:29")) == date(2006, 10, 28)


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("day", [date.min, date(1, 1, 2), date(9999, 12, 30), date.max])
def test_the_ends_of_the_calendar(day: date) -> None:
    assert begin_of(day) < end_of(day)
