"""The JSON that Google Takeout puts beside each picture and film.

Google documents no form; the fields are those of exports from 2019 to 2026. `favorited` is left
out: it is no rating, and this program has nothing else that it could be.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import msgspec

from media_server.media.errors import CorruptError
from media_server.media.facts import MAX_TEXT_CHARS, Fact, FactName

MAX_TAKEOUT_BYTES: Final = 1_000_000
MAX_PEOPLE: Final = 100
TITLE_SOURCE: Final = "Takeout:title"
"""The source of the fact `title` that is the original file's name, not a title anyone gave."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ABSENT = msgspec.Raw()
_T = TypeVar("_T")


class _File(msgspec.Struct, rename="camel", gc=False):
    """Members by name, each still in JSON: one of an odd form does not spoil the others."""

    title: msgspec.Raw = _ABSENT
    description: msgspec.Raw = _ABSENT
    photo_taken_time: msgspec.Raw = _ABSENT
    geo_data: msgspec.Raw = _ABSENT
    geo_data_exif: msgspec.Raw = _ABSENT
    people: msgspec.Raw = _ABSENT


class _Time(msgspec.Struct, gc=False):
    timestamp: str | int


class _Place(msgspec.Struct, gc=False):
    latitude: float
    longitude: float
    altitude: float = 0.0


class _Person(msgspec.Struct, gc=False):
    name: str = ""


def parse_takeout(data: bytes) -> list[Fact]:
    """What the JSON says, or nothing where it is JSON of another kind (such as an album's).

    A Takeout file of a picture has `title` and `photoTakenTime`. The title comes as a fact from
    `TITLE_SOURCE`, exactly as written, to find the picture by. Where someone corrected the place
    in Google Photos (`geoData`), that comes before the camera's (`geoDataExif`). A place of 0, 0
    and an altitude or time of 0 mean that none is known.

    Args:
        data: the whole file.

    Raises:
        CorruptError: no JSON, or more than `MAX_TAKEOUT_BYTES`.
    """
    if len(data) > MAX_TAKEOUT_BYTES:
        raise CorruptError("the JSON is too large for one of Google Takeout")
    try:
        file = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_File)
    except msgspec.ValidationError:
        return []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CorruptError("the file is no JSON") from error
    title, time = _member(file.title, str), _member(file.photo_taken_time, _Time)
    if not title or time is None:
        return []
    found = _text("title", title, TITLE_SOURCE) + _taken(time)
    found += _text("description", (_member(file.description, str) or "").strip())
    found += _place(_member(file.geo_data, _Place), "Takeout:geoData")
    found += _place(_member(file.geo_data_exif, _Place), "Takeout:geoDataExif")
    for person in (_member(file.people, list[_Person]) or [])[:MAX_PEOPLE]:
        found += _text("person", person.name.strip())
    return found


def _member(raw: msgspec.Raw, kind: type[_T]) -> _T | None:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _text(name: FactName, text: str, source: str = "") -> list[Fact]:
    kept = text[:MAX_TEXT_CHARS]
    return [Fact(name, kept, source or f"Takeout:{name}")] if kept else []


def _taken(time: _Time) -> list[Fact]:
    try:
        seconds = int(time.timestamp)
        taken = _EPOCH + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return []
    return [Fact("captured_utc", taken.isoformat(), "Takeout:photoTakenTime")] if seconds else []


def _place(place: _Place | None, source: str) -> list[Fact]:
    if place is None or not (place.latitude or place.longitude):
        return []
    if abs(place.latitude) > 90 or abs(place.longitude) > 180:
        return []
    found = [
        Fact("latitude", place.latitude, source),
        Fact("longitude", place.longitude, source),
    ]
    if place.altitude and math.isfinite(place.altitude):
        found.append(Fact("altitude_m", place.altitude, source))
    return found
