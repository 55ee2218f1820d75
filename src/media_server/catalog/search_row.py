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
_KINDS = {Kind.PHOTO: "photo", Kind.VIDEO: "video", Kind.OTHER: "other"}
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


class Texts(NamedTuple):
    """A row of the index before its facets have numbers.

    Attributes:
        number: of the row.
        columns: in the order of `search_index.COLUMNS`.
        facets: kind and value, each once.
    """

    number: int
    columns: tuple[str, ...]
    facets: list[tuple[str, str]]


def row_of(one: Source) -> Texts:
    """What the index says of an asset."""
    keywords, people = _values(one.keywords), _values(one.people)
    names = list(dict.fromkeys(one.names[:_MAX_COPIES]))
    numbers = dict.fromkeys(part for name in names for part in parts(name))
    folders = list(dict.fromkeys(one.folders[:_MAX_COPIES]))
    country = name_of(one.country) if one.country else ""
    camera = camera_of(one.make or "", one.model or "")
    columns = (
        " ".join(f"{MARK}{mark}" for mark in _marks(one, keywords, people)),
        _text(*names, *numbers),
        _joined(tuple(folders)),
        _text(one.title or "", one.description or ""),
        _text(*keywords),
        _text(*people),
        _joined((country,)),
        _joined((one.region or "",)),
        _joined((one.city or "",)),
        _joined((one.make or "", one.model or "")),
        _joined((one.lens or "",)),
    )
    said = (
        ("year", str(_year_and_month(one.local_ms)[0])),
        ("type", _KINDS[Kind(one.kind)]),
        ("rating", "" if one.rating is None else str(one.rating)),
        ("camera", camera),
        ("lens", one.lens or ""),
        ("country", country),
        ("region", one.region or ""),
        ("city", one.city or ""),
        *(("folder", folder) for folder in folders),
        *(("person", person) for person in people),
        *(("keyword", keyword) for keyword in keywords),
    )
    facets = {(kind, folded(value)): (kind, value) for kind, value in said if value.strip()}
    return Texts(number_of(one.asset_id, one.local_ms), columns, list(facets.values()))


def _values(text: str | None) -> list[str]:
    return msgspec.json.decode(text, type=list[str])[:_MAX_VALUES] if text else []


def _text(*texts: str) -> str:
    return prepared(" ".join(text for text in texts if text)) if any(texts) else ""


@lru_cache(maxsize=2_048)
def _joined(texts: tuple[str, ...]) -> str:
    """The same, for what many assets have in common."""
    return _text(*texts)


@lru_cache(maxsize=512)
def camera_of(make: str, model: str) -> str:
    """A camera as people would call it: `Canon EOS 5D`, not `Canon Canon EOS 5D`."""
    make, model = make.strip(), model.strip()
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _marks(one: Source, keywords: list[str], people: list[str]) -> list[str]:
    _, month = _year_and_month(one.local_ms)
    marks = ["all", f"kind{_KINDS[Kind(one.kind)]}", f"month{month}", f"size{step(one.size_bytes)}"]
    marks += [mime_mark(mime) for mime in dict.fromkeys((one.mime, *one.mimes))]
    if one.width_px and one.height_px:
        marks += [f"width{step(one.width_px)}", f"height{step(one.height_px)}"]
        marks.append(f"is{_stands(one.width_px, one.height_px)}")
    if one.duration_ms is not None:
        marks.append(f"duration{step(one.duration_ms)}")
    if one.rating is not None:
        marks.append(rating_mark(one.rating))
    if one.latitude is not None and one.longitude is not None:
        marks += cells(one.latitude, one.longitude)
    if one.country:
        marks.append(f"country{one.country.lower()}")
    has = {
        "islive": one.live,
        "israw": is_raw(one.mime) or any(is_raw(mime) for mime in one.mimes),
        "hasgps": one.latitude is not None,
        "haspeople": people,
        "hastitle": one.title,
        "hasdescription": one.description,
        "haskeywords": keywords,
        "hasrating": one.rating is not None,
        "hascamera": one.make or one.model,
    }
    return marks + [mark for mark, there in has.items() if there]


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


def _year_and_month(local_ms: int) -> tuple[int, int]:
    """Of the proleptic Gregorian calendar, for any number of milliseconds.

    Source: the days-from-civil algorithm of Howard Hinnant, turned round.
    """
    days = local_ms // 86_400_000 + 719_468
    era, of_era = divmod(days, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153 + 3
    year += era * 400
    return (year + 1, month - _MONTHS_PER_YEAR) if month > _MONTHS_PER_YEAR else (year, month)
