"""XMP, embedded in a file or in a sidecar beside it.

Owns the choice of properties and what their values mean; `rdf` owns their form. Source: ISO 16684-1
(XMP part 1), XMP Specification part 2 (exif, tiff, photoshop), EXIF 3.0 annex of CIPA DC-010
(exifEX), 'Metadata Working Group Guidelines' 2.0 (regions), Google's 'Motion Photo format 1.0'.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.media.facts import Fact, FactName, number_fact, position_facts, text_fact
from media_server.media.tags.camera import stars_of_percent
from media_server.media.tags.caption import description_fact
from media_server.media.tags.moment import parse_iso8601
from media_server.media.tags.motion import MotionClaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from media_server.media.tags.rdf import Rdf

_DC = "{http://purl.org/dc/elements/1.1/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_EXIF_EX = "{http://cipa.jp/exif/1.0/}"
_AUX = "{http://ns.adobe.com/exif/1.0/aux/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_LIGHTROOM = "{http://ns.adobe.com/lightroom/1.0/}"
_DIGIKAM = "{http://www.digikam.org/ns/1.0/}"
_MICROSOFT = "{http://ns.microsoft.com/photo/1.0/}"
_MICROSOFT_PEOPLE = "{http://ns.microsoft.com/photo/1.2/}"
_MICROSOFT_REGION = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
_IPTC_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_REGIONS = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_GOOGLE_CAMERA = "{http://ns.google.com/photos/1.0/camera/}"
_GOOGLE_CONTAINER = "{http://ns.google.com/photos/1.0/container/}"
_GOOGLE_ITEM = "{http://ns.google.com/photos/1.0/container/item/}"

_DATES: Final = (
    (_EXIF + "DateTimeOriginal", "XMP:DateTimeOriginal"),
    (_PHOTOSHOP + "DateCreated", "XMP:DateCreated"),
    (_XMP + "CreateDate", "XMP:CreateDate"),
)
_TEXTS: Final[tuple[tuple[str, FactName, str], ...]] = (
    (_TIFF + "Make", "make", "XMP:Make"),
    (_TIFF + "Model", "model", "XMP:Model"),
    (_EXIF_EX + "LensModel", "lens", "XMP:LensModel"),
    (_AUX + "Lens", "lens", "XMP:Lens"),
    (_DC + "title", "title", "XMP:Title"),
    (_PHOTOSHOP + "Headline", "title", "XMP:Headline"),
    (_GOOGLE_CAMERA + "BurstID", "burst_id", "XMP:BurstID"),
)
_NUMBERS: Final[tuple[tuple[str, FactName, str], ...]] = (
    (_EXIF + "ExposureTime", "exposure_s", "XMP:ExposureTime"),
    (_EXIF + "FNumber", "f_number", "XMP:FNumber"),
    (_EXIF_EX + "PhotographicSensitivity", "iso", "XMP:PhotographicSensitivity"),
    (_EXIF + "ISOSpeedRatings", "iso", "XMP:ISOSpeedRatings"),
    (_EXIF + "FocalLength", "focal_length_mm", "XMP:FocalLength"),
    (_EXIF + "FocalLengthIn35mmFilm", "focal_length_35mm", "XMP:FocalLengthIn35mmFilm"),
    (_EXIF + "GPSImgDirection", "direction_deg", "XMP:GPSImgDirection"),
)

_ANGLE = re.compile(
    r"\s*(\d{1,9}(?:\.\d*)?)(?:,(\d{1,9}(?:\.\d*)?))?(?:,(\d{1,9}(?:\.\d*)?))?\s*([NSEWnsew])\s*\Z",
    re.ASCII,
)
_RATIO = re.compile(
    r"\s*([+-]?\d{1,20}(?:\.\d{0,20})?)(?:\s*/\s*(\d{1,20}(?:\.\d{0,20})?))?\s*\Z", re.ASCII
)
_COUNT = re.compile(r"\s*(\d{1,15})\s*\Z", re.ASCII)


class Xmp(NamedTuple):
    """What a packet says.

    Attributes:
        facts: in the order of `_DATES`, position, camera, texts, words.
        motion: where it says that a film lies behind the picture; to be checked against the file.
    """

    facts: list[Fact]
    motion: MotionClaim | None


def parse_xmp(data: bytes) -> list[Fact]:
    """The facts of an XMP packet or sidecar in UTF-8 or UTF-16.

    Never fails: of a broken packet, what stands before the break; of a hostile one nothing.
    """
    return read_xmp(data).facts


def read_xmp(data: bytes) -> Xmp:
    """The same as `parse_xmp`, with what only the file around the packet can confirm."""
    # Imported late: most files have no XMP, and an XML parser takes memory.
    from media_server.media.tags.rdf import read_rdf

    rdf = read_rdf(data)
    if rdf is None:
        return Xmp([], None)
    found: list[Fact | None] = [
        *_dates(rdf),
        *_place(rdf),
        *(text_fact(name, rdf.first(tag), source) for tag, name, source in _TEXTS),
        description_fact(rdf.first(_DC + "description"), "XMP:Description"),
        *(number_fact(name, _number(rdf.first(tag)), source) for tag, name, source in _NUMBERS),
        *_ratings(rdf),
        *_keywords(rdf),
        *_persons(rdf),
    ]
    return Xmp([fact for fact in found if fact], _motion(rdf))


def _number(text: str) -> float | None:
    """Of `28/10` or `2.8`; None of anything else."""
    match = _RATIO.match(text)
    if match is None:
        return None
    over, under = float(match[1]), float(match[2] or 1)
    return over / under if under else None


def _dates(rdf: Rdf) -> Iterator[Fact]:
    for tag, source in _DATES:
        moment = parse_iso8601(rdf.first(tag))
        if moment is not None:
            yield Fact("captured", moment.isoformat(), source)
    moment = parse_iso8601(rdf.first(_EXIF + "GPSTimeStamp"))
    if moment is not None and moment.tzinfo is not None:
        # In the first and last hours of the calendar there is no other zone's time.
        with contextlib.suppress(OverflowError):
            yield Fact("captured_utc", moment.astimezone(UTC).isoformat(), "XMP:GPSTimeStamp")


def _place(rdf: Rdf) -> Iterator[Fact | None]:
    latitude = _angle(rdf.first(_EXIF + "GPSLatitude"), "NS")
    longitude = _angle(rdf.first(_EXIF + "GPSLongitude"), "EW")
    if latitude is not None and longitude is not None:
        yield from position_facts(latitude, longitude, "XMP:GPS") or ()
    metres = _number(rdf.first(_EXIF + "GPSAltitude"))
    # As in EXIF: 1 and 3 are below.
    if metres and rdf.first(_EXIF + "GPSAltitudeRef").strip() in ("1", "3"):
        metres = -metres
    yield number_fact("altitude_m", metres, "XMP:GPSAltitude")


def _angle(text: str, signs: str) -> float | None:
    """Degrees of `52,1.2N`, `52,1,12N` or a signed decimal number."""
    match = _ANGLE.match(text)
    if match is None:
        return _number(text) if "/" not in text else None
    letter = match[4].upper()
    if letter not in signs:
        return None
    degrees, minutes, seconds = (float(part or 0) for part in match.group(1, 2, 3))
    angle = round(degrees + minutes / 60 + seconds / 3600, 9)
    return -angle if letter == signs[1] else angle


def _ratings(rdf: Rdf) -> Iterator[Fact | None]:
    yield number_fact("rating", _number(rdf.first(_XMP + "Rating")), "XMP:Rating")
    stars = stars_of_percent(_number(rdf.first(_MICROSOFT + "Rating")))
    yield number_fact("rating", stars, "XMP:RatingPercent")


def _keywords(rdf: Rdf) -> Iterator[Fact | None]:
    """Plain keywords, then the leaves of the trees that are not among them."""
    return _words(
        "keyword",
        (
            *((word, "XMP:Subject") for word in rdf.all(_DC + "subject")),
            *(
                (path.rpartition("|")[2], "XMP:HierarchicalSubject")
                for path in rdf.all(_LIGHTROOM + "hierarchicalSubject")
            ),
            *((path.rpartition("/")[2], "XMP:TagsList") for path in rdf.all(_DIGIKAM + "TagsList")),
        ),
    )


def _persons(rdf: Rdf) -> Iterator[Fact | None]:
    return _words(
        "person",
        (
            *((name, "XMP:PersonInImage") for name in rdf.all(_IPTC_EXT + "PersonInImage")),
            *(
                (region.get(_REGIONS + "Name", ""), "XMP:RegionName")
                for region in rdf.structures(_REGIONS + "Regions")
                if region.get(_REGIONS + "Type") == "Face"
            ),
            *(
                (region.get(_MICROSOFT_REGION + "PersonDisplayName", ""), "XMP:PersonDisplayName")
                for region in rdf.structures(_MICROSOFT_PEOPLE + "RegionInfo")
            ),
        ),
    )


def _words(name: FactName, words: Iterable[tuple[str, str]]) -> Iterator[Fact | None]:
    seen: set[str] = set()
    for word, source in words:
        fact = text_fact(name, word, source)
        key = str(fact.value).casefold() if fact else ""
        if key not in seen:
            seen.add(key)
            yield fact


def _motion(rdf: Rdf) -> MotionClaim | None:
    if rdf.first(_GOOGLE_CAMERA + "MotionPhoto").strip() not in ("", "1"):
        return None  # an editor has taken the film out
    from_end_bytes = 0
    # The files lie one behind the other up to the end.
    for item in reversed(list(rdf.structures(_GOOGLE_CONTAINER + "Directory"))):
        size_bytes = _count(item.get(_GOOGLE_ITEM + "Length"))
        from_end_bytes += size_bytes + _count(item.get(_GOOGLE_ITEM + "Padding"))
        if item.get(_GOOGLE_ITEM + "Semantic") == "MotionPhoto" and size_bytes:
            return MotionClaim(from_end_bytes, size_bytes, "XMP:Directory")
    offset = _count(rdf.first(_GOOGLE_CAMERA + "MicroVideoOffset"))
    return MotionClaim(offset, offset, "XMP:MicroVideoOffset") if offset else None


def _count(text: str | None) -> int:
    match = _COUNT.match(text or "")
    return int(match[1]) if match else 0
