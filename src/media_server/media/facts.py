"""What a file says about itself, each fact with the place it was read from.

A file often says the same thing several times, in EXIF, XMP and IPTC, and not always the same. All
of it is kept here, in the order in which it was found; which of it counts is decided elsewhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

FactName = Literal[
    "captured",
    "captured_utc",
    "latitude",
    "longitude",
    "altitude_m",
    "direction_deg",
    "make",
    "model",
    "lens",
    "exposure_s",
    "f_number",
    "iso",
    "focal_length_mm",
    "focal_length_35mm",
    "rating",
    "title",
    "description",
    "keyword",
    "person",
    "burst_id",
    "content_id",
    "motion_offset",
    "motion_bytes",
    "animated",
    "hdr",
    "duration_s",
    "frame_rate",
    "video_codec",
    "audio_codec",
    "browser_plays",
]
"""The names of facts; their values:

- `captured`: wall time in ISO 8601 as the camera's clock showed it, with microseconds where there
  are fractions and with `+hh:mm` where the file says so: `2019-07-01T12:34:56.500000+02:00`;
  midnight where it tells only the day, as XMP and IPTC may.
- `captured_utc`: an instant in ISO 8601 with `+00:00`: GPS time, QuickTime's creation time.
- `latitude`, `longitude`: WGS 84 degrees, -90 to 90 and -180 to 180; the two follow each other,
  from one source. `altitude_m`: metres above the sea. `direction_deg`: 0 to 360, where the camera
  looked.
- `make`, `model`, `lens`, `title`, `description`, `video_codec`, `audio_codec`: text.
- `exposure_s`, `f_number`, `focal_length_mm`, `duration_s`, `frame_rate`: positive floats.
- `iso`, `focal_length_35mm`: positive integers. `rating`: -1 (rejected) to 5.
- `keyword`, `person`: text; once for each.
- `burst_id`, `content_id`: what ties a burst, or a photo and its film, together.
- `motion_offset`, `motion_bytes`: where in the file an embedded film lies; the two follow each
  other.
- `animated`, `hdr`, `browser_plays`: 1 or 0. Of pictures, the first two are told only when 1.
"""

MAX_FACTS: Final = 400
MAX_TEXT_CHARS: Final = 4_000

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT_CHARS)]


class Fact(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One reading.

    Attributes:
        name: what it is about.
        value: as told at `FactName`.
        source: the tag or field it was read from, such as `EXIF:DateTimeOriginal`, `XMP:Rating`,
            `QuickTime:CreationDate`.
    """

    name: FactName
    value: int | float | _Text
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


_TEXT_NAMES: Final[frozenset[FactName]] = frozenset(
    {
        "make",
        "model",
        "lens",
        "title",
        "description",
        "keyword",
        "person",
        "burst_id",
        "content_id",
        "video_codec",
        "audio_codec",
    }
)
_MOMENT_NAMES: Final[frozenset[FactName]] = frozenset({"captured", "captured_utc"})
_WHOLE_NAMES: Final[frozenset[FactName]] = frozenset(
    {
        "iso",
        "focal_length_35mm",
        "rating",
        "motion_offset",
        "motion_bytes",
        "animated",
        "hdr",
        "browser_plays",
    }
)
_LARGEST = 2.0**53
_SMALLEST = 1e-12
_RANGES: Final[dict[FactName, tuple[float, float]]] = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    # From below the deepest trench to where air ends, with room.
    "altitude_m": (-20_000, 200_000),
    "direction_deg": (0, 360),
    "exposure_s": (_SMALLEST, 1e7),
    "f_number": (_SMALLEST, 10_000),
    "iso": (1, 2**32),
    "focal_length_mm": (_SMALLEST, 1e6),
    "focal_length_35mm": (1, 1_000_000),
    "rating": (-1, 5),
    "motion_offset": (1, _LARGEST),
    "motion_bytes": (1, _LARGEST),
    "animated": (0, 1),
    "hdr": (0, 1),
    "browser_plays": (0, 1),
    "duration_s": (_SMALLEST, 1e9),
    "frame_rate": (_SMALLEST, 1e6),
}
# Tab and line feed stay: descriptions have lines. Surrogates have no UTF-8.
_UNWANTED = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufeff]")


def text_fact(name: FactName, value: str, source: str) -> Fact | None:
    """A fact of text, without control characters, trimmed and cut; None when nothing is left."""
    text = value[: 2 * MAX_TEXT_CHARS].strip()
    if not text.isprintable():
        text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    text = text[:MAX_TEXT_CHARS].rstrip()
    return Fact(name, text, source) if text else None


def number_fact(name: FactName, value: float | None, source: str) -> Fact | None:
    """A fact of a number; None when it is absent or outside what `FactName` allows.

    Args:
        name: what it is about.
        value: any float, the odd ones too; where whole numbers are wanted, it is rounded.
        source: where it was read.
    """
    if value is None:
        return None
    lowest, highest = _RANGES[name]
    if not lowest <= value <= highest:  # nor any NaN
        return None
    return Fact(name, round(value) if name in _WHOLE_NAMES else value, source)


def position_facts(
    latitude: float | None, longitude: float | None, source: str
) -> tuple[Fact, Fact] | None:
    """Both facts of a position, or None.

    Exactly 0° N 0° E is what devices write that have no fix; nobody hits that point by chance.
    """
    if not latitude and not longitude:
        return None
    north = number_fact("latitude", latitude, f"{source}Latitude")
    east = number_fact("longitude", longitude, f"{source}Longitude")
    return (north, east) if north and east else None


def is_sane(facts: Iterable[Fact]) -> bool:
    """Whether all values are of the kind and within the range that `FactName` tells.

    For facts that come from a process which may lie.
    """
    return all(map(_has_sane_value, facts))


def _has_sane_value(fact: Fact) -> bool:
    name, value = fact.name, fact.value
    if not fact.source.isprintable():
        return False
    if isinstance(value, str):
        if name in _MOMENT_NAMES:
            return _is_moment(value, utc=name == "captured_utc")
        return name in _TEXT_NAMES and _UNWANTED.search(value) is None
    if name not in _RANGES or (name in _WHOLE_NAMES and not isinstance(value, int)):
        return False
    lowest, highest = _RANGES[name]
    return lowest <= value <= highest


def _is_moment(text: str, *, utc: bool) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.isoformat() == text and (not utc or moment.tzinfo == UTC)
