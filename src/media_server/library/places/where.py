"""What is said of positions and of places."""

from __future__ import annotations

from typing import NamedTuple


class Where(NamedTuple):
    """Where a position is: country by its code, region and city by their names."""

    country: str
    region: str | None
    city: str | None


Box = tuple[float, float, float, float]
"""West, south, east, north in WGS 84 degrees; across the 180th meridian west is more than east."""


class Name(NamedTuple):
    """A place on a map, in WGS 84 degrees, and roughly how many people live there."""

    name: str
    latitude: float
    longitude: float
    population: int


class Spot(NamedTuple):
    """The middle of a place in WGS 84 degrees, and how far from it people are still there."""

    latitude: float
    longitude: float
    radius_km: float
