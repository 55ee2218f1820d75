"""The API tells itself, to programs as OpenAPI, to people as a page; and this suite all of it."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.conftest import Get

HERE = Path(__file__).parent


def test_programs_read_an_openapi_document(get: Get) -> None:
    document = get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1.")
    search = document["paths"]["/api/v1/search"]["get"]
    assert {one["name"] for one in search["parameters"]} >= {"q", "limit", "cursor"}
    schema = search["responses"]["200"]["content"]["application/json"]["schema"]
    page = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert set(page["properties"]) == set(get("/api/v1/search").json())
    refused = search["responses"]["400"]
    assert "`bad_query`" in refused["description"]
    assert set(refused["content"]) == {"application/problem+json"}


class Page(HTMLParser):
    """What a page would load, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: set[str] = set()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in {"script", "link", "img", "iframe", "object"} or "src" in found:
            self.loaded.append(tag)
        self.names.add(found.get("id") or "")
        if tag == "a":
            self.links.add(found.get("href") or "")


def test_people_read_a_page_that_loads_nothing_from_anywhere(get: Get) -> None:
    answer = get("/api/v1/docs")
    assert answer.headers["Content-Type"].startswith("text/html")
    page = Page()
    page.feed(answer.body.decode())
    assert page.loaded == []
    assert page.links - {f"#{name}" for name in page.names} == {"openapi.json"}


def test_the_page_tells_every_address(get: Get) -> None:
    page = get("/api/v1/docs").body.decode()
    for path in get("/api/v1/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page


def test_this_suite_asks_every_address(get: Get) -> None:
    """A new route has to be told here by a test that asks it."""
    asked = set(all_asked())
    for path, methods in get("/api/v1/openapi.json").json()["paths"].items():
        form = re.compile(re.sub(r"{[^/]*}", "[^/]+", path))
        for method in methods:
            assert any(one == method and form.fullmatch(at) for one, at in asked), (method, path)


def all_asked() -> Iterator[tuple[str, str]]:
    """Method and path of each `get("/…")` and `post("/…")` of the suite, `{}` for what varies."""
    for file in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args:
                method = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if method in {"get", "post"}:
                    yield method, written(node.args[0]).partition("?")[0]
                elif method == "events":
                    yield "get", written(node.args[1]).partition("?")[0]


def written(node: ast.expr) -> str:
    """The text of an expression as far as it stands there."""
    if isinstance(node, ast.JoinedStr):
        return "".join(written(one) for one in node.values)
    if isinstance(node, ast.BinOp):
        return written(node.left) + written(node.right)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "{}"
