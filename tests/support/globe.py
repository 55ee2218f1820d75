"""A catalog whose assets have positions, and what its counts must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from media_server.catalog import details, map_cells, publishing
from media_server.catalog.details import Chosen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.shelf import Shelf

NOTHING = Chosen(*[None] * len(Chosen._fields))
HOUR_MS = 3_600_000


class Spot(NamedTuple):
    """Where an asset was taken, and how many hours after 1970."""

    latitude: float | None
    longitude: float | None
    hour: int = 0
    country: str | None = None
    region: str | None = None
    city: str | None = None


class Globe:
    """Gives assets positions, and moves them."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.spots: dict[str, Spot] = {}

    def put(self, spots: Mapping[str, Spot]) -> None:
        """Describe assets, new ones or known ones, in one transaction."""
        for name in spots:
            if name not in self.spots:
                digest = self.shelf.put(name.encode(), name)
                with self.shelf.catalog.write() as connection:
                    details.keep_facts(connection, [(digest, "[]")])
        ids = self.ids()
        with self.shelf.catalog.write() as connection:
            details.describe(connection, [(ids[name], _chosen(one)) for name, one in spots.items()])
        self.spots |= spots

    def lose(self, *names: str) -> None:
        """Remove the files of assets."""
        self.shelf.lose(*[name.encode() for name in names])
        self.shelf.remove_gone()
        for name in names:
            del self.spots[name]

    def ids(self) -> dict[str, int]:
        """Numbers of the assets, by name of the file."""
        query = (
            "SELECT CAST(file.name AS TEXT), asset.id FROM file "
            "JOIN asset ON asset.digest = file.digest"
        )
        with self.shelf.catalog.read() as connection:
            return {row[0]: row[1] for row in connection.exec_driver_sql(query)}

    def publish(self) -> None:
        """Publish all assets once more, though nothing has changed."""
        with self.shelf.catalog.write() as connection:
            publishing.publish(connection, self.ids().values())

    def table(self, name: str) -> list[tuple[Any, ...]]:
        """All rows of a table, but for the numbers of places."""
        wanted = {
            "map_cell": "level, code, pictures, columns, rows, newest_ms, newest_id",
            "place": "country, region, city, pictures, newest_ms, newest_id",
            "located": "cell, taken_ms, asset_id, latitude, longitude",
        }[name]
        with self.shelf.catalog.read() as connection:
            rows = connection.exec_driver_sql(f"SELECT {wanted} FROM {name} ORDER BY 1, 2, 3")
            return [tuple(row) for row in rows]

    def check(self) -> None:
        """The counts are those that follow from the positions."""
        ids = self.ids()
        rows = []
        cells: dict[tuple[int, int], list[tuple[int, int, int, int]]] = {}
        places: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        for name, one in self.spots.items():
            if one.latitude is None or one.longitude is None:
                continue
            cell = map_cells.code_of(one.latitude, one.longitude)
            newest = one.hour * HOUR_MS, ids[name]
            rows.append((cell, *newest, one.latitude, one.longitude))
            column, row = (int(f"{cell:044b}"[at::2], 2) for at in (1, 0))
            for level in (6, 10, 14, 18, 22):
                key = level, cell >> 2 * (22 - level)
                cells.setdefault(key, []).append((*newest, column, row))
            if one.country is not None:
                key_of_place = one.country, one.region or "", one.city or ""
                places.setdefault(key_of_place, []).append(newest)
        assert self.table("located") == sorted(rows)
        assert self.table("map_cell") == sorted(
            (*key, len(some), sum(one[2] for one in some), sum(one[3] for one in some),
             *max(some)[:2])
            for key, some in cells.items()
        )  # fmt: skip
        assert self.table("place") == sorted(
            (*key, len(some), *max(some)) for key, some in places.items()
        )


def _chosen(one: Spot) -> Chosen:
    return NOTHING._replace(
        latitude=one.latitude,
        longitude=one.longitude,
        taken_ns=one.hour * HOUR_MS * 1_000_000,
        country=one.country,
        region=one.region,
        city=one.city,
    )
