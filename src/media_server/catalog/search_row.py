"""What the index says of one asset, from all that the catalog knows of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from media_server.catalog.schema import Kind
from media_server.catalog.search_place import cells, number_of, step
from media_server.catalog.search_words import MARK, folded, parts, prepared
from media_server.model.country import name_of
from media_server.model.media_type import is_raw

_MAX_COPIES = 20  # files of one content that are looked at
_MAX_VALUES = 200  # keywords of one asset, and persons
_KINDS = {int(Kind.PHOTO): "photo", int(Kind.VIDEO): "video", int(Kind.OTHER): "other"}
_DAY_MS = 86_400_000
_decode = msgspec.json.Decoder(list[str]).decode
_MONTHS_PER_YEAR = 12
FACET_SIGNS: Final = {
    "year": "y",
    "type": "t",
    "rating": "r",
    "camera": "c",
    "lens": "l",
    "country": "n",
    "region": "s",
    "city": "i",
    "folder": "f",
    "person": "p",
    "keyword": "k",
}
"""Kinds of facets, and what their numbers begin with in `search_text.facets`."""


@dataclass(slots=True)
class Source:
    """What is known of an asset, in the order of the question in `search_index`."""

    asset_id: int
    search_id: int | None
    local_ms: int
    kind: int
    mime: str
    width_px: int | None
    height_px: int | None
    latitude: float | None
    longitude: float | None
    make: str | None
    model: str | None
    lens: str | None
    rating: int | None
    title: str | None
    description: str | None
    keywords: str | None
    people: str | None
    duration_ms: int | None
    country: str | None
    region: str | None
    city: str | None
    live: bool
    names: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    size_bytes: int = 0
    mimes: list[str] = field(default_factory=list)


_Facets = dict[tuple[str, str], str]


class Texts(NamedTuple):
    """A row of the index before its facets have numbers.

    Attributes:
        number: of the row.
        columns: in the order of `search_index.COLUMNS`.
        facets: by kind and folded value, the value as it was written.
    """

    number: int
    columns: tuple[str, ...]
    facets: _Facets


def row_of(one: Source) -> Texts:
    """What the index says of an asset."""
    keywords, people = _values(one.keywords), _values(one.people)
    in_folders, folders = _folders(tuple(one.folders[:_MAX_COPIES]))
    at_place, place = _place(one.country or "", one.region or "", one.city or "")
    by_camera, camera = _camera(one.make or "", one.model or "", one.lens or "")
    columns = (
        MARK + f" {MARK}".join(_marks(one, keywords, people)),
        _names(one.names),
        folders,
        _text(one.title or "", one.description or "") if one.title or one.description else "",
        _text(*keywords) if keywords else "",
        _text(*people) if people else "",
        *place,
        *camera,
    )
    year, _ = _year_and_month(one.local_ms // _DAY_MS)
    kind = _KINDS[one.kind]
    facets = in_folders | at_place | by_camera
    facets["year", year] = year
    facets["type", kind] = kind
    if one.rating is not None:
        facets["rating", str(one.rating)] = str(one.rating)
    for person in people:
        facets["person", folded(person)] = person
    for keyword in keywords:
        facets["keyword", folded(keyword)] = keyword
    return Texts(number_of(one.asset_id, one.local_ms), columns, facets)


# What the next asset most often has in common with this one is worked out once.
@lru_cache(maxsize=2_048)
def _folders(folders: tuple[str, ...]) -> tuple[_Facets, str]:
    different = tuple(dict.fromkeys(folders))
    return {("folder", folded(one)): one for one in different if one.strip()}, _text(*different)


@lru_cache(maxsize=2_048)
def _place(code: str, region: str, city: str) -> tuple[_Facets, tuple[str, str, str]]:
    country = name_of(code) if code else ""
    said = (("country", country), ("region", region), ("city", city))
    facets = {(kind, folded(value)): value for kind, value in said if value.strip()}
    return facets, (_text(country), _text(region), _text(city))


@lru_cache(maxsize=2_048)
def _camera(make: str, model: str, lens: str) -> tuple[_Facets, tuple[str, str]]:
    said = (("camera", camera_of(make, model)), ("lens", lens))
    facets = {(kind, folded(value)): value for kind, value in said if value.strip()}
    return facets, (_text(make, model), _text(lens))


def _names(names: list[str]) -> str:
    if len(names) == 1:
        (name,) = names
        return _text(name, *parts(name))
    some = list(dict.fromkeys(names[:_MAX_COPIES]))
    return _text(*some, *dict.fromkeys(part for name in some for part in parts(name)))


def _values(text: str | None) -> list[str]:
    if not text:
        return []
    return [one for one in _decode(text)[:_MAX_VALUES] if one.strip()]


def _text(*texts: str) -> str:
    return prepared(" ".join([text for text in texts if text]))


def camera_of(make: str, model: str) -> str:
    """A camera as people would call it: `Canon EOS 5D`, not `Canon Canon EOS 5D`."""
    make, model = make.strip(), model.strip()
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _marks(one: Source, keywords: list[str], people: list[str]) -> list[str]:
    _, month = _year_and_month(one.local_ms // _DAY_MS)
    marks = ["all", f"kind{_KINDS[one.kind]}", f"month{month}", f"size{step(one.size_bytes)}"]
    mimes = dict.fromkeys((one.mime, *one.mimes)) if one.mimes else (one.mime,)
    marks += [mime_mark(mime) for mime in mimes]
    if one.width_px and one.height_px:
        marks += _size_marks(one.width_px, one.height_px)
    if one.duration_ms is not None:
        marks.append(f"duration{step(one.duration_ms)}")
    if one.rating is not None:
        marks += ["hasrating", rating_mark(one.rating)]
    if one.latitude is not None and one.longitude is not None:
        marks.append("hasgps")
        marks += cells(one.latitude, one.longitude)
    if one.country:
        marks.append(f"country{one.country.lower()}")
    has = (
        ("islive", one.live),
        ("israw", any(is_raw(mime) for mime in mimes)),
        ("haspeople", people),
        ("hastitle", one.title),
        ("hasdescription", one.description),
        ("haskeywords", keywords),
        ("hascamera", one.make or one.model),
    )
    return marks + [mark for mark, there in has if there]


@lru_cache(maxsize=1_024)
def _size_marks(width_px: int, height_px: int) -> tuple[str, str, str]:
    stands = _stands(width_px, height_px)
    return f"width{step(width_px)}", f"height{step(height_px)}", f"is{stands}"


@lru_cache(maxsize=256)
def mime_mark(mime: str) -> str:
    """The mark of a type of content: letters and digits only."""
    return "mime" + "".join(sign for sign in mime if sign.isalnum())


def rating_mark(stars: int) -> str:
    """The mark of a rating, -1 to 5."""
    return "rejected" if stars < 0 else f"stars{stars}"


def _stands(width_px: int, height_px: int) -> str:
    if width_px == height_px:
        return "square"
    return "landscape" if width_px > height_px else "portrait"


@lru_cache(maxsize=4_096)
def _year_and_month(day: int) -> tuple[str, int]:
    """Of a day since 1970-01-01 in the proleptic Gregorian calendar, however far away.

    Source: the days-from-civil algorithm of Howard Hinnant, turned round.
    """
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153 + 3
    year += era * 400
    if month > _MONTHS_PER_YEAR:
        return str(year + 1), month - _MONTHS_PER_YEAR
    return str(year), month
