"""What an EXIF block says: how to turn the picture, when it was taken, where its thumbnail lies.

Source: EXIF 3.0 (CIPA DC-008-2023) sections 4.6.4 and 4.6.5. Real blocks are often broken, so
nothing here fails: what cannot be read is absent.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from media_server.media.layout import ReadAt, within
from media_server.media.tiff import Entry, Tiff, TiffError

if TYPE_CHECKING:
    from media_server.media.reading import CaptureSource

_ORIENTATION = 0x0112
_DATE_TIME = 0x0132
_THUMBNAIL_OFFSET, _THUMBNAIL_BYTES = 0x0201, 0x0202
_EXIF_DIRECTORY = 0x8769
_DATE_TIME_ORIGINAL = 0x9003
_DATE_TIME_DIGITIZED = 0x9004

_MAIN_TAGS = frozenset({_ORIENTATION, _DATE_TIME, _EXIF_DIRECTORY, _DATE_TIME_ORIGINAL})
_THUMBNAIL_TAGS = frozenset({_THUMBNAIL_OFFSET, _THUMBNAIL_BYTES})


class _DateTags(NamedTuple):
    """The three tags that tell one moment."""

    source: CaptureSource
    stamp: int
    subsecond: int
    offset: int


# In order of preference.
_DATES: Final = (
    _DateTags("EXIF:DateTimeOriginal", _DATE_TIME_ORIGINAL, 0x9291, 0x9011),
    _DateTags("EXIF:DateTimeDigitized", _DATE_TIME_DIGITIZED, 0x9292, 0x9012),
    _DateTags("EXIF:DateTime", _DATE_TIME, 0x9290, 0x9010),
)
_EXIF_TAGS = frozenset(tag for date in _DATES for tag in date[1:])

_MAX_STAMP_BYTES = 40
_MAX_THUMBNAIL_BYTES = 1_000_000
# The standard says '2019:07:01 12:34:56'; other separators and single digits occur.
_STAMP = re.compile(
    rb"\s*(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})[ T]\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)"
)
_OFFSET = re.compile(rb"\s*([+\-])(\d{1,2}):?([0-5]\d)\s*")
# The clocks of the world stand between -12:00 and +14:00; an hour of grace for old summer times.
_MAX_OFFSET_MIN = 15 * 60


class Capture(NamedTuple):
    """When a picture was taken.

    Attributes:
        local: wall time in ISO 8601, with microseconds where the camera gave fractions.
        offset_min: minutes east of UTC, or None.
        source: the tag it came from.
    """

    local: str
    offset_min: int | None
    source: CaptureSource


class Exif(msgspec.Struct, frozen=True, gc=False):
    """What was found.

    Attributes:
        orientation: 1 to 8, or None.
        capture: or None.
        thumbnail: the embedded JPEG as bytes, unchecked; or None.
    """

    orientation: int | None = None
    capture: Capture | None = None
    thumbnail: bytes | None = None


_NOTHING = Exif()


def parse_exif(block: bytes) -> Exif:
    """Read an EXIF block that begins with its byte-order mark.

    Never fails: of a broken block, whatever can be read.
    """
    return read_exif(within(block))


def read_exif(read_at: ReadAt) -> Exif:
    """The same as `parse_exif` for a block that is not in memory, such as a whole TIFF file."""
    try:
        tiff = Tiff(read_at)
        main, second = tiff.directory(tiff.first, _MAIN_TAGS)
    except TiffError:
        return _NOTHING
    return Exif(
        _orientation(tiff, main),
        _capture(tiff, _with_exif_directory(tiff, main)),
        _thumbnail(tiff, second, read_at) if second else None,
    )


def _orientation(tiff: Tiff, main: dict[int, Entry]) -> int | None:
    value = tiff.integer(main.get(_ORIENTATION))
    return value if value is not None and 1 <= value <= 8 else None


def _with_exif_directory(tiff: Tiff, main: dict[int, Entry]) -> dict[int, Entry]:
    """All date entries: a DateTimeOriginal written into the main directory counts, too."""
    at = tiff.integer(main.get(_EXIF_DIRECTORY))
    if not at:
        return main
    try:
        return main | tiff.directory(at, _EXIF_TAGS).entries
    except TiffError:
        return main


def _thumbnail(tiff: Tiff, at: int, read_at: ReadAt) -> bytes | None:
    try:
        entries = tiff.directory(at, _THUMBNAIL_TAGS).entries
    except TiffError:
        return None
    offset = tiff.integer(entries.get(_THUMBNAIL_OFFSET))
    size = tiff.integer(entries.get(_THUMBNAIL_BYTES))
    if not offset or not size or size > _MAX_THUMBNAIL_BYTES:
        return None
    data = read_at(offset, size)
    return data if data.startswith(b"\xff\xd8") else None


def _capture(tiff: Tiff, entries: dict[int, Entry]) -> Capture | None:
    for date in _DATES:
        stamp = tiff.text(entries.get(date.stamp), _MAX_STAMP_BYTES)
        if not stamp:
            continue
        fraction = tiff.text(entries.get(date.subsecond), _MAX_STAMP_BYTES)
        local = parse_stamp(stamp, fraction)
        if local is not None:
            offset = tiff.text(entries.get(date.offset), _MAX_STAMP_BYTES)
            return Capture(local, parse_offset(offset), date.source)
    return None


def parse_stamp(stamp: bytes, fraction: bytes | None) -> str | None:
    """ISO 8601 of an EXIF date; None when it is blank, zero, or no day of the calendar.

    Args:
        stamp: such as `2019:07:01 12:34:56`.
        fraction: the digits of the SubSecTime tag: `5` and `500` are both half a second.
    """
    match = _STAMP.match(stamp)
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, match.groups())
        local = datetime(year, month, day, hour, minute, second, _microsecond(fraction))
    except ValueError:
        return None
    return local.isoformat()


def _microsecond(fraction: bytes | None) -> int:
    digits = (fraction or b"").strip(b" ")[:6]
    return int(digits.ljust(6, b"0")) if digits.isdigit() else 0


def parse_offset(text: bytes | None) -> int | None:
    """Minutes east of UTC of an OffsetTime tag such as `+02:00` or `Z`; None for anything else."""
    if not text:
        return None
    if text.strip() == b"Z":
        return 0
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    offset_min = int(hours) * 60 + int(minutes)
    if offset_min > _MAX_OFFSET_MIN:
        return None
    return -offset_min if sign == b"-" else offset_min
