"""The page that tells people of the API, in a browser."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.browser import DESKTOP
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from e2e.conftest import Browse
    from support.browser import Screen, Tab

PAGE = "/api/v1/docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("docs") / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture(1, taken="2021:07:14 12:00:00"))
    with Server(folder) as server:
        yield server.settle()


def opened(browse: Browse, site: Server | str, screen: Screen = DESKTOP, path: str = PAGE) -> Tab:
    tab = browse(site, screen)
    answer = tab.page.goto(path)
    assert answer is not None
    assert answer.status == 200
    return tab


def test_it_shows_every_route_and_asks_for_nothing(
    browse: Browse, site: Server, screen: Screen
) -> None:
    tab = opened(browse, site, screen)
    shown = tab.page.locator("h3 > code").all_inner_texts()
    document = site.get("/api/v1/openapi.json").json()
    assert sorted(shown) == sorted(path for path, ways in document["paths"].items() for _ in ways)
    assert tab.page.locator("script").count() == 0
    assert [request.url for request in tab.requests] == [f"{tab.origin}{PAGE}"]


def test_it_fits_the_screen(browse: Browse, site: Server, screen: Screen) -> None:
    tab = opened(browse, site, screen)
    width, most = tab.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= most == screen.width_px
    # Nothing is hidden at the side either, inside of something that scrolls by itself.
    assert tab.page.evaluate(_HIDDEN) == []
    assert tab.page.evaluate(_SMALLEST_PX) >= 14


_HIDDEN = """
    [...document.querySelectorAll("main *")]
        .filter(one => getComputedStyle(one).overflowX != "visible")
        .filter(one => one.scrollWidth > one.clientWidth + 1)
        .map(one => one.outerHTML.slice(0, 200))
"""
_SMALLEST_PX = """
    Math.min(...[...document.querySelectorAll("p, td, a")]
        .map(one => parseFloat(getComputedStyle(one).fontSize)))
"""


def test_what_it_is_comes_first(browse: Browse, site: Server, screen: Screen) -> None:
    tab = opened(browse, site, screen)
    title = tab.page.locator("h1").bounding_box()
    contents = tab.page.locator("nav").bounding_box()
    assert title is not None
    assert contents is not None
    assert title["y"] < 100
    if screen.touch:
        assert contents["y"] > title["y"]
        assert contents["x"] == 0


def test_its_links_lead_somewhere(browse: Browse, site: Server) -> None:
    tab = opened(browse, site)
    tab.page.get_by_role("link", name="Assets that a text finds").click()
    place = tab.page.locator("#get_search").bounding_box()
    assert place is not None
    assert 0 <= place["y"] < 100
    tab.page.locator("#get_search ~ table a", has_text="SearchPage").first.click()
    assert tab.page.url.endswith("#value-SearchPage")
    missing = """
        [...document.querySelectorAll("a[href^='#']")]
            .filter(link => !document.getElementById(link.hash.slice(1))).length
    """
    assert tab.page.evaluate(missing) == 0
    tab.page.get_by_role("link", name="openapi.json").click()
    tab.page.wait_for_url(f"{tab.origin}/api/v1/openapi.json")


def test_its_examples_work_as_they_stand(
    browse: Browse, site: Server, screen: Screen, tmp_path: Path
) -> None:
    tab = opened(browse, site, screen)
    examples = tab.page.locator("pre").first.inner_text().strip()
    assert examples.count("\n") == 3
    examples = examples.replace("digest", site.digest("a.jpg"))
    script = f"set -e\n{examples}".replace("curl ", "curl -sSf ")
    ran = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "a.jpg").read_bytes() == picture(1, taken="2021:07:14 12:00:00")
    assert (tmp_path / "picture").stat().st_size > 100
    assert re.search(r'"items":\[\{"digest":"', ran.stdout)
    posting = tab.page.locator("pre").nth(1).inner_text().replace("curl ", "curl -sSf ")
    ran = subprocess.run(["sh", "-c", posting], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert '"files":1' in ran.stdout


def test_dark_and_light(browse: Browse, site: Server) -> None:
    colour = "getComputedStyle(document.querySelector('a')).color"
    found = set()
    for dark in (False, True):
        tab = browse(site, dark=dark)
        tab.page.goto(PAGE)
        found.add(tab.page.evaluate(colour))
    assert len(found) == 2
