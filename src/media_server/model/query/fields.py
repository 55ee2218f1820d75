"""The fields of the search box: their names, what may stand behind them, and their units."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from media_server.model.media_type import BY_EXTENSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from media_server.model.query.tree import ChoiceField, NumberField, TextField

TEXT_FIELDS: Final[Mapping[str, TextField]] = {
    "name": "name",
    "file": "name",
    "in": "in",
    "folder": "in",
    "camera": "camera",
    "lens": "lens",
    "country": "country",
    "region": "region",
    "state": "region",
    "city": "city",
    "person": "person",
    "people": "person",
    "tag": "tag",
    "keyword": "tag",
    "title": "title",
}
NUMBER_FIELDS: Final[Mapping[str, NumberField]] = {
    "rating": "rating",
    "size": "size",
    "width": "width",
    "height": "height",
    "duration": "duration",
}
MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_EXTENSIONS = {name.decode(): name.decode() for name in BY_EXTENSION}
_KINDS = {one: one for one in ("photo", "video", "other", "live", "raw")}
_HAS = ("gps", "people", "title", "description", "keywords", "rating", "camera")
_IS = ("live", "raw", "rejected", "portrait", "landscape", "square")
CHOICES: Final[Mapping[ChoiceField, Mapping[str, str]]] = {
    "type": _KINDS | _EXTENSIONS,
    "has": {one: one for one in _HAS} | {"faces": "people", "place": "gps", "tags": "keywords"},
    "is": {one: one for one in _IS},
    "month": {one: one for one in MONTHS}
    | {one[:3]: one for one in MONTHS}
    | {str(at): one for at, one in enumerate(MONTHS, 1)},
}
"""What may stand behind a field, and how it is written in the tree."""

NAMES: Final = (*TEXT_FIELDS, *NUMBER_FIELDS, *CHOICES, "near", "box")
"""Everything that may stand before a colon."""

_NUMBER = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)([a-zA-Z]*)\Z")
_PLAIN: Mapping[str, int] = {"": 1}
_PIXELS: Mapping[str, int] = {"": 1, "px": 1}
_BYTES: Mapping[str, int] = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
_MILLISECONDS: Mapping[str, int] = {
    "": 1_000,
    "ms": 1,
    "s": 1_000,
    "sec": 1_000,
    "min": 60_000,
    "m": 60_000,
    "h": 3_600_000,
}
_UNITS: Mapping[NumberField, Mapping[str, int]] = {
    "rating": _PLAIN,
    "size": _BYTES,
    "width": _PIXELS,
    "height": _PIXELS,
    "duration": _MILLISECONDS,
}
# The first that leaves no rest is written.
_WRITTEN: Mapping[NumberField, tuple[tuple[str, int], ...]] = {
    "rating": (("", 1),),
    "size": (("GB", 10**9), ("MB", 10**6), ("kB", 10**3), ("", 1)),
    "width": (("", 1),),
    "height": (("", 1),),
    "duration": (("min", 60_000), ("s", 1_000), ("ms", 1)),
}
_MOST = 2**53  # beyond it JSON's readers lose digits
RATINGS: Final = range(-1, 6)
"""Stars; -1 is rejected."""


def number(field: NumberField, text: str) -> int | None:
    """A number with or without a unit, in the field's own unit; None where it is none."""
    if field == "rating":
        return int(text) if text in {str(one) for one in RATINGS} else None
    match = _NUMBER.match(text)
    if match is None:
        return None
    unit = _UNITS[field].get(match[2].lower())
    if unit is None:
        return None
    value = int(Decimal(match[1]) * unit)
    return value if value <= _MOST else None


def number_text(field: NumberField, value: int) -> str:
    """A number as `number` reads it."""
    for unit, size in _WRITTEN[field]:
        if value % size == 0 and (value or size == 1):
            return f"{value // size}{unit}"
    raise AssertionError("the last unit has the size 1")
