"""`GET /api/v1/search`: one text box for everything, and how it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

if TYPE_CHECKING:
    from contract.conftest import Get

ROME = ["fountain.jpg", "colosseum.jpg"]
DAY = ["4.jpg", "3.jpg", "2.jpg", "1.jpg", "0.jpg"]
PARIS = ["IMG_0001.jpg", "tower.jpg"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # Words of files, folders, titles, keywords, places, cameras, in any case, accents or not.
        ("colosseum", ["colosseum.jpg"]),
        ("ROME", ROME),
        ("zoe", ['Zoë & "friends" 100%.jpg']),
        ('"colosseum at dusk"', ["colosseum.jpg"]),
        ('"dusk at colosseum"', []),
        ("water", ["fountain.jpg"]),
        ("italy", ["colosseum.jpg"]),
        ("iphone", PARIS),
        ("col*", ["colosseum.jpg"]),
        # All must hold, one of several, all but.
        ("rome evening", ["colosseum.jpg"]),
        ("evening OR water", ROME),
        ("rome -evening", ["fountain.jpg"]),
        ("rome -(evening OR water)", []),
        # Dates, by the calendar of the place.
        ("2021", ROME),
        ("july 2021", ROME),
        ("2021-07-14", ["colosseum.jpg"]),
        ("2019-12..2020-05-01", [*PARIS, *DAY]),
        ("christmas 2019", DAY),
        ("month:december", DAY),
        # Properties.
        ("camera:canon", ROME),
        ("type:video", ["walk.mp4"]),
        ("is:live", ["motion.jpg", "IMG_0001.jpg"]),
        ("type:live", ["motion.jpg", "IMG_0001.jpg"]),
        ("is:raw", ["DSC_0007.jpg"]),
        ("in:2019/day", DAY),
        ("in:rome tag:evening", ["colosseum.jpg"]),
        ("rating>=4", ROME),
        ("rating:5", ["colosseum.jpg"]),
        ("has:gps", ["colosseum.jpg", "tower.jpg"]),
        ("is:portrait", ["fountain.jpg"]),
        ("near:41.89,12.49", ["colosseum.jpg"]),
        ("near:paris", ["tower.jpg"]),
        ("duration>1s", ["walk.mp4"]),
    ],
)
def test_what_people_write_finds_what_they_mean(get: Get, text: str, names: list[str]) -> None:
    answer = get(f"/api/v1/search?q={quote(text)}").json()
    assert [one["name"] for one in answer["items"]] == names
    assert answer["total"] == len(names)


def test_it_answers_for_many_assets_by_filter(get: Get) -> None:
    """Type, date, folder, camera, rating and position may stand together."""
    asked = urlencode({"q": "type:photo 2021 in:rome camera:canon rating>=5 has:gps"})
    answer = get(f"/api/v1/search?{asked}").json()
    assert [one["name"] for one in answer["items"]] == ["colosseum.jpg"]


def test_without_a_text_it_finds_everything_newest_first_or_oldest_first(get: Get) -> None:
    newest, oldest = (
        get(f"/api/v1/search?order={order}").json()["items"] for order in ("newest", "oldest")
    )
    assert len(newest) == 17
    assert newest == oldest[::-1]
    assert [one["local"] for one in newest] == sorted(
        (one["local"] for one in newest), reverse=True
    )


def test_pages_of_any_size_give_each_asset_once(get: Get) -> None:
    whole = get("/api/v1/search").json()["items"]
    for limit in (1, 2, 3):
        read, cursor = [], ""
        while cursor is not None:
            page = get(f"/api/v1/search?limit={limit}&cursor={cursor}").json()
            # Counted once, with the first page.
            assert page["total"] == (None if cursor else 17)
            read += page["items"]
            cursor = page["next"]
        assert read == whole


def test_a_cursor_belongs_to_its_text_and_order(get: Get) -> None:
    cursor = get("/api/v1/search?q=rome&limit=1").json()["next"]
    for other in ("q=paris", "q=rome&order=oldest"):
        answer = get(f"/api/v1/search?{other}&cursor={cursor}")
        assert (answer.status, answer.json()["code"]) == (400, "bad_cursor")


def test_what_was_understood_is_told_and_where_it_stands(get: Get) -> None:
    answer = get(f"/api/v1/search?q={quote('rome july 2021 -camera:canon')}").json()
    assert answer["query"] == "rome 2021-07 -camera:canon"
    assert [
        (one["text"], one["field"], one["without"], one["from"], one["to"])
        for one in answer["chips"]
    ] == [
        ("rome", None, False, 0, 4),
        ("2021-07", "taken", False, 5, 14),
        ("camera:canon", "camera", True, 16, 28),
    ]


@pytest.mark.parametrize(
    ("text", "at", "reason", "more"),
    [
        ("rome (", 5, "open_parenthesis", {}),
        ('rome "by night', 5, "open_quotation", {}),
        ("rome colour:red", 5, "no_field", {"field": "colour"}),
        ("2021..2019", 0, "no_date", {"word": "2021..2019"}),
        ("rome size>big", 10, "no_number", {"word": "big", "field": "size"}),
        ("near:1,2,5000", 5, "too_far", {"limit": 1_000}),
    ],
)
def test_what_is_not_understood_is_pointed_at(
    get: Get, text: str, at: int, reason: str, more: dict[str, object]
) -> None:
    answer = get(f"/api/v1/search?q={quote(text)}")
    assert (answer.status, answer.json()["code"]) == (400, "bad_query")
    found = answer.json()
    assert (found["at"], found["reason"]) == (at, reason)
    assert {name: found[name] for name in ("word", "field", "limit") if name in found} == more
    assert found["detail"].endswith(".")


def test_facets_say_how_it_divides_and_what_to_write_for_each(get: Get) -> None:
    answer = get("/api/v1/search/facets?q=rome").json()
    assert (answer["assets"], answer["exact"]) == (2, True)
    assert answer["kinds"]["year"] == [{"value": "2021", "assets": 2, "query": "2021"}]
    assert answer["kinds"]["camera"] == [
        {"value": "Canon EOS R6", "assets": 2, "query": 'camera:"Canon EOS R6"'}
    ]
    for counted in (one for kind in answer["kinds"].values() for one in kind):
        asked = urlencode({"q": f"rome {counted['query']}"})
        assert get(f"/api/v1/search?{asked}").json()["total"] == counted["assets"]


def test_suggestions_say_how_the_last_word_may_go_on(get: Get) -> None:
    answer = get(f"/api/v1/search/suggestions?q={quote('rome camera:c')}").json()
    assert {
        "text": 'camera:"Canon EOS R6"',
        "value": "Canon EOS R6",
        "kind": "camera",
        "assets": 2,
        "from": 5,
        "to": 13,
    } in answer["suggestions"]


def test_the_beginning_of_a_word_is_enough_while_it_is_typed(get: Get) -> None:
    assert get("/api/v1/search?q=colos").json()["total"] == 0
    assert get("/api/v1/search?q=colos&typing=true").json()["total"] == 1
