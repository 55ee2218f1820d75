"""Dates as metadata writes them in text: ISO 8601, and the form of mail headers.

Source: W3C's 'Date and Time Formats' (what XMP uses); RFC 1123 section 5.2.14 (what PNG suggests).
EXIF's own form is read in `exif`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from media_server.media.tags.exif import parse_offset

# From the day on; some writers keep EXIF's colons and space.
_STAMP = re.compile(
    r"\s*(\d{4})[-:](\d\d)[-:](\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?[0-5]\d)?)?\s*\Z",
    re.ASCII,
)
_MAIL = re.compile(
    r"\s*(?:[A-Za-z]{3},?\s+)?(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})"
    r"\s+(\d\d):(\d\d)(?::(\d\d))?\s*([+-]\d{4}|GMT|UTC?|Z)?\s*\Z",
    re.ASCII,
)
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_MAX_CHARS = 100


def parse_iso8601(text: str) -> datetime | None:
    """A date that tells at least the day, with its zone if it has one; midnight without a time."""
    match = _STAMP.match(text[:_MAX_CHARS])
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.group(*range(1, 7)))
    microsecond = int((match[7] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=_zone(match[8]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    offset_min = parse_offset(text.encode("ascii"))
    return timezone(timedelta(minutes=offset_min)) if offset_min is not None else None


def parse_mail_date(text: str) -> datetime | None:
    """A date such as `Mon, 01 Jul 2019 12:34:56 +0200`; of names of zones, only those of UTC."""
    match = _MAIL.match(text[:_MAX_CHARS])
    if match is None or match[2].lower() not in _MONTHS:
        return None
    year, day, hour, minute, second = (int(part or 0) for part in match.group(3, 1, 4, 5, 6))
    zone = match[7] if not match[7] or match[7][0] in "+-" else "Z"
    try:
        return datetime(
            year, 1 + _MONTHS.index(match[2].lower()), day, hour, minute, second, tzinfo=_zone(zone)
        )
    except ValueError:
        return None
