"""What is said of positions and of places."""

from __future__ import annotations

from typing import NamedTuple


class Where(NamedTuple):
    """Where a position is: country by its code, region and city by their names."""

    country: str
    region: str | None
    city: str | None


class Spot(NamedTuple):
    """The middle of a place in WGS 84 degrees, and how far from it people are still there."""

    latitude: float
    longitude: float
    radius_km: float
