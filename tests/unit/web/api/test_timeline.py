"""The timeline's shape and its items tell the same; places in it are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from media_server.catalog.publishing import SHAPE_SIGNS
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

# Two upright, two lying, on three days; the newest first.
TAKEN = {
    "a.jpg": ("2021:07:14 20:00:00", (40, 30)),
    "b.jpg": ("2021:07:14 08:00:00", (30, 40)),
    "c.jpg": ("2020:01:01 00:00:00", (60, 20)),
    "d.jpg": ("1999:12:31 23:59:59", (20, 60)),
}


@pytest.fixture
def site(served: Served) -> Site:
    for number, (name, (taken, size)) in enumerate(TAKEN.items()):
        served.write(name, picture(number, size=size, taken=taken))
    served.run()
    return Site(served)


def names(answer: Any) -> list[str]:
    return [one["name"] for one in answer["items"]]


def test_shape(site: Site) -> None:
    shape = site.get("/api/v1/timeline")
    assert [day for day, _ in shape["days"]] == ["2021-07-14", "2020-01-01", "1999-12-31"]
    assert shape["signs"] == SHAPE_SIGNS
    numbers = [
        SHAPE_SIGNS.index(shapes[at]) * 64 + SHAPE_SIGNS.index(shapes[at + 1])
        for _, shapes in shape["days"]
        for at in range(0, len(shapes), 2)
    ]
    assert numbers == [
        2048 + round(2047 - 2047 * 30 / 40),
        2047 - round(2047 - 2047 * 30 / 40),
        2048 + round(2047 - 2047 * 20 / 60),
        2047 - round(2047 - 2047 * 20 / 60),
    ]


@pytest.mark.parametrize("order", ["local", "taken"])
def test_items_stand_in_the_order_of_the_shape(site: Site, order: str) -> None:
    shape = site.get(f"/api/v1/timeline?order={order}")
    found = site.get(f"/api/v1/timeline/items?day=9999-12-31&limit=1000&order={order}")
    assert names(found) == list(TAKEN)
    assert found["cursor"] == shape["cursor"]
    assert sum(len(shapes) // 2 for _, shapes in shape["days"]) == len(found["items"])


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("day=2021-07-14", ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]),
        ("day=2021-07-14&offset=1&limit=2", ["b.jpg", "c.jpg"]),
        ("day=2021-07-13", ["c.jpg", "d.jpg"]),
        ("day=2020-01-01&limit=1", ["c.jpg"]),
        ("day=1999-12-31&offset=1", []),
        ("day=0001-01-01", []),
    ],
)
def test_places(site: Site, place: str, shown: list[str]) -> None:
    assert names(site.get(f"/api/v1/timeline/items?{place}")) == shown


def test_an_item(site: Site) -> None:
    (item,) = site.get("/api/v1/timeline/items?day=2021-07-14&limit=1")["items"]
    assert item | {"digest": ""} == {
        "digest": "",
        "name": "a.jpg",
        "kind": "photo",
        "local": "2021-07-14T20:00:00.000",
        "offset_min": None,
        "taken": item["taken"],
        "certainty": "local",
        "width_px": 40,
        "height_px": 30,
        "duration_ms": None,
        "picture": "ready",
        "live": False,
        "part": False,
        "rating": None,
        "colour": "#000000",
    }
    assert site.get(f"/api/v1/assets/{item['digest']}")["files"][0]["path"] == "a.jpg"


def test_unchanged_it_is_not_sent_again(site: Site, served: Served) -> None:
    first = site.ask("/api/v1/timeline")
    etag = first.headers["etag"]
    assert site.ask("/api/v1/timeline", if_none_match=etag).status == 304
    assert site.ask("/api/v1/timeline?order=taken", if_none_match=etag).status == 200
    served.write("e.jpg", picture(9, size=(30, 30)))
    served.run()
    changed = site.ask("/api/v1/timeline", if_none_match=etag)
    assert changed.status == 200
    assert changed.json() != first.json()


@pytest.mark.parametrize(
    "wrong",
    [
        "timeline?order=size",
        "timeline?order=local&order=local",
        "timeline?limit=3",
        "timeline/items",
        "timeline/items?day=14.7.2021",
        "timeline/items?day=2021-02-30",
        "timeline/items?day=2021-07-14&limit=0",
        "timeline/items?day=2021-07-14&limit=1001",
        "timeline/items?day=2021-07-14&offset=-1",
        f"timeline/items?day=2021-07-14&offset=1{'0' * 400}",
        "timeline/items?day=%ff",
        "timeline/items?day=2021-07-14%00",
    ],
)
def test_wrong_parameters(site: Site, wrong: str) -> None:
    assert site.refused(f"/api/v1/{wrong}") == (400, "bad_parameter")


def test_an_empty_library(served: Served) -> None:
    served.run()
    site = Site(served)
    assert site.get("/api/v1/timeline")["days"] == []
    assert site.get("/api/v1/timeline/items?day=2021-07-14")["items"] == []
