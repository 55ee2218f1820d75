"""`GET /api/v1/places` and `/api/v1/map`: where pictures were taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.library import PARIS, ROME

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract.conftest import Get

WORLD = "west=-180&south=-90&east=180&north=90"


def test_places_are_countries_with_regions_with_cities(
    get: Get, digest: Callable[[str], str]
) -> None:
    tower, colosseum = digest("2020/Paris/tower.jpg"), digest("2021/Rome/colosseum.jpg")
    france, italy = get("/api/v1/places").json()["countries"]
    assert (france["code"], france["name"], france["pictures"]) == ("FR", "France", 1)
    assert france["regions"] == [
        {
            "name": "Île-de-France",
            "pictures": 1,
            "newest": tower,
            "cities": [{"name": "Paris", "pictures": 1, "newest": tower}],
        }
    ]
    assert (italy["code"], italy["newest"]) == ("IT", colosseum)


def test_what_has_not_changed_is_not_sent_again(get: Get) -> None:
    answer = get("/api/v1/places")
    assert get("/api/v1/places", if_none_match=answer.headers["ETag"]).status == 304


def test_far_away_pictures_are_counted_together(get: Get) -> None:
    (cluster,) = get(f"/api/v1/map?zoom=0&{WORLD}").json()["clusters"]
    assert (cluster["pictures"], cluster["item"]) == (2, None)
    # The middle of the two.
    assert cluster["longitude"] == pytest.approx((ROME[1] + PARIS[1]) / 2, abs=0.01)
    assert ROME[0] < cluster["latitude"] < PARIS[0]
    assert cluster["west"] <= cluster["longitude"] <= cluster["east"]
    assert cluster["south"] <= cluster["latitude"] <= cluster["north"]


def test_near_by_each_stands_for_itself(get: Get, digest: Callable[[str], str]) -> None:
    clusters = get("/api/v1/map?zoom=7&west=0&south=40&east=15&north=50").json()["clusters"]
    shown = {one["item"]["digest"]: (one["latitude"], one["longitude"]) for one in clusters}
    assert shown == {
        digest("2021/Rome/colosseum.jpg"): pytest.approx(ROME, abs=0.0001),
        digest("2020/Paris/tower.jpg"): pytest.approx(PARIS, abs=0.0001),
    }


def test_only_what_lies_in_the_part_of_the_map_is_told(get: Get) -> None:
    italy = "west=6&south=36&east=19&north=47"
    (cluster,) = get(f"/api/v1/map?zoom=10&{italy}").json()["clusters"]
    assert cluster["item"]["name"] == "colosseum.jpg"
    # Across the 180th meridian: from Fiji to Samoa.
    assert get("/api/v1/map?zoom=5&west=177&south=-20&east=-171&north=-13").json() == {
        "clusters": []
    }


def test_assets_in_a_part_of_the_map_come_page_by_page(get: Get) -> None:
    first = get(f"/api/v1/map/items?limit=1&{WORLD}").json()
    assert [one["name"] for one in first["items"]] == ["colosseum.jpg"]
    second = get(f"/api/v1/map/items?limit=1&{WORLD}&cursor={first['next']}").json()
    assert [one["name"] for one in second["items"]] == ["tower.jpg"]
    assert second["next"] is None


def test_names_of_places_come_the_largest_first(get: Get) -> None:
    italy = "west=6&south=36&east=19&north=47"
    names = get(f"/api/v1/map/names?zoom=6&{italy}").json()["names"]
    assert {"Rome", "Milan", "Naples"} <= {one["name"] for one in names[:5]}
    people = [one["population"] for one in names]
    assert people == sorted(people, reverse=True)
    assert len(names) <= 200
    for one in names:
        assert 6 <= one["longitude"] <= 19
        assert 36 <= one["latitude"] <= 47


def test_there_is_no_file_of_tiles_unless_it_is_named(get: Get) -> None:
    assert get("/api/v1/map/file").json() == {"file": None}
    assert get("/api/v1/map/tiles").json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/api/v1/map", "/api/v1/map/names"])
@pytest.mark.parametrize(
    "wrong", ["", "zoom=1", f"zoom=31&{WORLD}", "zoom=1&west=0&south=9&east=1&north=8", "zoom=nan"]
)
def test_wrong_parts_of_the_map_are_refused(get: Get, path: str, wrong: str) -> None:
    answer = get(f"{path}?{wrong}")
    assert (answer.status, answer.json()["code"]) == (400, "bad_parameter")
