"""`/api/v1/places` and `/api/v1/map`: where pictures were taken, and what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from media_server.catalog import changes, items, located, map_cells, places
from media_server.catalog.map_cells import Area
from media_server.library.places import names_within
from media_server.model import country
from media_server.web.api import cursor, values
from media_server.web.api.items import item_of
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.route import Route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.catalog.map_cells import Cluster
    from media_server.catalog.places import Counted
    from media_server.web.route import Call

# Maps that have been dragged around the world go on counting.
_Longitude = Annotated[float, msgspec.Meta(ge=-540, le=540)]
_Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
_DECIMALS = 6  # of a degree: a decimetre
_MOST_NAMES = 200
_SECTIONS_FROM = 11.0
_NAMES_A_TILE = 2  # as a power of two: four squares along each edge of a tile of 256 pixels
_NEAREST = 22.0
_FOR_A_DAY = "private, max-age=86400"  # they change with the program alone
_Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]  # as the database has them


class City(msgspec.Struct, frozen=True):
    """A city, town or village.

    Attributes:
        name: null for what lies in the region but near no place.
        pictures: how many were taken there. newest: the one that was taken last.
    """

    name: str | None
    pictures: int
    newest: values.DigestText


class Region(msgspec.Struct, frozen=True):
    """A state, province or the like.

    Attributes:
        name: null where a country has none, or it is not known.
        pictures: how many were taken there. newest: the one that was taken last.
        cities: those with pictures, by name.
    """

    name: str | None
    pictures: int
    newest: values.DigestText
    cities: list[City]


class Country(msgspec.Struct, frozen=True):
    """A country.

    Attributes:
        code: ISO 3166-1 alpha-2, and XK for Kosovo. name: in English.
        pictures: how many were taken there. newest: the one that was taken last.
        regions: those with pictures, by name.
    """

    code: str
    name: str
    pictures: int
    newest: values.DigestText
    regions: list[Region]


class PlacesAnswer(msgspec.Struct, frozen=True):
    """All places with pictures.

    Attributes:
        countries: by name.
    """

    countries: list[Country]


class Box(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the map, in WGS 84 degrees.

    Attributes:
        west: meridian on the left; more than `east`, or less than -180, across the 180th.
        south: parallel at the bottom. east: meridian on the right. north: parallel at the top.
    """

    west: _Longitude
    south: _Latitude
    east: _Longitude
    north: _Latitude


class MapQuery(Box, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a map shows.

    Attributes:
        zoom: of a map whose world is a tile of 256 pixels at 0.
    """

    zoom: Annotated[float, msgspec.Meta(ge=0, le=30)]


class InBoxQuery(Box, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which assets.

    Attributes:
        cursor: `next` of an earlier answer, to go on behind it.
        limit: how many at most.
    """

    cursor: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 200


class ClusterOf(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures that lie together.

    Attributes:
        pictures: how many. latitude: the middle of all of them. longitude: the same.
        west: bounds of the square of the map that they lie in. south: the same. east: the same.
            north: the same.
        newest: the one that was taken last.
        picture: how far its grid picture is, as in lists.
        item: that one as lists show it, where it is the only one; else null.
    """

    pictures: int
    latitude: float
    longitude: float
    west: float
    south: float
    east: float
    north: float
    newest: values.DigestText
    picture: values.PictureState
    item: values.Item | None


class MapAnswer(msgspec.Struct, frozen=True):
    """What lies in a part of the map.

    Attributes:
        clusters: at most some 400, each counted whole where it lies across the border.
    """

    clusters: list[ClusterOf]


class NameOf(msgspec.Struct, frozen=True, kw_only=True):
    """A place that a map names.

    Attributes:
        name: as most of its people or in English. population: roughly.
        latitude: of its middle. longitude: the same.
    """

    name: str
    latitude: float
    longitude: float
    population: int


class NamesAnswer(msgspec.Struct, frozen=True):
    """Names in a part of the map.

    Attributes:
        names: at most 200, the largest places first.
    """

    names: list[NameOf]


class PlacesApi:
    """Answers about places and the map."""

    def __init__(self, catalog: Catalog) -> None:
        """Take where they are known."""
        self._catalog = catalog

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/places",
                needs="read",
                answer=self._tree,
                group="Places",
                summary="Countries, regions and cities with pictures",
                detail="Places are those of GeoNames (geonames.org), under CC BY 4.0.",
                gives=PlacesAnswer,
            ),
            Route(
                method="GET",
                path="/api/v1/map",
                needs="read",
                answer=self._clusters,
                group="Places",
                summary="Clusters of pictures in a part of the map",
                detail="Counts are exact. The squares in which pictures are counted are about 64 "
                "pixels wide and do not depend on which part is shown, so that clusters stay "
                "where they are while a map is moved.",
                query=MapQuery,
                gives=MapAnswer,
            ),
            Route(
                method="GET",
                path="/api/v1/map/items",
                needs="read",
                answer=self._items,
                group="Places",
                summary="Assets in a part of the map, the one taken last first",
                query=InBoxQuery,
                gives=values.Page,
                refuses=("bad_cursor",),
            ),
            Route(
                method="GET",
                path="/api/v1/map/names",
                needs="read",
                answer=self._names,
                group="Places",
                summary="Names of places in a part of the map",
                detail="Those of the largest places, pictures or not, at most one in each square "
                "of 64 pixels; from zoom 11 on those of parts of cities, too. Places are those of "
                "GeoNames (geonames.org), under CC BY 4.0.",
                query=MapQuery,
                gives=NamesAnswer,
            ),
        ]

    def _tree(self, call: Call[None, None]) -> ASGIApp:
        del call
        with self._catalog.read() as connection:
            catalog_id, number = changes.state(connection)
            found = places.counted(connection)
        return JsonAnswer(PlacesAnswer(_countries(found)), etag=f"{catalog_id}-{number}")

    def _clusters(self, call: Call[MapQuery, None]) -> ASGIApp:
        area = _area(call.query)
        with self._catalog.read() as connection:
            found = map_cells.clusters(connection, area, call.query.zoom)
            rows = items.by_ids(connection, [one.newest_id for one in found]) if found else []
        shown = {row.asset_id: item_of(row) for row in rows}
        return JsonAnswer(MapAnswer([_cluster(one, shown.get(one.newest_id)) for one in found]))

    def _items(self, call: Call[InBoxQuery, None]) -> ASGIApp:
        asked = call.query
        behind = cursor.read(asked.cursor, tuple[_Integer, _Integer]) if asked.cursor else None
        area = _area(asked)
        with self._catalog.read() as connection:
            found = located.newest_within(connection, area, behind=behind, most=asked.limit + 1)
            some = found[: asked.limit]
            rows = items.by_ids(connection, [number for _, number in some]) if some else []
        following = cursor.write(some[-1]) if len(found) > len(some) else None
        return JsonAnswer(values.Page(items=[item_of(row) for row in rows], next=following))

    def _names(self, call: Call[MapQuery, None]) -> ASGIApp:
        area, zoom = _area(call.query), call.query.zoom
        found = names_within(
            area,
            cells=round(2 ** (min(zoom, _NEAREST) + _NAMES_A_TILE)),
            sections=zoom >= _SECTIONS_FROM,
            most=_MOST_NAMES,
        )
        names = [
            NameOf(
                name=one.name,
                latitude=one.latitude,
                longitude=one.longitude,
                population=one.population,
            )
            for one in found
        ]
        return JsonAnswer(NamesAnswer(names), cache=_FOR_A_DAY)


def _area(box: Box) -> Area:
    if box.south > box.north:
        raise Refusal("bad_parameter", "South is north of north.")
    if box.east - box.west >= 360:
        return Area(-180.0, box.south, 180.0, box.north)
    return Area(_around(box.west), box.south, _around(box.east), box.north)


def _around(longitude: float) -> float:
    return longitude if abs(longitude) <= 180 else (longitude + 180) % 360 - 180


def _cluster(one: Cluster, newest: values.Item | None) -> ClusterOf:
    return ClusterOf(
        pictures=one.pictures,
        latitude=round(one.latitude, _DECIMALS),
        longitude=round(one.longitude, _DECIMALS),
        west=one.area.west,
        south=one.area.south,
        east=one.area.east,
        north=one.area.north,
        newest=one.newest.hex(),
        picture=newest.picture if newest else "none",
        item=newest if one.pictures == 1 else None,
    )


def _countries(found: Iterable[Counted]) -> list[Country]:
    tree: dict[str, dict[str, list[Counted]]] = {}
    for one in found:
        tree.setdefault(one.country, {}).setdefault(one.region, []).append(one)
    countries = [
        Country(
            code,
            country.name_of(code),
            *_summed([city for cities in regions.values() for city in cities]),
            [
                Region(
                    name or None,
                    *_summed(cities),
                    [City(one.city or None, one.pictures, one.newest.hex()) for one in cities],
                )
                for name, cities in regions.items()
            ],
        )
        for code, regions in tree.items()
    ]
    return sorted(countries, key=lambda one: one.name)


def _summed(cities: list[Counted]) -> tuple[int, str]:
    last = max(cities, key=lambda one: one.newest_ms)
    return sum(one.pictures for one in cities), last.newest.hex()
