"""Places and the map, from the pictures' own positions to the answers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from media_server.web.api import cursor
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

_EXIF_FOLDER, _GPS_FOLDER, _TAKEN = 0x8769, 0x8825, 36867
# Name, latitude, longitude, year.
TAKEN = {
    "eiffel.jpg": (48.8584, 2.2945, 2019),
    "louvre.jpg": (48.8606, 2.3376, 2021),
    "nice.jpg": (43.6951, 7.2656, 2020),
    "sydney.jpg": (-33.8568, 151.2153, 2018),
    "park.jpg": (44.4605, -110.8281, 2017),
    "sea.jpg": (-10.0, 179.99, 2016),
    "sea2.jpg": (-10.0, -179.99, 2015),
    "nowhere.jpg": (None, None, 2014),
}


def picture_at(number: int, latitude: float | None, longitude: float | None, year: int) -> bytes:
    image = Image.new("RGB", (8, 6), (number, 2, 3))
    exif = Image.Exif()
    exif.get_ifd(_EXIF_FOLDER)[_TAKEN] = f"{year}:06:01 12:00:00"
    if latitude is not None and longitude is not None:
        exif.get_ifd(_GPS_FOLDER).update(
            {
                1: "N" if latitude >= 0 else "S",
                2: (abs(latitude), 0.0, 0.0),
                3: "E" if longitude >= 0 else "W",
                4: (abs(longitude), 0.0, 0.0),
            }
        )
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture
def site(served: Served) -> Site:
    for number, (name, (latitude, longitude, year)) in enumerate(TAKEN.items()):
        served.write(name, picture_at(number, latitude, longitude, year))
    served.run()
    return Site(served)


def names_of(site: Site) -> dict[str, str]:
    """File name of each digest."""
    items = site.get("/api/v1/timeline/items?day=9999-12-31&limit=1000")["items"]
    return {one["digest"]: one["name"] for one in items}


def on_map(site: Site, west: float, south: float, east: float, north: float, zoom: float) -> Any:
    box = f"west={west}&south={south}&east={east}&north={north}"
    found = site.get(f"/api/v1/map?{box}&zoom={zoom}")["clusters"]
    return sorted(found, key=lambda one: one["longitude"])


def test_tree(site: Site) -> None:
    names = names_of(site)

    def told(some: list[dict[str, Any]], *below: str) -> Any:
        return [
            (
                one["name"],
                one["pictures"],
                names[one["newest"]],
                *((told(one[below[0]], *below[1:]),) if below else ()),
            )
            for one in some
        ]

    countries = site.get("/api/v1/places")["countries"]
    assert [one["code"] for one in countries] == ["AU", "FR", "US"]
    assert told(countries, "regions", "cities") == [
        ("Australia", 1, "sydney.jpg", [
            ("New South Wales", 1, "sydney.jpg", [("Sydney", 1, "sydney.jpg")])]),
        ("France", 3, "louvre.jpg", [
            ("Provence-Alpes-Côte d'Azur", 1, "nice.jpg", [("Nice", 1, "nice.jpg")]),
            ("Île-de-France", 2, "louvre.jpg", [("Paris", 2, "louvre.jpg")])]),
        ("United States", 1, "park.jpg", [(None, 1, "park.jpg", [(None, 1, "park.jpg")])]),
    ]  # fmt: skip


def test_an_asset_says_where_it_was_taken(site: Site) -> None:
    digest = next(one for one, name in names_of(site).items() if name == "eiffel.jpg")
    place = site.get(f"/api/v1/assets/{digest}")["place"]
    assert (place["country"], place["region"], place["city"]) == ("FR", "Île-de-France", "Paris")
    assert place["latitude"] == pytest.approx(48.8584, abs=1e-4)


def test_the_tree_is_sent_once(site: Site, served: Served) -> None:
    etag = site.ask("/api/v1/places").headers["etag"]
    assert site.ask("/api/v1/places", if_none_match=etag).status == 304
    served.write("more.jpg", picture_at(99, 45.764, 4.8357, 2022))
    served.run()
    assert site.ask("/api/v1/places", if_none_match=etag).status == 200
    assert "Lyon" in site.ask("/api/v1/places").body.decode()


def test_without_positions_there_are_no_places(served: Served) -> None:
    served.write("a.jpg", picture_at(1, None, None, 2020))
    served.run()
    site = Site(served)
    assert site.get("/api/v1/places") == {"countries": []}
    assert on_map(site, -180, -90, 180, 90, 3) == []


def test_clusters_and_single_pictures(site: Site) -> None:
    names = names_of(site)
    paris, nice = on_map(site, -5, 41, 10, 51, 5)
    assert (paris["pictures"], names[paris["newest"]], paris["item"]) == (2, "louvre.jpg", None)
    assert (paris["picture"], nice["picture"]) == ("ready", "ready")
    assert paris["longitude"] == pytest.approx(2.316, abs=0.001)
    assert paris["west"] < 2.29 < 2.34 < paris["east"]
    assert paris["south"] < 48.8584 < 48.8607 < paris["north"]
    assert (nice["pictures"], nice["item"]["name"]) == (1, "nice.jpg")
    assert nice["item"]["digest"] == nice["newest"]
    apart = on_map(site, 2.2, 48.8, 2.4, 48.9, 13)
    assert [one["item"]["name"] for one in apart] == ["eiffel.jpg", "louvre.jpg"]


def test_the_world(site: Site) -> None:
    assert sum(one["pictures"] for one in on_map(site, -180, -90, 180, 90, 0)) == 7
    assert sum(one["pictures"] for one in on_map(site, -540, -90, 540, 90, 2)) == 7


@pytest.mark.parametrize(
    ("west", "east"), [(175, -175), (175, 185), (-185, -175), (535, -175), (175, -535)]
)
def test_across_the_180th_meridian(site: Site, west: float, east: float) -> None:
    found = on_map(site, west, -20, east, 0, 8)
    assert [one["item"]["name"] for one in found] == ["sea2.jpg", "sea.jpg"]
    box = f"west={west}&south=-20&east={east}&north=0"
    items = site.get(f"/api/v1/map/items?{box}")["items"]
    assert [one["name"] for one in items] == ["sea.jpg", "sea2.jpg"]


def test_a_cluster_opens(site: Site) -> None:
    for one in on_map(site, -180, -90, 180, 90, 1):
        box = "&".join(f"{side}={one[side]}" for side in ("west", "south", "east", "north"))
        items = site.get(f"/api/v1/map/items?{box}")["items"]
        assert len(items) == one["pictures"]
        assert items[0]["digest"] == one["newest"]


def test_items_in_pages(site: Site) -> None:
    address = "/api/v1/map/items?west=-180&south=-90&east=180&north=90&limit=3"
    whole, following = [], ""
    for _ in range(3):
        page = site.get(address + following)
        whole += [one["name"] for one in page["items"]]
        following = f"&cursor={page['next']}"
    assert page["next"] is None
    assert whole == sorted(
        (name for name in TAKEN if TAKEN[name][0] is not None), key=lambda name: -TAKEN[name][2]
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "west=1&south=1&east=2&north=2",
        "west=1&south=1&east=2&north=2&zoom=",
        "west=1&south=1&east=2&north=2&zoom=-1",
        "west=1&south=1&east=2&north=2&zoom=31",
        "west=1&south=2&east=2&north=1&zoom=3",
        "west=1&south=-91&east=2&north=1&zoom=3",
        "west=1&south=1&east=2&north=91&zoom=3",
        "west=541&south=1&east=2&north=2&zoom=3",
        "west=1&south=1&east=1e400&north=2&zoom=3",
        "west=nan&south=1&east=2&north=2&zoom=3",
        "west=1&south=nan&east=2&north=2&zoom=3",
        "west=1&south=1&east=2&north=NaN&zoom=3",
        "west=1&south=1&east=2&north=2&zoom=nan",
        "west=-inf&south=1&east=2&north=2&zoom=3",
        "west=1&south=1&east=2&north=2&zoom=3&more=1",
        "west=1%27%20OR%201&south=1&east=2&north=2&zoom=3",
        "west=1&west=1&south=1&east=2&north=2&zoom=3",
    ],
)
def test_what_is_no_part_of_the_map(served: Served, query: str) -> None:
    served.run()
    assert Site(served).refused(f"/api/v1/map?{query}") == (400, "bad_parameter")


@pytest.mark.parametrize("text", ["x", "!", "kgEB" * 9, "gaFh", "ksD/"])
def test_what_is_no_cursor(served: Served, text: str) -> None:
    served.run()
    box = "west=1&south=1&east=2&north=2"
    refused = Site(served).refused(f"/api/v1/map/items?{box}&cursor={text}")
    assert refused == (400, "bad_cursor")


def test_cursors_out_of_range(served: Served) -> None:
    """Larger numbers than the database has."""
    served.run()
    box = "west=1&south=1&east=2&north=2"
    made = cursor.write((2**64 - 1, 1))
    refused = Site(served).refused(f"/api/v1/map/items?{box}&cursor={made}")
    assert refused == (400, "bad_cursor")
