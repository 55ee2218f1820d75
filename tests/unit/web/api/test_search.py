"""The search box over HTTP, in this process."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import pytest

from media_server.catalog import search
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

TAKEN = {
    "Rome/a.jpg": "2021:07:14 20:00:00",
    "Rome/b.jpg": "2021:07:14 08:00:00",
    "Berlin/c.jpg": "2020:01:01 00:00:00",
    "Berlin/d.jpg": "1999:12:31 23:59:59",
}


@pytest.fixture
def site(served: Served) -> Site:
    for number, (name, taken) in enumerate(TAKEN.items()):
        served.write(name, picture(number, size=(40, 30), taken=taken))
    served.run()
    return Site(served)


def ask(site: Site, text: str, what: str = "", **more: object) -> Any:
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return site.get(f"/api/v1/search{what}?q={quote(text)}{extra}")


def names(answer: Any) -> str:
    return "".join(one["name"][0] for one in answer["items"])


def test_finds(site: Site) -> None:
    found = ask(site, "rome -2020")
    assert names(found) == "ab"
    assert (found["total"], found["total_at_least"], found["next"]) == (2, None, None)
    assert found["query"] == "rome -2020"
    assert found["items"][0] == site.get("/api/v1/timeline/items?day=2021-07-14")["items"][0]


def test_everything(site: Site) -> None:
    assert names(site.get("/api/v1/search")) == "abcd"
    assert names(ask(site, "", order="oldest")) == "dcba"


def test_chips_say_what_was_understood_and_where(site: Site) -> None:
    text = "(rome OR July 2021) -camera:canon"
    chips = ask(site, text)["chips"]
    assert [(one["text"], one["field"], one["without"]) for one in chips] == [
        ("rome", None, False),
        ("2021-07", "taken", False),
        ("camera:canon", "camera", True),
    ]
    assert [text[one["from"] : one["to"]] for one in chips] == [
        "rome",
        "July 2021",
        "camera:canon",
    ]


def test_pages(site: Site) -> None:
    first = ask(site, "jpg", limit=3)
    assert (names(first), first["total"]) == ("abc", 4)
    second = ask(site, "jpg", limit=3, cursor=first["next"])
    assert (names(second), second["next"], second["total"]) == ("d", None, None)


def test_a_cursor_belongs_to_its_question(site: Site) -> None:
    cursor = ask(site, "jpg", limit=1)["next"]
    other = base64.urlsafe_b64encode(msgspec.msgpack.encode((1, 2**70 % 2**64))).decode()
    for query in (
        f"q=rome&cursor={cursor}",
        f"q=jpg&order=oldest&cursor={cursor}",
        "q=jpg&cursor=nonsense",
        "q=jpg&cursor=%F0%9F%98%80",
        f"q=jpg&cursor={other.rstrip('=')}",
        f"q=jpg&cursor={'A' * 4_000}",
    ):
        assert site.refused(f"/api/v1/search?{query}") == (400, "bad_cursor")


def test_more_than_is_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_COUNTED", 2)
    found = ask(site, "jpg")
    assert (found["total"], found["total_at_least"]) == (None, 2)
    assert names(found) == "abcd"
    divided = ask(site, "jpg", "/facets")
    assert (divided["assets"], divided["exact"]) == (2, False)


def test_typing(site: Site) -> None:
    assert names(ask(site, "ro")) == ""
    assert names(ask(site, "ro", typing=1)) == "ab"
    assert ask(site, "rom", typing=1)["query"] == "rom*"


@pytest.mark.parametrize(
    ("text", "at"),
    [("a foo:b", 2), ('a "b', 2), ("2021-13", 0), ("x" * 1001, 1000), ("a (b", 2)],
)
@pytest.mark.parametrize("what", ["", "/facets"])
def test_a_wrong_text_is_pointed_at(site: Site, what: str, text: str, at: int) -> None:
    answer = site.ask(f"/api/v1/search{what}?q={quote(text)}")
    problem = answer.json()
    assert (answer.status, problem["code"], problem["at"]) == (400, "bad_query", at)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "order=random", "typing=perhaps", "other=1", "q=a&q=b"],
)
def test_wrong_parameters(site: Site, query: str) -> None:
    assert site.refused(f"/api/v1/search?{query}") == (400, "bad_parameter")


def test_half_a_character_is_no_text(site: Site) -> None:
    assert site.refused("/api/v1/search?q=%ED%A0%80") == (400, "bad_parameter")


def test_facets(site: Site) -> None:
    found = ask(site, "rome", "/facets")
    assert (found["assets"], found["exact"]) == (2, True)
    assert found["kinds"]["year"] == [{"value": "2021", "assets": 2, "query": "2021"}]
    assert found["kinds"]["folder"] == [{"value": "Rome", "assets": 2, "query": "in:Rome"}]
    everything = ask(site, "", "/facets")
    assert everything["assets"] == 4
    assert everything["kinds"]["year"][0]["assets"] == 2
    assert "person" not in everything["kinds"]


def test_each_facet_finds_as_many_as_it_says(site: Site) -> None:
    for counted in ask(site, "", "/facets")["kinds"].values():
        for one in counted:
            assert ask(site, one["query"])["total"] == one["assets"]


def test_suggestions(site: Site) -> None:
    text = "2020 -ber"
    (found,) = ask(site, text, "/suggestions")["suggestions"]
    assert found == {
        "text": "-in:Berlin",
        "value": "Berlin",
        "kind": "folder",
        "assets": 2,
        "from": 5,
        "to": 9,
    }
    kinds = [one["kind"] for one in ask(site, "ta", "/suggestions")["suggestions"]]
    assert kinds == ["field"]
    dates = ask(site, "last su", "/suggestions")["suggestions"]
    assert [one["text"] for one in dates] == ["last summer"]
    years = ask(site, "202", "/suggestions")["suggestions"]
    assert [one["text"] for one in years] == ["2021", "2020"]
    assert ask(site, "", "/suggestions")["suggestions"] == []
    assert len(ask(site, "type:m", "/suggestions", limit=3)["suggestions"]) == 3


def test_what_the_end_of_a_text_means_as_a_date(site: Site) -> None:
    text = "rome july 2021 "
    first, *_ = ask(site, text, "/suggestions")["suggestions"]
    assert first == {
        "text": "2021-07",
        "value": "2021-07",
        "kind": "date",
        "assets": ask(site, text)["total"],
        "from": 5,
        "to": 15,
    }
    assert first["assets"] > 0
    none = ("2021", "july 2021 rome", "-2021-07", "july (")
    for text in none:
        found = ask(site, text, "/suggestions")["suggestions"]
        assert "date" not in [one["kind"] for one in found], text


def test_years_come_before_folders_of_that_name(served: Served) -> None:
    for number in range(3):
        served.write(f"2019/{number}.jpg", picture(number, taken="2019:05:01 12:00:00"))
    served.run()
    found = ask(Site(served), "201", "/suggestions")["suggestions"]
    assert [(one["kind"], one["value"], one["assets"]) for one in found] == [
        ("year", "2019", 3),
        ("folder", "2019", 3),
    ]


def test_suggestions_for_too_long_a_text(site: Site) -> None:
    assert site.refused(f"/api/v1/search/suggestions?q={'x' * 1001}") == (400, "bad_query")


def test_a_place_by_its_name(site: Site) -> None:
    (chip,) = ask(site, "near:Paris")["chips"]
    assert (chip["text"], chip["field"]) == ("near:Paris", "near")
    answer = site.ask("/api/v1/search?q=near:Qqqqq")
    assert (answer.status, answer.json()["code"], answer.json()["at"]) == (400, "bad_query", 5)
