"""Places as video containers write them: `+27.5916+086.5640+8850/`.

Source: ISO 6709:2008, annex H.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from media_server.media.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

# Degrees, or degrees and minutes, or those and seconds, told apart by the number of digits.
_PLACE: Final = re.compile(
    r"([+-]\d{1,6}(?:[.,]\d{1,12})?)([+-]\d{1,7}(?:[.,]\d{1,12})?)([+-]\d{1,6}(?:[.,]\d{1,12})?)?",
    re.ASCII,
)
# Both this near to zero are no place but the absence of one.
_NO_PLACE_DEG: Final = 1e-4
_MIN_ALTITUDE_M: Final = -500.0
_MAX_ALTITUDE_M: Final = 100_000.0


def place_facts(text: str, source: str) -> Iterator[Fact]:
    """Latitude, longitude and, where told, altitude; nothing if the text is no place.

    Args:
        text: such as `+27.5916+086.5640+8850/`.
        source: as in `Fact`.
    """
    match = _PLACE.match(text.strip())
    if match is None:
        return
    latitude, longitude = _degrees(match[1], 2), _degrees(match[2], 3)
    if latitude is None or longitude is None:
        return
    altitude_m = float(match[3].replace(",", ".")) if match[3] else None
    yield from position_facts(latitude, longitude, altitude_m, source)


def position_facts(
    latitude: float, longitude: float, altitude_m: float | None, source: str
) -> Iterator[Fact]:
    """Numbers as facts; nothing where they are out of range or the zeros of no position."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return
    if abs(latitude) < _NO_PLACE_DEG and abs(longitude) < _NO_PLACE_DEG:
        return
    yield Fact("latitude", latitude, source)
    yield Fact("longitude", longitude, source)
    if altitude_m is not None and _MIN_ALTITUDE_M <= altitude_m <= _MAX_ALTITUDE_M:
        yield Fact("altitude_m", altitude_m, source)


def _degrees(text: str, degree_digits: int) -> float | None:
    """Degrees from ±D, ±DM or ±DMS, where each of M and S has two digits before the point."""
    whole, _, fraction = text[1:].replace(",", ".").partition(".")
    # Some writers leave out the zeros in front of whole degrees.
    if max(len(whole) - degree_digits, 0) not in (0, 2, 4):
        return None
    parts = [whole[:degree_digits]]
    parts += [whole[at : at + 2] for at in range(degree_digits, len(whole), 2)]
    parts[-1] += f".{fraction or 0}"
    degrees = sum(float(part) / 60.0**place for place, part in enumerate(parts))
    return -degrees if text[0] == "-" else degrees
