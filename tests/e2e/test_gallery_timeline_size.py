"""The size of the rows: by keys, a wheel, fingers and a slider, around what is looked at."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE, until
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from e2e.conftest import Browse

TILES = "[role=gridcell] > a[data-position]"
SIZES = [(48, 32), (32, 48), (40, 40), (64, 24)]
DAYS, A_DAY = 5, 24

# The picture at a point of the window, and how far down it the point is.
AT = """([x, y]) => {
  const tile = document.elementFromPoint(x, y).closest('[role=gridcell]').querySelector('a');
  const box = tile.getBoundingClientRect();
  return { position: +tile.dataset.position, share: (y - box.top) / box.height };
}"""
# Where the same point of a picture is now, and how tall the picture.
NOW = """({ position, share }) => {
  const box = document.querySelector(`a[data-position="${position}"]`)?.getBoundingClientRect();
  return box ? { y: box.top + share * box.height, height: box.height } : { y: NaN, height: 0 };
}"""

TALLEST = f"Math.max(...[...document.querySelectorAll('{TILES}')].map((a) => a.clientHeight))"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("size") / "photos"
    folder.mkdir()
    for at in range(DAYS * A_DAY):
        taken = f"2021:03:{28 - at // A_DAY * 2:02} 12:{at % A_DAY:02}:00"
        (folder / f"{at:03}.jpg").write_bytes(picture(at, size=SIZES[at % 4], taken=taken))
    with Server(folder) as server:
        yield server.settle()


def opened(page: Page) -> None:
    """All is there, and one stands in the middle of it."""
    page.goto("/")
    expect(page.locator(f"{TILES} img").first).to_have_js_property("complete", True)
    page.evaluate("scrollTo(0, 700)")
    expect(page.locator(f"{TILES}[data-position='0']")).not_to_be_in_viewport()


def held(page: Page, x: float, y: float) -> dict[str, Any]:
    """The picture at a point; where there is none, one a little to the side."""
    return next(
        found
        for aside in range(0, 160, 20)
        if page.evaluate(
            "([x, y]) => !!document.elementFromPoint(x, y).closest('a')", [x + aside, y]
        )
        for found in [page.evaluate(AT, [x + aside, y])]
    )


def resized(page: Page, point: dict[str, Any], y: float, before: float, *, larger: bool) -> float:
    """Wait until the picture has another height, and see that it is where it was."""
    deadline_s = time.monotonic() + 5
    while True:
        now = page.evaluate(NOW, point)
        if now["height"] and (
            now["height"] > 1.2 * before if larger else now["height"] < before / 1.2
        ):
            break
        assert time.monotonic() < deadline_s, f"{now} is not another size than {before}"
        page.wait_for_timeout(20)
    assert abs(now["y"] - y) < 2
    height: float = now["height"]
    return height


def test_by_keys_wheel_and_slider(site: Server, browse: Browse) -> None:
    page = browse(site, DESKTOP).page
    opened(page)
    x, y = 640, (56 + 800) / 2
    point = held(page, x, y)
    usual = page.evaluate(NOW, point)["height"]
    page.keyboard.press("+")
    large = resized(page, point, y, usual, larger=True)
    page.keyboard.press("-")
    assert abs(resized(page, point, y, large, larger=False) - usual) < 1
    page.keyboard.press("-")
    resized(page, point, y, usual, larger=False)
    page.keyboard.press("0")
    assert abs(page.evaluate(NOW, point)["y"] - y) < 2
    # With Ctrl a wheel is for what is below it; without, it scrolls; and keys are the browser's.
    page.mouse.move(300, 600)
    point = held(page, 300, 600)
    height = page.evaluate(NOW, point)["height"]
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    larger = resized(page, point, 600, height, larger=True)
    page.keyboard.press("0")
    page.keyboard.up("Control")
    slider = page.get_by_role("slider", name="Size of the photos")
    expect(slider).to_have_attribute("aria-valuetext", "Large")
    assert page.evaluate("[devicePixelRatio, visualViewport.scale]") == [1, 1]
    page.reload()
    expect(slider).to_have_attribute("aria-valuetext", "Large")
    expect(page.locator(TILES).first).to_be_visible()
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "Very large")
    until(page, f"{TALLEST} > {1.2 * larger}")


def test_by_two_fingers(site: Server, browse: Browse) -> None:
    page = browse(site, PHONE).page
    opened(page)
    session = page.context.new_cdp_session(page)
    x, y = 195, 420
    point = held(page, x, y)
    before = page.evaluate(NOW, point)["height"]

    def fingers(kind: str, *apart: float) -> None:
        points = [{"x": x, "y": y + far / 2, "id": 0} for far in apart[:1]]
        points += [{"x": x, "y": y - far / 2, "id": 1} for far in apart[:1]]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 100)
    # Two that rest select nothing.
    page.wait_for_timeout(500)
    for apart in range(105, 150, 5):
        fingers("touchMove", apart)
    large = resized(page, point, y, before, larger=True)
    for apart in range(145, 90, -5):
        fingers("touchMove", apart)
    assert abs(resized(page, point, y, large, larger=False) - before) < 1
    for apart in range(85, 50, -5):
        fingers("touchMove", apart)
    resized(page, point, y, before, larger=False)
    fingers("touchEnd")
    assert page.evaluate("visualViewport.scale") == 1
    assert page.url.endswith("/") or "?day=" in page.url
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    # And without two fingers.
    page.get_by_role("button", name="Date and order").click()
    slider = page.get_by_role("slider", name="Size of the photos")
    expect(slider).to_have_attribute("aria-valuetext", "Small")
    slider.fill("2")
    expect(slider).to_have_attribute("aria-valuetext", "Large")
    until(page, f"{TALLEST} > {1.2 * before}")
