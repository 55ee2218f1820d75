"""What an EXIF block says: how to turn the picture, when it was taken, where its thumbnail lies.

Owns the directories and the dates; `camera`, `gps`, `caption` and `apple` read the other entries.
Source: EXIF 3.0 (CIPA DC-008-2023) sections 4.6.4 and 4.6.5. Real blocks are often broken, so
nothing here fails: what cannot be read is absent.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from media_server.media.facts import Fact
from media_server.media.layout import MAX_IPTC_BYTES, MAX_XMP_BYTES, ReadAt, within
from media_server.media.tags import apple, camera, caption, gps
from media_server.media.tags.iptc import find_iptc
from media_server.media.tiff import Entry, Tiff, TiffError

if TYPE_CHECKING:
    from media_server.media.reading import CaptureSource

_ORIENTATION = 0x0112
_DATE_TIME = 0x0132
_THUMBNAIL_OFFSET, _THUMBNAIL_BYTES = 0x0201, 0x0202
_EXIF_DIRECTORY, _GPS_DIRECTORY = 0x8769, 0x8825
_DATE_TIME_ORIGINAL = 0x9003
_DATE_TIME_DIGITIZED = 0x9004
_MAKER_NOTE = 0x927C
# Adobe's 'TIFF Technical Note 3': XMP, IPTC, and IPTC among Photoshop's resources.
_XMP, _IPTC, _RESOURCES = 0x02BC, 0x83BB, 0x8649

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
_EXIF_TAGS = (
    frozenset(tag for date in _DATES for tag in (date.stamp, date.subsecond, date.offset))
    | {_MAKER_NOTE, caption.USER_COMMENT}
    | camera.TAGS
)
_DIRECTORIES = frozenset({_EXIF_DIRECTORY, _GPS_DIRECTORY})
# What belongs into the EXIF directory is taken from the main one, too: raw files have it there.
_ORIENTATION_TAG = frozenset({_ORIENTATION})
_MAIN_TAGS = (
    frozenset({_ORIENTATION, _XMP, _IPTC, _RESOURCES}) | _DIRECTORIES | _EXIF_TAGS | caption.TAGS
)

# A maker note of Apple has 1 to 3 kB.
_MAX_NOTE_BYTES = 65_536
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
        facts: everything else, and all dates.
        xmp: the XMP packet in the main directory, unparsed; or None.
        iptc: the IPTC-IIM datasets in the main directory, unparsed; or None.
    """

    orientation: int | None = None
    capture: Capture | None = None
    thumbnail: bytes | None = None
    facts: tuple[Fact, ...] = ()
    xmp: bytes | None = None
    iptc: bytes | None = None


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
    entries = main | _directory(tiff, main, _EXIF_DIRECTORY, _EXIF_TAGS)
    captures = _captures(tiff, entries)
    return Exif(
        _orientation(tiff, main),
        captures[0] if captures else None,
        _thumbnail(tiff, second, read_at) if second else None,
        (
            *map(_captured, captures),
            *(_gps_facts(tiff, main) if _GPS_DIRECTORY in main else ()),
            *camera.camera_facts(tiff, entries),
            *caption.caption_facts(tiff, entries),
            *(_maker_facts(tiff, entries) if _MAKER_NOTE in entries else ()),
        ),
        tiff.block(main[_XMP], MAX_XMP_BYTES) if _XMP in main else None,
        _iptc(tiff, main),
    )


def read_orientation(read_at: ReadAt) -> int | None:
    """The orientation alone, 1 to 8; None where a block says nothing valid."""
    try:
        tiff = Tiff(read_at)
        return _orientation(tiff, tiff.directory(tiff.first, _ORIENTATION_TAG).entries)
    except TiffError:
        return None


def _orientation(tiff: Tiff, main: dict[int, Entry]) -> int | None:
    value = tiff.integer(main.get(_ORIENTATION))
    return value if value is not None and 1 <= value <= 8 else None


def _directory(
    tiff: Tiff, main: dict[int, Entry], pointer: int, wanted: frozenset[int]
) -> dict[int, Entry]:
    at = tiff.integer(main.get(pointer))
    if not at:
        return {}
    try:
        return tiff.directory(at, wanted).entries
    except TiffError:
        return {}


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


def _captures(tiff: Tiff, entries: dict[int, Entry]) -> list[Capture]:
    """All dates, in order of preference."""
    found = []
    for date in _DATES:
        stamp = tiff.text(entries.get(date.stamp), _MAX_STAMP_BYTES)
        if not stamp:
            continue
        fraction = tiff.text(entries.get(date.subsecond), _MAX_STAMP_BYTES)
        local = parse_stamp(stamp, fraction)
        if local is not None:
            offset = tiff.text(entries.get(date.offset), _MAX_STAMP_BYTES)
            found.append(Capture(local, parse_offset(offset), date.source))
    return found


def _captured(capture: Capture) -> Fact:
    return Fact("captured", capture.local + format_offset(capture.offset_min), capture.source)


def _gps_facts(tiff: Tiff, main: dict[int, Entry]) -> list[Fact]:
    return gps.gps_facts(tiff, _directory(tiff, main, _GPS_DIRECTORY, gps.TAGS))


def _maker_facts(tiff: Tiff, entries: dict[int, Entry]) -> list[Fact]:
    note = entries[_MAKER_NOTE]
    if tiff.data(note, len(apple.PREFIX)) != apple.PREFIX:
        return []
    return apple.apple_facts(tiff.data(note, _MAX_NOTE_BYTES) or b"")


def _iptc(tiff: Tiff, main: dict[int, Entry]) -> bytes | None:
    if _IPTC in main:
        return tiff.block(main[_IPTC], MAX_IPTC_BYTES)
    if _RESOURCES in main:
        return find_iptc(tiff.block(main[_RESOURCES], MAX_IPTC_BYTES) or b"")
    return None


@lru_cache(maxsize=64)  # a photo says the same up to three times, and a burst again
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


@lru_cache(maxsize=64)
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


@lru_cache(maxsize=64)
def format_offset(offset_min: int | None) -> str:
    """`+02:00` of 120; nothing of None."""
    if offset_min is None:
        return ""
    hours, minutes = divmod(abs(offset_min), 60)
    return f"{'-' if offset_min < 0 else '+'}{hours:02}:{minutes:02}"
