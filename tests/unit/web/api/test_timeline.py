"""The timeline's shape and its items tell the same; places in it are exact."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from media_server.catalog.publishing import SHAPE_SIGNS
from support.library import digest_of
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

B, C = (
    picture(number, size=TAKEN[name][1], taken=TAKEN[name][0])
    for number, name in enumerate(TAKEN)
    if name in ("b.jpg", "c.jpg")
)


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


def position(site: Site, content: bytes, more: str = "") -> tuple[str | None, int | None]:
    answer = site.get(f"/api/v1/timeline/position?digest={digest_of(content)}{more}")
    return answer["day"], answer["offset"]


@pytest.mark.parametrize("order", ["local", "taken"])
def test_where_an_asset_stands(site: Site, order: str) -> None:
    for one in site.get(f"/api/v1/timeline/items?day=9999-12-31&order={order}")["items"]:
        place = site.get(f"/api/v1/timeline/position?digest={one['digest']}&order={order}")
        at = f"day={place['day']}&offset={place['offset']}"
        found = site.get(f"/api/v1/timeline/items?{at}&limit=1&order={order}")
        assert found == {"cursor": place["cursor"], "items": [one]}
        assert (place["day"], place["offset"]) == (one[order][:10], int(one["name"] == "b.jpg"))


def test_equal_times_have_an_order_too(served: Served) -> None:
    contents = [picture(n, size=(40, 30), taken="2021:07:14 20:00:00") for n in range(5)]
    for number, content in enumerate(contents):
        served.write(f"{number}.jpg", content)
    served.run()
    site = Site(served)
    found = names(site.get("/api/v1/timeline/items?day=2021-07-14"))
    for offset, name in enumerate(found):
        assert position(site, contents[int(name[0])]) == ("2021-07-14", offset)


def test_where_it_stands_among_what_a_search_finds(site: Site) -> None:
    assert position(site, B) == ("2021-07-14", 1)
    assert position(site, B, "&q=b.jpg") == ("2021-07-14", 0)
    assert position(site, C, "&q=b.jpg") == (None, None)


def test_what_is_not_there_stands_nowhere(site: Site, served: Served) -> None:
    assert position(site, b"never seen") == (None, None)
    os.unlink(served.at("c.jpg"))
    served.run()
    assert position(site, C) == (None, None)


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
        "timeline/position",
        f"timeline/position?digest={'0' * 64}&order=size",
    ],
)
def test_wrong_parameters(site: Site, wrong: str) -> None:
    assert site.refused(f"/api/v1/{wrong}") == (400, "bad_parameter")


def test_a_wrong_digest(site: Site) -> None:
    for wrong in ("", "0", "g" * 64, "0" * 65):
        asked = f"/api/v1/timeline/position?digest={wrong}"
        assert site.refused(asked) == (400, "bad_digest")


def test_an_empty_library(served: Served) -> None:
    served.run()
    site = Site(served)
    assert site.get("/api/v1/timeline")["days"] == []
    assert site.get("/api/v1/timeline/items?day=2021-07-14")["items"] == []
