"""The search box, what it suggests, how it was understood, and what is found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from e2e.conftest import Browse
    from support.browser import Screen

TILES = "[role=gridcell] > a[data-position]"
# Folder, year and number of pictures.
ALBUMS = (("Rome", 2019, 3), ("Rome", 2021, 2), ("Paris", 2021, 4), ("Berlin & Köln", 2020, 1))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("search") / "photos"
    number = 0
    for name, year, count in ALBUMS:
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        for at in range(count):
            number += 1
            content = picture(number * 5003, size=(48, 32), taken=f"{year}:07:1{at} 12:00:00")
            (folder / f"{name[0]}{number}.jpg").write_bytes(content)
    with Server(root) as server:
        yield server.settle()


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search photos")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def chips(page: Page) -> Locator:
    return page.get_by_role("list", name="What is looked for").get_by_role("listitem")


def test_from_typing_to_pictures(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/")
    box(page).tap() if screen.touch else box(page).click()
    page.keyboard.type("rom")
    suggestion = options(page).filter(has_text="Rome").first
    expect(suggestion).to_contain_text("Folder")
    if screen.touch:  # the whole of a small screen is the box's
        found = page.get_by_role("search").bounding_box()
        assert found is not None
        assert (found["x"], found["y"], found["width"]) == (0, 0, screen.width_px)
    suggestion.tap() if screen.touch else suggestion.click()
    expect(page).to_have_url(re.compile(r"/search\?q=in%3ARome$"))
    expect(page).to_have_title("Search: in:Rome · Media Server")
    expect(page.get_by_text("5 results")).to_be_visible()
    expect(page.locator(TILES)).to_have_count(5)
    expect(chips(page)).to_have_text(["Folder: Rome"])

    # One tap refines it, and says beforehand how many are left.
    year = page.get_by_role("group", name="Refine").get_by_role("link", name="2021")
    expect(year).to_contain_text("2")
    year.tap() if screen.touch else year.click()
    expect(chips(page)).to_have_text(["2021", "Folder: Rome"])
    expect(page.locator(TILES)).to_have_count(2)
    assert box(page).input_value() == "2021 in:Rome"

    # Each search is a step of the way back.
    page.go_back()
    expect(page.locator(TILES)).to_have_count(5)
    page.go_forward()
    expect(page.locator(TILES)).to_have_count(2)
    page.get_by_role("link", name="Remove “Folder: Rome”").click()
    expect(page).to_have_url(re.compile(r"/search\?q=2021$"))
    expect(page.locator(TILES)).to_have_count(6)

    width, most = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= most == screen.width_px


def test_by_keyboard_alone(browse: Browse, site: Server) -> None:
    page = browse(site).page
    page.goto("/")
    expect(page.locator(TILES).first).to_be_visible()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("par")
    expect(options(page).first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = options(page).first
    expect(chosen).to_have_attribute("aria-selected", "true")
    assert box(page).get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    # Around, over the text itself, to the last one.
    page.keyboard.press("ArrowUp")
    expect(box(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    assert box(page).input_value() == "par"
    page.keyboard.press("Enter")  # the text as it stands
    expect(page).to_have_url(re.compile(r"/search\?q=par$"))
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("is:lands")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_text("is:landscape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=is%3Alandscape$"))


def test_a_field_waits_for_its_value(browse: Browse, site: Server) -> None:
    page = browse(site).page
    page.goto("/search?q=2021")
    box(page).press("End")
    page.keyboard.type(" typ")
    options(page).filter(has_text="type:").click()
    assert box(page).input_value() == "2021 type:"
    expect(options(page).filter(has_text="type:photo")).to_be_visible()
    page.keyboard.type("ph")
    options(page).filter(has_text="type:photo").click()
    expect(chips(page)).to_have_text(["2021", "Photos"])


def test_what_was_searched_for_last(browse: Browse, site: Server) -> None:
    page = browse(site).page
    page.goto("/")
    for text in ("rome", "paris"):
        box(page).fill(text)
        box(page).press("Enter")
        expect(page.locator(TILES).first).to_be_visible()
    page.get_by_role("button", name="Clear the search").click()
    expect(options(page)).to_have_text(["paris", "rome"])
    options(page).last.click()
    expect(page).to_have_url(re.compile(r"/search\?q=rome$"))
    page.reload()
    page.get_by_role("button", name="Clear the search").click()
    expect(options(page)).to_have_text(["rome", "paris"])
    page.get_by_role("button", name="Clear recent searches").click()
    expect(options(page)).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_not_understood(browse: Browse, site: Server, *, dark: bool) -> None:
    tab = browse(site, PHONE if dark else DESKTOP, dark=dark)
    tab.forgive("400")  # the browser's own word for it
    page = tab.page
    page.goto("/search?q=%F0%9F%98%80+rome+wrong:field")
    expect(page.get_by_role("heading", name="This search is not understood")).to_be_visible()
    expect(page.locator("mark")).to_have_text("wrong:field")
    expect(page.get_by_text("There is no field “wrong”")).to_be_visible()
    page.get_by_role("link", name='Search for 😀 rome "wrong:field"').click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()


def test_in_german(browse: Browse, site: Server) -> None:
    tab = browse(site)
    tab.forgive("400")
    tab.page.context.add_init_script("localStorage.setItem('language', 'de')")
    tab.page.goto("/search?q=rome+wrong:field")
    expect(tab.page.get_by_text("Ein Feld „wrong“ gibt es nicht")).to_be_visible()
    tab.page.goto("/settings")
    tab.page.locator("summary").last.click()
    expect(tab.page.get_by_text("Port, auf dem der Server zu erreichen ist")).to_be_visible()
    assert tab.page.get_by_text(" to listen on").count() == 0


def test_nothing_found_and_what_could_be_left_out(
    browse: Browse, site: Server, screen: Screen
) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/search?q=rome+2021+-type:photo")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    ways = page.get_by_role("status").get_by_role("link")
    expect(ways).to_have_text(["Without “not Photos”: 2"])
    page.goto("/search?q=a+b+c+d+e+f")
    expect(page.get_by_text("leaving one of these out does not help")).to_be_visible()
    tried = [one for one in tab.requests if "/api/v1/search?" in one.url and "q=a" in one.url]
    assert len(tried) <= 1 + 4
    page.goto("/search?q=rome+2021+-type:photo")
    ways.click()
    expect(page.locator(TILES)).to_have_count(2)


def test_without_a_text_there_is_something_to_begin_with(browse: Browse, site: Server) -> None:
    page = browse(site).page
    page.goto("/search")
    page.get_by_role("link", name="Folder: Berlin & Köln").click()
    expect(chips(page)).to_have_text(["Folder: Berlin & Köln"])
    expect(page.locator(TILES)).to_have_count(1)


def test_a_photo_and_back(browse: Browse, site: Server) -> None:
    page = browse(site).page
    page.goto("/search?q=paris")
    page.locator(TILES).nth(1).click()
    expect(page).to_have_url(re.compile(r"/photo/[0-9a-f]{64}\?q=paris$"))
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/search\?q=paris$"))
    expect(page.locator(TILES)).to_have_count(4)


def test_the_keyboard_help(browse: Browse, site: Server) -> None:
    page = browse(site).page
    page.goto("/")
    expect(page.locator(TILES).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Select all", exact=True)).to_be_visible()
    page.keyboard.press("/")  # goes to nothing that is covered
    expect(box(page)).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
