"""Days of this computer's calendar, as ranges of time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

_SECOND_NS: Final = 1_000_000_000
_DAY_S: Final = 86_400
_EPOCH: Final = date(1970, 1, 1)


def day_at(instant_ns: int) -> date:
    """The day on which an instant lies: the last one that has begun by then.

    Where clocks were set back over midnight, the hour that came twice belongs to the later day, so
    that days follow each other without going back.

    Args:
        instant_ns: nanoseconds since 1970-01-01 UTC, in 64 bits with a sign: 1677 to 2262.
    """
    day = datetime.fromtimestamp(instant_ns // _SECOND_NS).date()
    return day + timedelta(days=1) if end_of(day) <= instant_ns else day


def begin_of(day: date) -> int:
    """The instant at which a day begins, in nanoseconds since 1970-01-01 UTC."""
    try:
        seconds = int(datetime(day.year, day.month, day.day).timestamp())
    except (ValueError, OverflowError, OSError):  # the calendar's first days
        seconds = (day - _EPOCH).days * _DAY_S
    return seconds * _SECOND_NS


def end_of(day: date) -> int:
    """The instant at which the next day begins."""
    if day == date.max:
        return begin_of(day) + _DAY_S * _SECOND_NS
    return begin_of(day + timedelta(days=1))
