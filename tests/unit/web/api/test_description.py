"""The description says what the table says, and the page of it asks for nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from media_server.web.api import docs_page, openapi
from media_server.web.api.openapi import parse_docstring
from media_server.web.problem import CODES
from media_server.web.route import Media
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served


@pytest.fixture
def site(quick: Served) -> Site:
    quick.run()
    return Site(quick)


def test_each_route_is_there(site: Site) -> None:
    document = site.get("/api/v1/openapi.json")
    told = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert told == {(route.method, route.path) for route in site.routes if route.group}
    assert all(route.group for route in site.routes)


def test_each_route_says_what_it_is(site: Site) -> None:
    for route in site.routes:
        assert route.summary, route.path
        assert not route.summary.endswith("."), route.path
        assert set(route.refuses) <= set(CODES)
        if route.query is not None:
            _, fields = parse_docstring(route.query)
            assert set(fields) == set(route.query.__struct_fields__), route.query


def test_each_value_and_field_is_told(site: Site) -> None:
    schemas = site.get("/api/v1/openapi.json")["components"]["schemas"]
    for name, schema in schemas.items():
        assert schema["description"], name
        for field, one in schema.get("properties", {}).items():
            assert one.get("description") or name in ("Crumb", "Layers"), (name, field)


def test_references_lead_somewhere(site: Site) -> None:
    document = site.get("/api/v1/openapi.json")
    text = site.ask("/api/v1/openapi.json").body.decode()
    for name in re.findall(r'"#/components/schemas/(\w+)"', text):
        assert name in document["components"]["schemas"]
    assert r"\\Z" not in text
    operations = [
        one["operationId"] for path in document["paths"].values() for one in path.values()
    ]
    assert len(set(operations)) == len(operations)


def test_unchanged_it_is_not_sent_again(site: Site) -> None:
    etag = site.ask("/api/v1/openapi.json").headers["etag"]
    assert site.ask("/api/v1/openapi.json", if_none_match=etag).status == 304


class _Outside(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            if name in ("href", "src"):
                self.links.add(value or "")


def test_the_page_asks_for_nothing_and_its_links_lead_somewhere(site: Site) -> None:
    answer = site.ask("/api/v1/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script" not in answer.headers["content-security-policy"]
    page = _Outside()
    page.feed(answer.body.decode())
    assert not page.tags & {"script", "img", "link", "iframe"}
    assert {link.removeprefix("#") for link in page.links} <= page.ids | {"openapi.json"}
    for route in site.routes:
        assert route.path in answer.body.decode()
        if isinstance(route.gives, Media):
            assert route.gives.mime in answer.body.decode()


def test_a_docstring_is_taken_apart() -> None:
    class Form:
        """What it
        is.

        Attributes:
            one: the first; it goes on
                here. two: the second: with a colon.
            three: the third.
        """

        one: Any
        two: Any
        three: Any

    assert parse_docstring(Form) == (
        "What it is.",
        {
            "one": "the first; it goes on here.",
            "two": "the second: with a colon.",
            "three": "the third.",
        },
    )


def test_below_a_base_path_all_addresses_carry_it(site: Site) -> None:
    document = openapi.document(site.routes, "/photos")
    assert document["servers"] == [{"url": "/photos"}]
    page = docs_page.page(document, "https://nas.test/photos").decode()
    assert "curl https://nas.test/photos/api/v1/timeline\n" in page
    assert "All addresses on this page come behind <code>/photos</code>." in page
    assert "servers" not in openapi.document(site.routes)


def test_its_examples_carry_the_name_that_was_asked_for(site: Site) -> None:
    page = site.ask("/api/v1/docs", host="localhost:8123").body.decode()
    assert page.count("curl http://localhost:8123/api/v1/") == 3
    assert 'curl "http://localhost:8123/api/v1/' in page
    assert "come behind" not in page
