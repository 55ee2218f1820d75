"""Times as the API writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_EPOCH = date(1970, 1, 1)
_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
# What `datetime` can hold, in milliseconds since 1970; what lies beyond is shown as its end.
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999


def wall(milliseconds: int) -> str:
    """A wall time: `2019-07-01T12:34:56.789`.

    Args:
        milliseconds: since 1970-01-01, as if it were UTC.
    """
    within = min(max(milliseconds, _FIRST_MS), _LAST_MS)
    days, of_day_ms = divmod(within, _DAY_MS)
    minutes, of_minute_ms = divmod(of_day_ms, _MINUTE_MS)
    return "%sT%s:%06.3f" % (_day(days), _minute(minutes), of_minute_ms / 1000)  # noqa: UP031 (faster)


# A list has a thousand times, most of them of few days: a third of the time it takes to write it.
@lru_cache(4096)
def _day(days: int) -> str:
    return (_EPOCH + timedelta(days=days)).isoformat()


@lru_cache(1440)
def _minute(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}"


def instant(milliseconds: int) -> str:
    """An instant: `2019-07-01T10:34:56.789Z`.

    Args:
        milliseconds: since 1970-01-01 in UTC.
    """
    return f"{wall(milliseconds)}Z"


def instant_of_ns(nanoseconds: int) -> str:
    """An instant, from nanoseconds since 1970-01-01 in UTC."""
    return instant(nanoseconds // 1_000_000)


def now() -> str:
    """This instant."""
    return instant(int(datetime.now(UTC).timestamp() * 1000))
