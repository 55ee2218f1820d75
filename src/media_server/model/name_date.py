"""Dates in file names, as cameras, phones and messengers write them.

Only forms that can be read in one way: `01-07-2019` is the first of July here and the seventh of
January there, so it says nothing. A date needs its day in the calendar and a year from 1990 to
2100, and its digits must not be part of a longer number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Precision = Literal["second", "minute", "day"]
NamePattern = Literal[
    "pixel", "epoch", "telegram", "compact", "dashed", "messenger_day", "dashed_day"
]

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
# File systems allow 255 bytes; what is behind this many characters is no name of theirs.
_MAX_CHARS = 255
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class NameDate:
    """A date read from a name.

    Attributes:
        local: wall time; what the precision leaves out is zero. With `utc`, the time in UTC.
        precision: the last part that the name tells.
        pattern: the form of the name.
        utc: the name tells an instant.
    """

    local: datetime
    precision: Precision
    pattern: NamePattern
    utc: bool = False


def date_in_name(name: str) -> NameDate | None:
    """The date that a file's name tells, or None. Never fails.

    Args:
        name: with or without its extension; not a path.
    """
    name = name[:_MAX_CHARS]
    if not _SOME_DIGITS.search(name):
        return None
    for pattern, read in _FORMS:
        match = pattern.search(name)
        while match is not None:
            found = read(match)
            if found is not None:
                return found
            match = pattern.search(name, match.start() + 1)
    return None


def _moment(match: re.Match[str], pattern: NamePattern, *, utc: bool = False) -> NameDate | None:
    """From the groups year, month, day, hour, minute, and perhaps second, fraction and half."""
    groups = match.groupdict()
    second = groups.get("second")
    hour = _hour(int(match["hour"]), groups.get("half"))
    fraction = groups.get("fraction") or ""
    if hour is None:
        return None
    try:
        local = datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"]),
            hour,
            int(match["minute"]),
            int(second or 0),
            int(fraction.ljust(6, "0")) if fraction else 0,
        )
    except ValueError:
        return None
    return _plausible(NameDate(local, "second" if second else "minute", pattern, utc))


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of the day; `half` is `a` or `p` on a clock of twelve hours."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half in "pP" else 0)


def _plausible(found: NameDate) -> NameDate | None:
    return found if FIRST_YEAR <= found.local.year <= LAST_YEAR else None


def _pixel(match: re.Match[str]) -> NameDate | None:
    return _moment(match, "pixel", utc=True)


def _telegram(match: re.Match[str]) -> NameDate | None:
    return _moment(match, "telegram")


def _compact(match: re.Match[str]) -> NameDate | None:
    return _moment(match, "compact")


def _dashed(match: re.Match[str]) -> NameDate | None:
    return _moment(match, "dashed")


def _epoch(match: re.Match[str]) -> NameDate | None:
    local = _EPOCH + timedelta(milliseconds=int(match["ms"]))
    return NameDate(local, "second", "epoch", utc=True)


def _day(match: re.Match[str], pattern: NamePattern) -> NameDate | None:
    try:
        local = datetime(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    return _plausible(NameDate(local, "day", pattern))


def _messenger_day(match: re.Match[str]) -> NameDate | None:
    return _day(match, "messenger_day")


def _dashed_day(match: re.Match[str]) -> NameDate | None:
    return _day(match, "dashed_day")


_SOME_DIGITS = re.compile(r"[0-9]{4}")
_DATE = r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_TIME = r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})(?P<fraction>[0-9]{3})?"
_SPACE = "[ \u00a0\u202f]"  # macOS writes narrow ones before AM and PM

# In order of preference. Each is tried at every place of the name.
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], NameDate | None]], ...]] = (
    # PXL_20190701_123456789.jpg: Google's camera on Pixel phones writes UTC.
    (re.compile(rf"^PXL_{_DATE}_{_TIME}(?![0-9])"), _pixel),
    # FB_IMG_1561984496123.jpg, mmexport1561984496123.jpg, 1561984496123.jpg: milliseconds since
    # 1970. Up to 2033 only: a first digit of 1 keeps most bar codes out, which have 13 digits, too.
    (
        re.compile(
            r"^(?:FB_IMG_|FB_VID_|IMG_|VID_|IMG|VID|mmexport|wx_camera_)?(?P<ms>1[0-9]{12})"
            r"(?![0-9A-Za-z])"
        ),
        _epoch,
    ),
    # photo_12@01-07-2019_12-34-56.jpg: Telegram's desktop program, always the day first.
    (
        re.compile(
            r"^[a-z]+_[0-9]{1,9}@(?P<day>[0-9]{2})-(?P<month>[0-9]{2})-(?P<year>[0-9]{4})"
            r"_(?P<hour>[0-9]{2})-(?P<minute>[0-9]{2})-(?P<second>[0-9]{2})(?![0-9])"
        ),
        _telegram,
    ),
    # IMG_20190701_123456.jpg, 20190701_123456(0).jpg, IMG20190701123456.jpg, BURST…, DJI_…,
    # Screenshot_20190701-123456.png, WIN_20190701_12_34_56_Pro.jpg.
    (re.compile(rf"(?<![0-9]){_DATE}[_-]?{_TIME}(?![0-9])"), _compact),
    (
        re.compile(
            rf"(?<![0-9]){_DATE}[_-](?P<hour>[0-9]{{2}})(?P<gap>[_.-])(?P<minute>[0-9]{{2}})"
            r"(?P=gap)(?P<second>[0-9]{2})(?![0-9])"
        ),
        _compact,
    ),
    # 2019-07-01 12.34.56.jpg, Screenshot_2019-07-01-12-34-56.png, signal-2019-07-01-123456.jpg,
    # WhatsApp Image 2019-07-01 at 12.34.56.jpeg, Screen Shot 2019-07-01 at 9.41.12 AM.png.
    (
        re.compile(
            r"(?<![0-9])(?P<year>[0-9]{4})(?P<dash>[-_.])(?P<month>[0-9]{2})(?P=dash)(?P<day>[0-9]{2})"
            rf"(?:{_SPACE}[^\s0-9]{{1,4}}{_SPACE}|[ T_-]{{1,3}})"
            r"(?P<hour>[0-9]{1,2})(?P<gap>[-_.:]?)(?P<minute>[0-9]{2})(?P=gap)(?P<second>[0-9]{2})"
            rf"(?![0-9])(?:{_SPACE}?(?P<half>[AaPp])\.?[Mm](?![A-Za-z]))?"
        ),
        _dashed,
    ),
    # The same without seconds: only with a word or blank before the time and a dot or colon in it,
    # since two more numbers behind a date may count anything.
    (
        re.compile(
            r"(?<![0-9])(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
            rf"(?:{_SPACE}[^\s0-9]{{1,4}})?{_SPACE}(?P<hour>[0-9]{{1,2}})[.:](?P<minute>[0-9]{{2}})"
            rf"(?![.:]?[0-9])(?:{_SPACE}?(?P<half>[AaPp])\.?[Mm](?![A-Za-z]))?"
        ),
        _dashed,
    ),
    # IMG-20190701-WA0001.jpg of WhatsApp, WP_20190701_001.jpg of Windows phones.
    (re.compile(rf"(?<![0-9A-Za-z])[A-Z]{{3}}-{_DATE}-WA[0-9]{{1,6}}(?![0-9])"), _messenger_day),
    (re.compile(rf"^WP_{_DATE}_[0-9]{{3}}(?![0-9])"), _messenger_day),
    # 2019-07-01 Birthday.jpg. Eight digits alone are left out: they number pictures as well.
    (
        re.compile(
            r"(?<![0-9])(?<![0-9][-.])(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
            r"(?![0-9])"
        ),
        _dashed_day,
    ),
)
