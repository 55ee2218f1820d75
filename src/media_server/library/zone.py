"""The offset from UTC at a place and time, as the law there was."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Two decimals of a degree are about a kilometre: the zones' borders are not known better here.
_DECIMALS: Final = 2
_CACHED_PLACES: Final = 4_096


def offset_at(latitude: float, longitude: float, local: datetime) -> int | None:
    """Minutes east of UTC at a place, when clocks there showed `local`.

    Where clocks showed it twice, the first time counts; where they skipped it, the offset before.
    Never fails.

    Args:
        latitude: WGS 84 degrees.
        longitude: the same.
        local: wall time without a zone.

    Returns:
        None where no zone is known; on the seas the nautical one.
    """
    zone = _zone(round(latitude, _DECIMALS), round(longitude, _DECIMALS))
    return None if zone is None else _minutes(local.replace(tzinfo=zone, fold=0))


def offset_since(latitude: float, longitude: float, instant: datetime) -> int | None:
    """Minutes east of UTC at a place, at an instant (with its zone). Never fails."""
    zone = _zone(round(latitude, _DECIMALS), round(longitude, _DECIMALS))
    if zone is None:
        return None
    try:
        return _minutes(instant.astimezone(zone))
    except OverflowError:
        return None


def _minutes(moment: datetime) -> int | None:
    offset = moment.utcoffset()
    # Before zones there was local mean time, with seconds.
    return None if offset is None else round(offset / timedelta(minutes=1))


@lru_cache(maxsize=_CACHED_PLACES)
def _zone(latitude: float, longitude: float) -> ZoneInfo | None:
    # Imported late: its map takes some 40 MB, and many libraries never ask for a place.
    from tzfpy import get_tz

    try:
        return ZoneInfo(get_tz(longitude, latitude))
    except (ZoneInfoNotFoundError, ValueError):
        return None
