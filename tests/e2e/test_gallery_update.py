"""A gallery that is open while its server is updated: the parts not loaded yet are gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Route

    from e2e.conftest import Browse
    from support.browser import Tab

PART = re.compile(r"/assets/Settings-[^/]*\.js$")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("update") / "photos"
    root.mkdir()
    (root / "a.jpg").write_bytes(picture(1, taken="2020:01:01 12:00:00"))
    with Server(root) as server:
        yield server.settle()


def opened(tab: Tab) -> None:
    tab.page.goto("/")
    expect(tab.page.locator("[data-position]")).to_have_count(1)
    tab.forgive("404")


def gone(route: Route) -> None:
    route.fulfill(status=404, body="")


def updated(route: Route) -> None:
    """The page of the next version, where a script asks for it."""
    answer = route.fetch()
    text = re.sub(r"/index-[^/\"]*\.js", "/index-next.js", answer.text())
    route.fulfill(response=answer, body=text)


def pages(tab: Tab) -> int:
    return sum(one.is_navigation_request() for one in tab.requests)


def follow(tab: Tab) -> None:
    tab.page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()


def test_it_loads_itself_again(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    opened(tab)
    tab.page.route(PART, lambda route: gone(route) if pages(tab) == 1 else route.continue_())
    tab.page.route(f"{tab.origin}/", updated)
    follow(tab)
    expect(tab.page.get_by_role("button", name="Scan now")).to_be_visible()
    assert pages(tab) == 2


def test_but_once_for_each_version(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    opened(tab)
    tab.page.route(PART, gone)
    tab.page.route(f"{tab.origin}/", updated)
    follow(tab)
    expect(tab.page.get_by_role("button", name="Reload")).to_be_visible()
    tab.page.wait_for_timeout(500)
    expect(tab.page.get_by_role("button", name="Reload")).to_be_visible()
    assert pages(tab) == 2


def test_not_where_there_is_no_other_version(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    opened(tab)
    tab.page.route(PART, gone)
    follow(tab)
    expect(tab.page.get_by_role("button", name="Reload")).to_be_visible()
    tab.page.wait_for_timeout(300)
    assert pages(tab) == 1
