from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from media_server.web.api import times

DAY_MS = 86_400_000


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
@example(0)
@example(-1)
@example(59_999)
@example(DAY_MS - 1)
def test_a_wall_time_is_what_iso_8601_calls_it(milliseconds: int) -> None:
    expected = datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)
    assert times.wall(milliseconds) == expected.isoformat(timespec="milliseconds")


def test_an_instant_says_that_it_is_one() -> None:
    assert times.instant(1_000) == "1970-01-01T00:00:01.000Z"
    assert times.instant_of_ns(1_234_999_999) == "1970-01-01T00:00:01.234Z"


def test_what_lies_beyond_all_calendars_is_shown_as_their_end() -> None:
    assert times.wall(10**18) == "9999-12-31T23:59:59.999"
    assert times.wall(-(10**18)) == "0001-01-01T00:00:00.000"
