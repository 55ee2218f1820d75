"""What EXIF says about the place, and the time that came from satellites.

Source: EXIF 3.0 section 4.6.7.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from media_server.media.facts import Fact, number_fact, position_facts

if TYPE_CHECKING:
    from media_server.media.tiff import Entry, Tiff

_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_ALTITUDE_REF, _ALTITUDE = 5, 6
_TIME, _DATE = 0x0007, 0x001D
_DIRECTION = 0x0011

TAGS: Final = frozenset(
    {
        *(_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE),
        *(_ALTITUDE_REF, _ALTITUDE, _TIME, _DATE, _DIRECTION),
    }
)
"""Of the GPS directory."""

_MAX_TEXT_BYTES = 20
_DAY = re.compile(rb"\s*(\d{4})[:\-/](\d{1,2})[:\-/](\d{1,2})(?!\d)")
# No satellite told the time before.
_FIRST_DAY: Final = datetime(1980, 1, 6, tzinfo=UTC)


def gps_facts(tiff: Tiff, entries: dict[int, Entry]) -> list[Fact]:
    """Position, altitude, direction and satellite time; never fails.

    A position without its north or south, east or west is none: half of the guesses would be wrong.
    """
    latitude = _angle(tiff, entries, _LATITUDE, b"NS")
    longitude = _angle(tiff, entries, _LONGITUDE, b"EW")
    found: list[Fact | None] = []
    if latitude is not None and longitude is not None:
        found += position_facts(latitude, longitude, "EXIF:GPS") or ()
    if _ALTITUDE in entries:
        found.append(number_fact("altitude_m", _altitude(tiff, entries), "EXIF:GPSAltitude"))
    if _DIRECTION in entries:
        direction = tiff.number(entries[_DIRECTION])
        found.append(number_fact("direction_deg", direction, "EXIF:GPSImgDirection"))
    moment = _moment(tiff, entries) if _DATE in entries and _TIME in entries else None
    if moment is not None:
        found.append(Fact("captured_utc", moment.isoformat(), "EXIF:GPSTimeStamp"))
    return [fact for fact in found if fact]


def _angle(tiff: Tiff, entries: dict[int, Entry], tag: int, signs: bytes) -> float | None:
    """Degrees, negative in the south or west.

    Args:
        tiff: reads the entries.
        entries: of the GPS directory.
        tag: of the value; that of its reference is one less.
        signs: the letters for positive and negative.
    """
    letter = (tiff.text(entries.get(tag - 1), _MAX_TEXT_BYTES) or b"").strip()[:1].upper()
    parts = tiff.numbers(entries.get(tag), 3)
    if not letter or letter not in signs or not parts or parts[0] is None:
        return None
    # Writers that put the fraction into the degrees leave 0/0 for the rest.
    minutes, seconds = [*(part or 0.0 for part in parts[1:]), 0.0, 0.0][:2]
    angle = round(parts[0] + minutes / 60 + seconds / 3600, 9)
    return -angle if letter == signs[1:] else angle


def _altitude(tiff: Tiff, entries: dict[int, Entry]) -> float | None:
    """Metres; of the four references of EXIF 3.0 the odd ones are below, 0 and 1 as ever.

    Those of the ellipsoid and of the sea differ by at most 110 m and are not told apart: phones
    write either under either.
    """
    metres = tiff.number(entries[_ALTITUDE])
    below = (tiff.data(entries.get(_ALTITUDE_REF), 1) or b"\0")[0] & 1
    return -metres if metres and below else metres


def _moment(tiff: Tiff, entries: dict[int, Entry]) -> datetime | None:
    day = _DAY.match(tiff.text(entries[_DATE], _MAX_TEXT_BYTES) or b"")
    clock = [part for part in tiff.numbers(entries[_TIME], 3) if part is not None]
    if day is None or len(clock) != 3:
        return None
    hour, minute, second = clock
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second <= 60):
        return None
    try:
        midnight = datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC)
        moment = midnight + timedelta(hours=hour, minutes=minute, seconds=round(second, 6))
    except (ValueError, OverflowError):
        return None
    return moment if moment >= _FIRST_DAY else None
