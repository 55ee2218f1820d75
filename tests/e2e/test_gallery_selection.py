"""Selecting pictures, and having them as one archive."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE, until
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page, Route

    from e2e.conftest import Browse
    from support.browser import Screen

TILES = "[role=gridcell] > a[data-position]"
CELLS = "[role=gridcell]:has(> a[data-position])"
# The first days have few pictures, the last one more than a screen, of which most is not loaded.
DAYS = (3, 4, 400)
BAR = "Selection"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("selection") / "photos"
    number = 0
    for back, count in enumerate(DAYS):
        folder = root / f"day{back}"
        folder.mkdir(parents=True)
        for at in range(count):
            number += 1
            taken = f"2021:07:{20 - back} {20 - at // 60:02}:{59 - at % 60:02}:00"
            content = picture(number * 997, size=(36, 24), taken=taken)
            (folder / f"{number:03}.jpg").write_bytes(content)
    return root


@pytest.fixture(scope="module")
def site(library: Path) -> Iterator[Server]:
    with Server(library) as server:
        yield server.settle()


def opened(browse: Browse, site: Server, screen: Screen = DESKTOP, path: str = "/") -> Page:
    page = browse(site, screen).page
    page.goto(path)
    expect(page.locator(f"{TILES} img").first).to_be_visible()
    return page


def test_who_looks_for_it_finds_it(browse: Browse, site: Server, screen: Screen) -> None:
    page = opened(browse, site, screen)
    page.get_by_role("button", name="Select photos").click()
    expect_count(page, "Choose photos")
    page.locator("a[data-position='1']").click()
    expect_count(page, "1 selected")
    page.locator("a[data-position='1']").click()
    expect_count(page, "Choose photos")
    bar(page).get_by_role("button", name="Clear the selection").click()
    expect(bar(page)).to_have_count(0)
    page.locator("a[data-position='1']").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def bar(page: Page) -> Locator:
    return page.get_by_role("toolbar", name=BAR)


def mark(page: Page, position: int) -> Locator:
    return page.locator(f"{CELLS}:has([data-position='{position}'])").get_by_role(
        "button", name="Select"
    )


def selected(page: Page) -> list[int]:
    """Positions of the tiles on the page that say so."""
    found = page.eval_on_selector_all(
        f"{CELLS}[aria-selected=true] > a", "all => all.map((one) => +one.dataset.position)"
    )
    return sorted(found)


def expect_count(page: Page, text: str) -> None:
    expect(bar(page).get_by_text(text, exact=True)).to_be_visible()


def download(page: Page, to: Path) -> list[str]:
    """Fetch the archive. Returns what is in it but for the list of sums."""
    with page.expect_download() as begun:
        bar(page).get_by_role("button", name="Download as a ZIP archive").click()
    begun.value.save_as(to)
    tested = subprocess.run(["unzip", "-t", "-q", to], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stdout
    with zipfile.ZipFile(to) as archive:
        *names, last = archive.namelist()
        assert last == "SHA256SUMS"
    return names


def test_some_of_them_as_a_file(
    browse: Browse, site: Server, library: Path, tmp_path: Path
) -> None:
    page = opened(browse, site)
    mark(page, 1).click(force=True)
    expect_count(page, "1 selected")
    page.locator(TILES).nth(3).click()  # no photo is opened now
    mark(page, 5).click(modifiers=["Shift"])
    expect_count(page, "4 selected")
    assert selected(page) == [1, 3, 4, 5]
    mark(page, 4).click()
    assert selected(page) == [1, 3, 5]
    files = [library / name for name in ("day0/002.jpg", "day1/004.jpg", "day1/006.jpg")]
    size = sum(one.stat().st_size for one in files)
    expect(bar(page)).to_contain_text(f"{size / 1000:.2f} kB")
    assert page.url.endswith("/")

    names = download(page, tmp_path / "some.zip")
    assert sorted(names) == sorted(f"photos/{one.relative_to(library)}" for one in files)
    with zipfile.ZipFile(tmp_path / "some.zip") as archive:
        for one in files:
            name = f"photos/{one.relative_to(library)}"
            assert archive.read(name) == one.read_bytes()
    expect(bar(page).get_by_role("status")).to_contain_text("3 files")

    bar(page).get_by_role("button", name="Clear the selection").click()
    expect(bar(page)).to_be_hidden()
    page.locator(TILES).nth(3).click()
    expect(page).to_have_url(re.compile("/photo/"))


def test_by_dragging(browse: Browse, site: Server) -> None:
    page = opened(browse, site)
    first, last = (page.locator(f"[data-position='{at}']").bounding_box() for at in (0, 6))
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 20, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(last["x"] + 20, last["y"] + 20, steps=5)
    expect_count(page, "7 selected")
    third = page.locator("[data-position='2']").bounding_box()
    assert third is not None
    page.mouse.move(third["x"] + 20, third["y"] + 20, steps=5)
    expect_count(page, "3 selected")
    page.mouse.up()
    assert selected(page) == [0, 1, 2]
    assert page.url.endswith("/")  # the click that ends it opens nothing
    # Dragging from a selected one lets go.
    page.mouse.down()
    page.mouse.move(first["x"] + 20, first["y"] + 20, steps=5)
    page.mouse.up()
    expect(bar(page)).to_be_hidden()


def test_a_day_that_was_never_loaded(browse: Browse, site: Server, tmp_path: Path) -> None:
    page = opened(browse, site)
    page.get_by_role("button", name="Select Sunday, 18 July 2021").click(force=True)
    expect_count(page, "400 selected")
    loaded = page.locator(TILES).count()
    assert loaded < 300
    mark(page, 8).click()
    expect_count(page, "399 selected")
    assert len(download(page, tmp_path / "day.zip")) == 399


def test_by_keyboard(browse: Browse, site: Server) -> None:
    page = opened(browse, site)
    page.locator(TILES).first.focus()
    page.keyboard.press("Space")
    expect_count(page, "1 selected")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+X")
    expect_count(page, "4 selected")
    page.keyboard.press("x")
    expect_count(page, "3 selected")
    # Far down, over what has not been loaded, to the oldest.
    page.keyboard.press("End")
    expect(page.locator("[data-position='406']")).to_be_focused()
    page.keyboard.press("Shift+X")
    expect_count(page, "407 selected")
    page.keyboard.press("Escape")
    expect(bar(page)).to_be_hidden()
    page.keyboard.press("Control+a")
    expect_count(page, "407 selected")
    # In a photo Escape is the photo's.
    page.keyboard.press("Enter")
    expect_count(page, "406 selected")


def test_all_of_a_search_but_one(browse: Browse, site: Server, tmp_path: Path) -> None:
    page = opened(browse, site, path="/search?q=in:day1")
    mark(page, 0).click(force=True)
    bar(page).get_by_role("button", name="Select all").click()
    expect_count(page, "4 selected")
    mark(page, 2).click()
    expect_count(page, "3 selected")
    names = download(page, tmp_path / "search.zip")
    assert sorted(names) == [f"photos/day1/{number}.jpg" for number in ("004", "005", "007")]
    # Another search is another place.
    page.get_by_role("combobox").fill("in:day0")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator(TILES)).to_have_count(3)
    expect(bar(page)).to_be_hidden()


def test_what_is_too_much_for_one_archive_comes_in_several(
    browse: Browse, site: Server, screen: Screen
) -> None:
    page = browse(site, screen).page
    asked: list[dict[str, object]] = []

    def many(route: Route) -> None:
        shape = route.fetch().json()
        shape["days"].append(["1999-01-01", shape["days"][0][1][:2] * 230_000])
        route.fulfill(json=shape)

    def promise(route: Route) -> None:
        body: dict[str, object] = route.request.post_data_json or {}
        asked.append(body)
        answer = route.fetch(post_data=json.dumps(body | {"cursor": ""}))
        following = {1: "b", 2: "a", 4: "b"}.get(len(asked))
        if len(asked) == 4:
            page.locator(TILES).nth(2).click()
            expect_count(page, "230,405 selected")
        route.fulfill(status=201, json=answer.json() | {"next": following})

    page.route("**/api/v1/timeline?*", many)
    page.route("**/api/v1/downloads", promise)
    page.goto("/")
    expect(page.locator(f"{TILES} img").first).to_be_visible()
    page.locator(TILES).first.focus()
    page.keyboard.press("x")
    bar(page).get_by_role("button", name="Select all").click()
    expect_count(page, "230,407 selected")
    expect(bar(page).get_by_role("status")).to_contain_text("100,000 at most")
    for part in (1, 2, 3):
        with page.expect_download():
            bar(page).get_by_role("button", name=f"Download part {part} of 3").click()
        expect(bar(page).get_by_role("status")).to_contain_text(f"Part {part} of 3")
    assert [one["cursor"] for one in asked] == ["", "b", "a"]
    assert asked[0]["query"] == ""
    # Another selection begins with the first.
    page.locator(TILES).nth(1).click()
    # Even where it is changed while a part of the one before is on its way.
    for begun in (4, 5):
        with page.expect_download():
            bar(page).get_by_role("button", name="Download part 1 of 3").click()
        expect(bar(page).get_by_role("status")).to_contain_text("Part 1 of 3")
        assert asked[begun - 1]["cursor"] == ""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_window_scrolls_while_one_drags_at_its_edge(browse: Browse, site: Server) -> None:
    page = opened(browse, site)
    box = page.locator("[data-position='8']").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, 780, steps=4)
    until(page, "scrollY > 1200")
    page.mouse.up()
    until(page, "document.querySelectorAll('[aria-selected=true]').length > 10")
    count = bar(page).locator("strong").inner_text()
    assert int(count.split()[0]) > 20
    # Back at the top, what was dragged over is selected without a gap.
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(f"{CELLS}:has([data-position='8'])")).to_have_attribute(
        "aria-selected", "true"
    )
    assert selected(page)[0] == 8


def test_with_a_finger(browse: Browse, site: Server, tmp_path: Path) -> None:
    page = opened(browse, site, PHONE)
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, at: int | None = None) -> None:
        points = []
        if at is not None:
            found = page.locator(f"[data-position='{at}']").bounding_box()
            assert found is not None
            points = [{"x": found["x"] + 30, "y": found["y"] + 30}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", 0)
    page.wait_for_timeout(600)
    expect_count(page, "1 selected")
    finger("touchMove", 2)
    finger("touchMove", 4)
    expect_count(page, "5 selected")
    finger("touchEnd")
    assert selected(page) == [0, 1, 2, 3, 4]
    page.locator("[data-position='1']").tap()
    expect_count(page, "4 selected")
    for name in ("Clear the selection", "Download as a ZIP archive"):
        found = bar(page).get_by_role("button", name=name).bounding_box()
        assert found is not None
        assert min(found["width"], found["height"]) >= 44
        assert found["x"] + found["width"] <= PHONE.width_px
    assert len(download(page, tmp_path / "phone.zip")) == 4
    assert page.url.endswith("/")
