"""The main way through the gallery without a mouse or a finger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from e2e.conftest import Browse

TILES: Final = "[role=gridcell] > a[data-position]"
MOST_STEPS: Final = 25


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("keyboard") / "photos"
    (root / "Rome").mkdir(parents=True)
    for number in range(8):
        content = picture(number * 9973 + 1, taken=f"2021:07:{10 + number} 12:00:00")
        (root / f"Rome/{number}.jpg").write_bytes(content)
    (root / "old.jpg").write_bytes(picture(77, taken="2017:08:01 12:00:00"))
    with Server(root) as server:
        yield server.settle()


def tile(page: Page, position: int) -> Locator:
    return page.locator(f'{TILES}[data-position="{position}"]')


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until something has the focus, which has to be seen then."""
    for _ in range(MOST_STEPS):
        page.keyboard.press(key)
        if wanted.evaluate("one => one === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    expect(wanted).to_be_in_viewport()


def test_from_the_first_key_to_the_last(browse: Browse, site: Server) -> None:
    page = browse(site, DESKTOP).page
    page.goto("/")
    expect(tile(page, 0)).to_be_visible()
    tab_to(page, tile(page, 0))
    page.keyboard.press("ArrowRight")
    expect(tile(page, 1)).to_be_focused()
    page.keyboard.press("End")
    expect(tile(page, 8)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(tile(page, 1)).to_be_focused()

    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog")
    expect(viewer).to_be_visible()
    first = page.url
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(first)
    page.keyboard.press("i")
    panel = page.get_by_role("complementary", name="Details")
    expect(panel).to_contain_text("15 July 2021")
    tab_to(page, panel.get_by_role("link", name="Download original"))
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    # Where it was opened, had it not been stepped on; so there.
    expect(tile(page, 2)).to_be_focused()


def test_search_with_a_suggestion(browse: Browse, site: Server) -> None:
    page = browse(site, DESKTOP).page
    page.goto("/")
    expect(tile(page, 0)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("rom")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=in%3ARome$"))
    expect(page.locator(TILES)).to_have_count(8)
    tab_to(page, tile(page, 0))


def test_select_and_download(browse: Browse, site: Server) -> None:
    page = browse(site, DESKTOP).page
    page.goto("/")
    expect(tile(page, 0)).to_be_visible()
    tab_to(page, tile(page, 0))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+X")
    bar = page.get_by_role("toolbar", name="Selection")
    expect(bar).to_contain_text("3 selected")
    tab_to(page, bar.get_by_role("button", name="Download as a ZIP archive"), "Shift+Tab")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename.endswith(".zip")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)


def test_the_other_views(browse: Browse, site: Server) -> None:
    page = browse(site, DESKTOP).page
    page.goto("/")
    for name in ("Map", "Folders", "Health", "Settings"):
        tab_to(page, page.get_by_role("navigation", name="Main").get_by_role("link", name=name))
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"/{name.lower()}$"))
        # Who cannot see it is told what has come.
        expect(page.locator("[data-view-heading]").last).to_be_focused()
        page.evaluate("document.activeElement.blur()")
        page.goto("/")


def test_a_day_without_a_photo(browse: Browse, site: Server) -> None:
    page = browse(site, DESKTOP).page
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto("/?day=2018-08-01")
    old = page.locator(f"{TILES}[href*='{site.digest('old.jpg')}']")
    expect(old).to_be_in_viewport()
