"""Which of several readings counts, but for the date (see `dating`).

- What people write (rating, title, description, keywords, persons, where it was) counts from a
  sidecar first: programs that may not touch the original write there, so it is the newer word.
- What the camera knows (make, model, lens, exposure and so on) counts from the file first.
- Google Takeout comes last. Its `title` is the original's file name, and no title.
- Keywords and persons are gathered from everywhere, each once, whatever its case.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from media_server.media.tags.takeout import TITLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from media_server.media.facts import Fact, FactName

_PEOPLES_WORDS: Final = frozenset({"rating", "title", "description"})


@dataclass(frozen=True, slots=True)
class Position:
    """Where the camera stood.

    Attributes:
        latitude: WGS 84 degrees, -90 to 90.
        longitude: WGS 84 degrees, -180 to 180.
        altitude_m: metres above the sea, or None.
        direction_deg: 0 to 360, where it looked, or None.
        source: the tag or field of the latitude.
    """

    latitude: float
    longitude: float
    altitude_m: float | None
    direction_deg: float | None
    source: str


def position_of(
    facts: Sequence[Fact], sidecar_facts: Sequence[Fact], takeout_facts: Sequence[Fact]
) -> Position | None:
    """The position that counts: a sidecar's, the file's, Takeout's; None without any.

    Altitude and direction are only taken from where the position is from. 0, 0 is where devices
    are that do not know where they are.
    """
    for some in (sidecar_facts, facts, takeout_facts):
        latitude: Fact | None = None
        for fact in some:
            if fact.name == "latitude":
                latitude = fact
            elif fact.name == "longitude" and latitude is not None:
                found = _position(latitude, fact, some)
                if found is not None:
                    return found
                latitude = None
    return None


def _position(latitude: Fact, longitude: Fact, some: Sequence[Fact]) -> Position | None:
    north, east = _number(latitude), _number(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:
        return None
    if north == 0 and east == 0:
        return None
    group = _group(latitude)
    return Position(
        north,
        east,
        _beside("altitude_m", group, some),
        _beside("direction_deg", group, some),
        latitude.source,
    )


def _number(fact: Fact) -> float | None:
    if isinstance(fact.value, str) or not math.isfinite(fact.value):
        return None
    return float(fact.value)


def _group(fact: Fact) -> str:
    return fact.source.partition(":")[0]


def _beside(name: FactName, group: str, some: Sequence[Fact]) -> float | None:
    for fact in some:
        if fact.name == name and _group(fact) == group:
            return _number(fact)
    return None


def first(
    name: FactName,
    facts: Sequence[Fact],
    sidecar_facts: Sequence[Fact],
    takeout_facts: Sequence[Fact],
) -> Fact | None:
    """The reading of a fact that counts, with its source; None without any."""
    peoples = name in _PEOPLES_WORDS
    for some in (sidecar_facts, facts) if peoples else (facts, sidecar_facts):
        for fact in some:
            if fact.name == name:
                return fact
    for fact in takeout_facts:
        if fact.name == name and fact.source != TITLE_SOURCE:
            return fact
    return None


def gathered(
    name: Literal["keyword", "person"],
    facts: Sequence[Fact],
    sidecar_facts: Sequence[Fact],
    takeout_facts: Sequence[Fact],
) -> tuple[str, ...]:
    """All keywords or persons, each once as it was first written, the sidecar's first."""
    found: dict[str, str] = {}
    for text in _texts(name, (sidecar_facts, facts, takeout_facts)):
        found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _texts(name: str, groups: Iterable[Sequence[Fact]]) -> Iterable[str]:
    for some in groups:
        for fact in some:
            if fact.name == name and isinstance(fact.value, str):
                yield fact.value
