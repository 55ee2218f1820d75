"""A camera's clock reading becomes an instant."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from media_server.model.capture_time import CaptureTime

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW_YEAR = datetime(2020, 1, 1, 0, 0, 0, 500_000)


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "EST5EDT,M3.2.0,M11.1.0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("offset_min", "later_s"), [(0, 0), (60, -3_600), (-330, 19_800)])
def test_offset_is_applied(offset_min: int, later_s: int) -> None:
    instant_ns = CaptureTime(NEW_YEAR, offset_min, "EXIF:DateTime").instant_ns()
    assert instant_ns == (1_577_836_800 + later_s) * 10**9 + 500_000_000


@pytest.mark.usefixtures("in_new_york")
def test_without_offset_it_is_this_computers_time_of_that_day() -> None:
    winter = CaptureTime(datetime(2020, 1, 1), None, "EXIF:DateTime")
    summer = CaptureTime(datetime(2020, 7, 1), None, "EXIF:DateTime")
    assert winter.instant_ns() == (1_577_836_800 + 5 * 3_600) * 10**9
    assert summer.instant_ns() == (1_593_561_600 + 4 * 3_600) * 10**9


def test_before_1970_it_is_negative() -> None:
    assert CaptureTime(datetime(1969, 12, 31, 23, 59, 59), 0, "").instant_ns() == -(10**9)
