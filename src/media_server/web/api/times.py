"""Times as the API writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1)
# What `datetime` can hold, in milliseconds since 1970; what lies beyond is shown as its end.
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999


def wall(milliseconds: int) -> str:
    """A wall time: `2019-07-01T12:34:56.789`.

    Args:
        milliseconds: since 1970-01-01, as if it were UTC.
    """
    within = min(max(milliseconds, _FIRST_MS), _LAST_MS)
    return (_EPOCH + timedelta(milliseconds=within)).isoformat(timespec="milliseconds")


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
