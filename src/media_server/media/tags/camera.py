"""What EXIF says about the camera, its lens and how it was set.

Source: EXIF 3.0 sections 4.6.5 and 4.6.6, annex C (APEX values), annex G (ISO speeds).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from media_server.media.facts import Fact, FactName, number_fact, text_fact
from media_server.media.tags.caption import decode_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.media.tiff import Entry, Tiff

_TEXTS: Final[tuple[tuple[int, FactName, str], ...]] = (
    (0x010F, "make", "EXIF:Make"),
    (0x0110, "model", "EXIF:Model"),
    (0xA434, "lens", "EXIF:LensModel"),
)
_NUMBERS: Final[tuple[tuple[int, FactName, str], ...]] = (
    (0x829A, "exposure_s", "EXIF:ExposureTime"),
    (0x829D, "f_number", "EXIF:FNumber"),
    (0x920A, "focal_length_mm", "EXIF:FocalLength"),
    (0xA405, "focal_length_35mm", "EXIF:FocalLengthIn35mmFilm"),
)
# The first tag has 16 bits: 65535 says that the true speed is in one of the others.
_SPEEDS: Final = (
    (0x8827, "EXIF:PhotographicSensitivity"),
    (0x8832, "EXIF:RecommendedExposureIndex"),
    (0x8831, "EXIF:StandardOutputSensitivity"),
    (0x8833, "EXIF:ISOSpeed"),
)
_SPEED_IS_ELSEWHERE = 65_535
_SHUTTER_SPEED, _APERTURE = 0x9201, 0x9202
_LENS_SPECIFICATION = 0xA432
_RATING, _RATING_PERCENT = 0x4746, 0x4749

TAGS: Final = frozenset(
    {row[0] for row in (*_TEXTS, *_NUMBERS)}
    | {tag for tag, _ in _SPEEDS}
    | {_SHUTTER_SPEED, _APERTURE, _LENS_SPECIFICATION, _RATING, _RATING_PERCENT}
)
"""Of the main and of the EXIF directory."""

_MAX_TEXT_BYTES = 400


def camera_facts(tiff: Tiff, entries: dict[int, Entry]) -> list[Fact]:
    """Make, model, lens, exposure and rating; never fails, what makes no sense is left out."""
    found: list[Fact | None] = [
        text_fact(name, decode_text(tiff.text(entries[tag], _MAX_TEXT_BYTES) or b""), source)
        for tag, name, source in _TEXTS
        if tag in entries
    ]
    found += [
        number_fact(name, tiff.number(entries[tag]), source)
        for tag, name, source in _NUMBERS
        if tag in entries
    ]
    found += [_speed(tiff, entries), *_ratings(tiff, entries)]
    told = [fact for fact in found if fact]
    for tag, name, fall_back in _FALL_BACKS:
        if tag in entries and not any(fact.name == name for fact in told):
            fact = fall_back(tiff, entries[tag])
            if fact:
                told.append(fact)
    return told


def _speed(tiff: Tiff, entries: dict[int, Entry]) -> Fact | None:
    for tag, source in _SPEEDS:
        if tag in entries:
            value = tiff.number(entries[tag])
            fact = number_fact("iso", value, source)
            if fact and value != _SPEED_IS_ELSEWHERE:
                return fact
    return None


def _exposure_of_apex(tiff: Tiff, entry: Entry) -> Fact | None:
    return _of_apex("exposure_s", tiff.number(entry), -1, "EXIF:ShutterSpeedValue")


def _f_number_of_apex(tiff: Tiff, entry: Entry) -> Fact | None:
    return _of_apex("f_number", tiff.number(entry), 0.5, "EXIF:ApertureValue")


def _of_apex(name: FactName, value: float | None, slope: float, source: str) -> Fact | None:
    # Beyond this lies no exposure, but an overflow.
    if value is None or not abs(value) < 100:
        return None
    return number_fact(name, 2.0 ** (slope * value), source)


def _lens_of_specification(tiff: Tiff, entry: Entry) -> Fact | None:
    """Such as `24-70 mm f/2.8` of (least, greatest focal length, f-number at each)."""
    values = tiff.numbers(entry, 4)
    if len(values) < 4 or not values[0] or not 0 < values[0] < 100_000:
        return None
    text = f"{_span(values[0], values[1])} mm"
    if values[2] and 0 < values[2] < 1000:
        text += f" f/{_span(values[2], values[3])}"
    return text_fact("lens", text, "EXIF:LensSpecification")


def _span(first: float, last: float | None) -> str:
    return f"{first:g}-{last:g}" if last and first < last < 100_000 else f"{first:g}"


_FALL_BACKS: Final[tuple[tuple[int, FactName, Callable[[Tiff, Entry], Fact | None]], ...]] = (
    (_SHUTTER_SPEED, "exposure_s", _exposure_of_apex),
    (_APERTURE, "f_number", _f_number_of_apex),
    (_LENS_SPECIFICATION, "lens", _lens_of_specification),
)


def _ratings(tiff: Tiff, entries: dict[int, Entry]) -> list[Fact | None]:
    found = []
    if _RATING in entries:
        # Zero stands for no rating.
        found.append(number_fact("rating", tiff.number(entries[_RATING]) or None, "EXIF:Rating"))
    if _RATING_PERCENT in entries:
        stars = stars_of_percent(tiff.number(entries[_RATING_PERCENT]))
        found.append(number_fact("rating", stars, "EXIF:RatingPercent"))
    return found


def stars_of_percent(percent: float | None) -> int | None:
    """Stars, 1 to 5, of Windows' percentage: it writes 1, 25, 50, 75 and 99; None for none."""
    if percent is None or not 0 < percent <= 100:
        return None
    return 1 + round(percent / 25) if percent < 88 else 5
