"""Positions, and the counts that follow from them, stay in step with what is published."""

from __future__ import annotations

import math
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_server.catalog import libraries, links, located
from media_server.catalog.database import open_catalog
from media_server.catalog.links import LinkRow
from media_server.catalog.map_cells import Area, code_of
from support.globe import Globe, Spot
from support.shelf import NOW_NS, Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

PARIS = Spot(48.85, 2.35, 1, "FR", "Île-de-France", "Paris")
LYON = Spot(45.76, 4.84, 2, "FR", "Auvergne-Rhône-Alpes", "Lyon")
SEA = Spot(40.0, -40.0, 3)
NOWHERE = Spot(None, None, 4)


@pytest.fixture
def globe(shelf: Shelf) -> Globe:
    return Globe(shelf)


def test_what_comes_is_counted(globe: Globe) -> None:
    globe.put({"a": PARIS, "b": PARIS._replace(hour=9), "c": LYON, "d": SEA, "e": NOWHERE})
    globe.check()
    assert len(globe.table("located")) == 4
    assert [row[:4] for row in globe.table("place")] == [
        ("FR", "Auvergne-Rhône-Alpes", "Lyon", 1),
        ("FR", "Île-de-France", "Paris", 2),
    ]


def test_nothing_changes_where_nothing_has_changed(globe: Globe) -> None:
    globe.put({"a": PARIS, "b": SEA, "c": NOWHERE, "d": Spot(10.0, 10.0, 1, "NG")})
    globe.publish()
    globe.check()


@pytest.mark.parametrize("change", [
    LYON, SEA, NOWHERE,
    PARIS._replace(hour=0), PARIS._replace(hour=77),
    PARIS._replace(city="Vanves"), PARIS._replace(region=None), PARIS._replace(country=None),
    PARIS._replace(latitude=48.850_000_1),
])  # fmt: skip
@pytest.mark.parametrize("other", [5, -5])
def test_what_is_described_again(globe: Globe, change: Spot, other: int) -> None:
    globe.put({"a": PARIS, "b": PARIS._replace(hour=other)})
    globe.put({"a": change})
    globe.check()
    globe.put({"a": PARIS})
    globe.check()


def test_what_is_no_longer_listed(globe: Globe) -> None:
    globe.put({"a": PARIS, "b": PARIS._replace(hour=9), "c": LYON})
    globe.lose("b")
    globe.check()
    globe.lose("a", "c")
    globe.check()
    assert globe.table("map_cell") == globe.table("place") == []


@pytest.mark.parametrize("at_a_time", [1, 2, 3, 4, 5])
def test_very_many_are_looked_at_in_turns(globe: Globe, at_a_time: int) -> None:
    globe.put({"a": PARIS, "b": PARIS._replace(hour=9), "c": LYON, "d": SEA})
    with globe.shelf.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE detail SET latitude = latitude + 1")
        connection.exec_driver_sql("INSERT INTO published SELECT id FROM asset")
        located.refresh(connection, at_a_time=at_a_time)
        connection.exec_driver_sql("DELETE FROM published")
    for name, one in globe.spots.items():
        assert one.latitude is not None
        globe.spots[name] = one._replace(latitude=one.latitude + 1)
    globe.check()


def test_a_part_is_not_on_the_map(globe: Globe) -> None:
    globe.put({"a.jpg": PARIS, "a.mov": PARIS})
    shelf = globe.shelf
    root = shelf.folder(b"")
    row = LinkRow("live_photo", shelf.file_id(b"a.jpg"), shelf.file_id(b"a.mov"), None)
    with shelf.catalog.write() as connection:
        links.replace(connection, root, [row], [])
    assert [row[3] for row in globe.table("place")] == [1]
    assert len(globe.table("located")) == 1
    with shelf.catalog.write() as connection:
        links.replace(connection, root, [], [])
    globe.check()


names = st.sampled_from("abcdefgh")
spots = st.builds(
    Spot,
    st.sampled_from([None, -90.0, -10.00001, -10.0, 0.0, 48.85, 48.8501, 89.0]),
    st.sampled_from([-180.0, -179.99, 0.0, 2.35, 2.3501, 180.0]),
    st.integers(-3, 3),
    st.sampled_from([None, "FR", "CH"]),
    st.sampled_from([None, "R"]),
    st.sampled_from([None, "Paris"]),
)
steps = st.one_of(
    st.dictionaries(names, spots, min_size=1, max_size=5),
    st.sets(names, min_size=1, max_size=3),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(steps, min_size=1, max_size=6))
def test_whatever_comes_and_goes(todo: Sequence[dict[str, Spot] | set[str]]) -> None:
    with TemporaryDirectory() as folder:
        catalog = open_catalog(f"{folder}/catalog.sqlite")
        with catalog.write() as connection:
            (library,) = libraries.serve(connection, [b"/photos"], now_ns=NOW_NS)
        globe = Globe(Shelf(catalog, library.library_id))
        for step in todo:
            if isinstance(step, dict):
                globe.put(step)
            elif there := sorted(step & globe.spots.keys()):
                globe.lose(*there)
            globe.check()
        catalog.close()


def found(globe: Globe, query: tuple[str, tuple[object, ...]]) -> set[str]:
    sql, values = query
    with globe.shelf.catalog.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT CAST(file.name AS TEXT) FROM timeline "
            "JOIN asset ON asset.id = timeline.asset_id JOIN file ON file.digest = asset.digest "
            f"WHERE timeline.asset_id IN ({sql})",
            values,
        )
        return {row[0] for row in rows}


def test_within(globe: Globe) -> None:
    globe.put(
        {
            "paris": PARIS,
            "lyon": LYON,
            "taveuni": Spot(-16.8, 179.97),
            "beyond": Spot(-16.8, -179.97),
            "pole": Spot(-90.0, 5.0),
        }
    )
    assert found(globe, located.within(Area(2, 48, 3, 49))) == {"paris"}
    assert found(globe, located.within(Area(2.35, 48.85, 2.35, 48.85))) == {"paris"}
    assert found(globe, located.within(Area(2.351, 48.85, 2.36, 48.86))) == set()
    assert found(globe, located.within(Area(170, -20, -170, 0))) == {"taveuni", "beyond"}
    assert found(globe, located.within(Area(-180, -90, 180, 90))) == {*globe.spots}
    assert found(globe, located.within(Area(0, -90, 10, -86))) == {"pole"}
    assert found(globe, located.within(Area(10, -90, 0, 90))) == {"taveuni", "beyond"}


def test_around(globe: Globe) -> None:
    globe.put({"paris": PARIS, "lyon": LYON, "taveuni": Spot(-16.8, 179.97), "pole": Spot(89.9, 0)})
    assert found(globe, located.around(48.85, 2.35, 1)) == {"paris"}
    assert found(globe, located.around(48.85, 2.35, 380)) == {"paris"}
    assert found(globe, located.around(48.85, 2.35, 400)) == {"paris", "lyon"}
    assert found(globe, located.around(-16.8, -179.97, 10)) == {"taveuni"}
    assert found(globe, located.around(90, 120, 20)) == {"pole"}
    assert found(globe, located.around(89.9, 120, 20)) == {"pole"}
    # In the corner of the square around, and yet too far.
    near = located.around(48.85 - 0.9 * 10 / 111.2, 2.35 + 0.9 * 10 / 111.2 / 0.658, 10)
    assert found(globe, near) == set()


@settings(max_examples=30, deadline=None)
@given(
    st.floats(-80, 80), st.floats(-180, 180), st.floats(0, 300), st.floats(-3, 3), st.floats(-3, 3)
)
def test_the_ranges_hold_all_of_what_is_around(
    latitude: float, longitude: float, radius_km: float, north: float, east: float
) -> None:
    """Whatever lies in the circle has a cell in one of the ranges."""
    there = latitude + north, (longitude + east + 180) % 360 - 180
    wide = math.cos(math.radians(latitude))
    if 111.2 * math.hypot(north, east * wide) > radius_km * 0.999:
        return
    _, values = located.around(latitude, longitude, radius_km)
    code = code_of(*there)
    spans = [one for one in values if isinstance(one, int)]
    assert any(first <= code <= last for first, last in zip(spans[::2], spans[1::2], strict=True))


def test_pages_lose_and_double_nothing(globe: Globe) -> None:
    globe.put({f"{at:03}": PARIS._replace(hour=at // 3) for at in range(30)} | {"x": LYON})
    area = Area(2, 48, 3, 49)
    with globe.shelf.catalog.read() as connection:
        whole = located.newest_within(connection, area, behind=None, most=100)
        pages: list[tuple[int, int]] = []
        behind = None
        while some := located.newest_within(connection, area, behind=behind, most=7):
            pages += some
            behind = some[-1]
    assert len(whole) == 30
    assert pages == whole == sorted(whole, reverse=True)
