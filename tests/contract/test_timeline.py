"""`GET /api/v1/timeline`: the shape of everything in one answer, then what stands at a place."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract.conftest import Get


def ratios(shapes: str, signs: str) -> list[float]:
    """Width / height of each asset of a day, worked out as the documentation says."""
    found = []
    for first, second in zip(shapes[::2], shapes[1::2], strict=True):
        number = 64 * signs.index(first) + signs.index(second)
        lying = number >= 2048
        part = 1 - (number - 2048) / 2047 if lying else 1 - (2047 - number) / 2047
        found.append(1 / part if lying else part)
    return found


def test_each_day_has_two_signs_for_each_picture_newest_first(get: Get) -> None:
    """What is a part of another, such as the film of a Live Photo, is not counted."""
    shape = get("/api/v1/timeline").json()
    assert [(day, len(shapes) // 2) for day, shapes in shape["days"]] == [
        ("2021-07-15", 1),
        ("2021-07-14", 1),
        ("2020-09-13", 2),  # no date but the files' own
        ("2020-09-01", 1),
        ("2020-08-01", 1),
        ("2020-05-02", 1),
        ("2020-05-01", 2),
        ("2019-12-24", 5),
        ("2018-03-01", 1),
        ("2018-02-01", 1),
        ("2018-01-01", 1),
    ]


def test_the_signs_tell_how_tall_each_picture_will_be(get: Get) -> None:
    shape = get("/api/v1/timeline").json()
    days = dict(shape["days"])
    assert ratios(days["2021-07-15"], shape["signs"]) == [pytest.approx(80 / 120, rel=0.001)]
    assert ratios(days["2021-07-14"], shape["signs"]) == [pytest.approx(120 / 80, rel=0.001)]
    assert ratios(days["2020-09-13"], shape["signs"]) == [1, 1]  # of no known size


def test_items_stand_in_the_places_that_the_shape_tells(get: Get) -> None:
    shape = get("/api/v1/timeline").json()
    for day, shapes in shape["days"]:
        items = get(f"/api/v1/timeline/items?day={day}&limit={len(shapes) // 2}").json()["items"]
        assert {one["local"][:10] for one in items} == {day}
        for item, ratio in zip(items, ratios(shapes, shape["signs"]), strict=True):
            if item["width_px"]:
                assert ratio == pytest.approx(item["width_px"] / item["height_px"], rel=0.001)


def test_an_item_has_what_a_list_shows(get: Get, digest: Callable[[str], str]) -> None:
    (item,) = get("/api/v1/timeline/items?day=2021-07-14&limit=1").json()["items"]
    # The mean of all that is seen, to be shown until the picture is there: here orange.
    assert re.fullmatch("#[0-9a-f]{6}", item.pop("colour"))
    assert item == {
        "digest": digest("2021/Rome/colosseum.jpg"),
        "name": "colosseum.jpg",
        "kind": "photo",
        "local": "2021-07-14T20:15:30.000",
        "offset_min": 120,
        "taken": "2021-07-14T18:15:30.000Z",
        "certainty": "exact",
        "width_px": 120,
        "height_px": 80,
        "duration_ms": None,
        "picture": "ready",
        "live": False,
        "part": False,
        "rating": 5,
    }


def test_reading_goes_on_within_a_day_and_into_older_ones(get: Get) -> None:
    answer = get("/api/v1/timeline/items?day=2019-12-24&offset=3&limit=3").json()
    assert [one["name"] for one in answer["items"]] == ["1.jpg", "0.jpg", "cut.jpg"]


def test_pages_of_any_size_give_the_same_row(get: Get) -> None:
    whole = get("/api/v1/timeline/items?day=2021-07-15&limit=1000").json()["items"]
    assert len(whole) == 17
    for limit in (1, 2, 3):
        read = []
        for day, shapes in get("/api/v1/timeline").json()["days"]:
            for offset in range(0, len(shapes) // 2, limit):
                most = min(limit, len(shapes) // 2 - offset)
                at = f"/api/v1/timeline/items?day={day}&offset={offset}&limit={most}"
                read += get(at).json()["items"]
        assert read == whole


def test_where_each_asset_stands(get: Get) -> None:
    """So that a link to one of 70,000 of a day need not read them all."""
    for order in ("local", "taken"):
        days = get(f"/api/v1/timeline?order={order}").json()["days"]
        starts, before = {}, 0
        for day, shapes in days:
            starts[day], before = before, before + len(shapes) // 2
        row = get(f"/api/v1/timeline/items?day=2021-12-31&limit=1000&order={order}").json()["items"]
        for number, item in enumerate(row):
            asked = f"digest={item['digest']}&order={order}"
            place = get(f"/api/v1/timeline/position?{asked}").json()
            assert starts[place["day"]] + place["offset"] == number


def test_what_the_timeline_does_not_show_stands_nowhere(
    get: Get, digest: Callable[[str], str]
) -> None:
    film = digest("2020/Paris/IMG_0001.mov")  # of a Live Photo
    for asked in (film, "0" * 64, f"{digest('2021/Rome/colosseum.jpg')}&q=in:Paris"):
        place = get(f"/api/v1/timeline/position?digest={asked}").json()
        assert (place["day"], place["offset"]) == (None, None)


def test_the_order_of_the_worlds_clock_is_another(get: Get) -> None:
    """At 00:00 in Rome it is still the day before in Greenwich."""
    local = get("/api/v1/timeline?order=local").json()["days"]
    taken = get("/api/v1/timeline?order=taken").json()["days"]
    assert [day for day, _ in local] == [day for day, _ in taken]
    for order in ("local", "taken"):
        items = get(f"/api/v1/timeline/items?day=2021-12-31&order={order}").json()["items"]
        times = [one[order] for one in items]
        assert times == sorted(times, reverse=True)


def test_a_search_has_a_timeline_too(get: Get) -> None:
    asked = urlencode({"q": "in:Paris -has:gps"})
    assert [day for day, _ in get(f"/api/v1/timeline?{asked}").json()["days"]] == ["2020-05-01"]
    items = get(f"/api/v1/timeline/items?day=2021-12-31&{asked}").json()["items"]
    assert [one["name"] for one in items] == ["IMG_0001.jpg"]


def test_what_has_not_changed_is_not_sent_again_and_what_is_sent_is_compressed(get: Get) -> None:
    answer = get("/api/v1/timeline")
    again = get("/api/v1/timeline", if_none_match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    packed = get("/api/v1/timeline", accept_encoding="gzip")
    if packed.headers["Content-Encoding"] == "gzip":  # small ones are sent as they are
        assert gzip.decompress(packed.body) == answer.body


def test_wrong_days_orders_and_limits_are_refused(get: Get) -> None:
    for wrong in ("", "day=2021-02-30", "day=2021-07-14&limit=0", "day=2021-07-14&order=random"):
        answer = get(f"/api/v1/timeline/items?{wrong}")
        assert (answer.status, answer.json()["code"]) == (400, "bad_parameter")
