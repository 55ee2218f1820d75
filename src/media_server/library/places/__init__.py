"""Where positions are, and where places are, without asking anybody: see `index`.

The index is read when something first asks for it: many libraries never do.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from media_server.library.places.where import Box, Name, Spot, Where

if TYPE_CHECKING:
    from media_server.library.places.index import Index

__all__ = ["Box", "Name", "Spot", "Where", "find_place", "forget", "names_within", "place_at"]

# Three decimals of a degree are 110 m: most pictures are taken where others were.
_DECIMALS = 3
_CACHED = 4_096


def place_at(latitude: float, longitude: float) -> Where | None:
    """Country, region and city of a position. Never fails.

    Args:
        latitude: WGS 84 degrees.
        longitude: the same.

    Returns:
        None on the open sea; without city and region far from all places.
    """
    return _place_at(round(latitude, _DECIMALS), round(longitude, _DECIMALS))


def find_place(text: str) -> Spot | None:
    """The place of a name, such as `Paris` or `Paris, Texas`; the largest of several."""
    return _index().find(text)


def names_within(box: Box, *, cells: int, sections: bool, most: int) -> list[Name]:
    """Names for a map: see `Index.names_within`."""
    return _index().names_within(box, cells=cells, sections=sections, most=most)


def forget() -> None:
    """Give back the memory of the index, until something asks for it again."""
    _index.cache_clear()


@lru_cache(maxsize=1)
def _index() -> Index:
    # Imported late: NumPy takes 0.1 s and starts threads, which a process that forks may not have.
    from media_server.library.places.index import Index

    return Index(os.path.join(os.path.dirname(__file__), "places.npz"))


@lru_cache(maxsize=_CACHED)
def _place_at(latitude: float, longitude: float) -> Where | None:
    # Imported late, as in `zone`: its map takes some 40 MB.
    from tzfpy import get_tz

    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return _index().where(latitude, longitude, get_tz(longitude, latitude))
