"""The timeline in use: films, fingers, the two orders, and files that are still being read."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from support.browser import PHONE
from support.clips import make_clip
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import CDPSession, Page

    from e2e.conftest import Browse
    from support.browser import Tab

TILES = "[role=gridcell] > a[data-position]"
MONTHS = 40
# Reading so much takes a while; behind the picture it is all hole, and takes no room.
LONG_BYTES = 3 << 30
BEGAN_S = 1_500_000_000
DAY_S = 86_400

# The first tile that is wholly below the bar at the top, where it is, and whether it has come.
FIRST = """() => {
  const tiles = [...document.querySelectorAll('a[data-position]')]
    .map((one) => ({ top: one.getBoundingClientRect().top, left: one.getBoundingClientRect().left,
                     name: one.getAttribute('aria-label') }))
    .filter((one) => one.top >= 60)
    .sort((one, other) => one.top - other.top || one.left - other.left);
  return tiles[0];
}"""
# Addresses of the pictures that have been asked for: in the window, and above and below it.
SOURCES = """() => {
  const found = { seen: [], beside: [] };
  for (const image of document.querySelectorAll('a[data-position] img')) {
    const { top, bottom } = image.getBoundingClientRect();
    found[top >= innerHeight || bottom <= 0 ? 'beside' : 'seen'].push(image.src);
  }
  return found;
}"""

# A busy server tells what pictures are only after a while.
SLOWLY = """(() => {
  const own = window.fetch;
  window.fetch = async (asked, more) => {
    const late = String(asked.url ?? asked).includes('/items');
    if (late) await new Promise((go) => setTimeout(go, 400));
    return own(asked, more);
  };
})()"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A film, two photos whose order depends on the calendar, and some of each month before."""
    folder: Path = tmp_path_factory.mktemp("live") / "photos"
    folder.mkdir()
    film = make_clip("mp4", "libx264", (320, 240), 75, tags={"creation_time": "2021-07-01T10:00Z"})
    (folder / "film.mp4").write_bytes(film)
    # In the world's order the first is the newer one.
    for name, taken, offset in (
        ("evening", "2021:06:10 23:30:00", "-08:00"),
        ("morning", "2021:06:11 08:00:00", "+09:00"),
    ):
        content = picture(len(name), size=(48, 32), taken=taken, offset=offset)
        (folder / f"{name}.jpg").write_bytes(content)
    for at in range(MONTHS * 4):
        month = at // 4
        taken = f"{2020 - month // 12}:{12 - month % 12:02}:{1 + at % 4 * 7:02} 10:00:00"
        (folder / f"{at:03}.jpg").write_bytes(picture(500 + at, size=(48, 32), taken=taken))
    with Server(folder) as server:
        yield server.settle()


def opened(page: Page) -> Page:
    """The page, once there are pictures."""
    page.goto("/")
    expect(page.locator(f"{TILES} img").first).to_have_js_property("complete", True)
    return page


def until(page: Page, condition: str, timeout_s: float = 10) -> None:
    """Wait until a condition holds: the page's policy lets Playwright evaluate, but not wait."""
    deadline_s = time.monotonic() + timeout_s
    while not page.evaluate(condition):
        assert time.monotonic() < deadline_s, f"never so: {condition}"
        page.wait_for_timeout(30)


def names(page: Page) -> list[str]:
    """Of all tiles that are in the page, in their order."""
    found: list[str] = page.eval_on_selector_all(
        TILES, "all => all.map((one) => one.getAttribute('aria-label'))"
    )
    return found


def test_a_film_plays_below_the_mouse_and_is_let_go(site: Server, browse: Browse) -> None:
    page = opened(browse(site).page)
    tile = page.locator(TILES).filter(has=page.locator(".badge")).first
    tile.hover()
    video = page.locator(f"{TILES} video")
    until(page, "document.querySelector('a video')?.currentTime > 0.1")
    assert video.evaluate("(film) => film.muted && film.loop && !film.controls")
    page.evaluate("() => { window.film = document.querySelector('a video'); }")
    page.mouse.move(5, 400)
    expect(video).to_have_count(0)
    # It is not loaded any further.
    assert page.evaluate("film.paused && film.networkState === film.NETWORK_EMPTY")
    # A finger only passes by, and some want nothing to move.
    tile.dispatch_event("pointerenter", {"pointerType": "touch"})
    page.wait_for_timeout(600)
    expect(video).to_have_count(0)
    page.emulate_media(reduced_motion="reduce")
    tile.hover()
    page.wait_for_timeout(600)
    expect(video).to_have_count(0)


def test_the_order_may_be_that_of_the_world(site: Server, browse: Browse) -> None:
    page = opened(browse(site).page)
    assert "11 June 2021" in names(page)[1]
    page.get_by_role("button", name="Date and order").click()
    page.get_by_role("radio").nth(1).check()
    until(page, f"document.querySelectorAll('{TILES}')[1].ariaLabel.includes('10 June')")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Date and order")).to_be_focused()
    assert "11 June 2021" in names(page)[2]


def finger(session: CDPSession, kind: str, x: float = 0, y: float = 0) -> None:
    """Put a finger down, move it, or take it away."""
    points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_finger_takes_the_handle_to_both_ends(site: Server, browse: Browse) -> None:
    page = opened(browse(site, PHONE).page)
    session = page.context.new_cdp_session(page)
    page.evaluate("scrollTo(0, 3 * innerHeight)")
    handle = page.locator(".scrubber .handle")
    until(page, "getComputedStyle(document.querySelector('.handle')).opacity > 0.9")
    box: Any = handle.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger(session, "touchStart", x, y)
    finger(session, "touchMove", x - 5, y + 150)
    hint = page.locator(".scrubber .hint")
    until(page, "getComputedStyle(document.querySelector('.hint')).opacity > 0.9")
    assert re.fullmatch(r"[A-Z][a-z]+ 20\d\d", hint.inner_text().strip())
    bubble: Any = hint.bounding_box()
    assert bubble["x"] >= 0
    assert bubble["x"] + bubble["width"] < x - 5
    finger(session, "touchMove", x - 5, PHONE.height_px - 1)
    until(page, "scrollY >= document.documentElement.scrollHeight - innerHeight - 1")
    expect(page.locator(f"a[data-position='{MONTHS * 4 + 2}']")).to_be_in_viewport(ratio=1)
    finger(session, "touchMove", x - 5, 1)
    until(page, "scrollY === 0")
    finger(session, "touchEnd")
    expect(page.locator("a[data-position='0']")).to_be_in_viewport(ratio=1)


def put(folder: Path, name: str, day: int, number: int) -> None:
    """A picture of a day, whose file is as old."""
    taken_s = BEGAN_S + day * DAY_S
    taken = time.strftime("%Y:%m:%d %H:%M:%S", time.gmtime(taken_s))
    path = folder / f".{name}"
    path.write_bytes(picture(number, size=(48, 32), taken=taken))
    os.utime(path, (taken_s, taken_s))
    path.rename(folder / name)


def eye_comes_first(tab: Tab) -> None:
    """Of what is still to be read, pictures in the window are asked for before those beside it."""
    tab.page.add_init_script(SLOWLY)
    tab.page.goto(f"/?day={time.strftime('%Y-%m-%d', time.gmtime(BEGAN_S + 225 * DAY_S))}")
    until(tab.page, f"({SOURCES})().beside.length > 3")
    found = tab.page.evaluate(SOURCES)
    asked = [one.url for one in tab.requests]
    assert len(found["seen"]) > 5
    assert sum("/api/v1/pending/" in url for url in found["seen"]) > 5
    last = max(asked.index(url) for url in found["seen"])
    assert last < min(asked.index(url) for url in found["beside"])
    tab.page.close()


def test_files_show_before_they_are_read(tmp_path: Path, browse: Browse) -> None:
    """And become pictures without moving what is looked at, in each of two libraries."""
    folders = [tmp_path / "phone", tmp_path / "camera"]
    for at, folder in enumerate(folders):
        folder.mkdir()
        for day in range(60):
            put(folder, f"{day:02}.jpg", 2 * day + at, 1000 * at + day)
    (folders[0] / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not at all")
    os.utime(folders[0] / "broken.jpg", (BEGAN_S, BEGAN_S))
    more = ("--storage_dir", str(folders[1]), "--rescan_interval", "1")
    with Server(folders[0], *more) as server:
        server.settle()
        tab = browse(server)
        page = opened(tab.page)
        page.evaluate("scrollTo(0, 900)")
        page.wait_for_timeout(400)
        there = page.evaluate(FIRST)
        # In one moment, so that one scan finds all of it.
        fresh = tmp_path / "fresh"
        fresh.mkdir()
        for day in range(200, 240):
            put(fresh, f"{day}.jpg", day, 5000 + day)
        short = {path: path.stat() for path in fresh.iterdir()}
        for path, was in short.items():
            os.truncate(path, LONG_BYTES)
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
        fresh.rename(folders[1] / "fresh")
        deadline_s = time.monotonic() + 15
        while server.get("/api/v1/pending").json()["files"] < 38:
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        # Whoever comes back to the page need not wait until it asks by itself.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        pill = page.get_by_role("group", name="Progress")
        expect(pill).to_contain_text(re.compile(r"of 1\d\d"), timeout=15_000)
        expect(pill.get_by_role("link")).to_have_attribute("href", re.compile("/health$"))
        until(page, "document.querySelector('.count').textContent.startsWith('161')")
        assert page.evaluate(FIRST) == there
        # What is still to be read has its place and its picture, and leads nowhere yet.
        page.evaluate("scrollTo(0, 0)")
        unread = page.locator(f"{TILES}:not([href])").filter(has=page.locator("img"))
        expect(unread.first.locator("img")).to_have_js_property("complete", True)
        until(page, f"document.querySelectorAll('{TILES}:not([href]) img').length > 8")
        eye_comes_first(browse(server))
        row = page.evaluate(FIRST)
        for path, was in short.items():
            now_at = folders[1] / "fresh" / path.name
            os.truncate(now_at, was.st_size)
            os.utime(now_at, ns=(was.st_atime_ns, was.st_mtime_ns))
        server.settle()
        expect(page.locator(f"{TILES}:not([href])")).to_have_count(0, timeout=15_000)
        now = page.evaluate(FIRST)
        assert abs(now["top"] - row["top"]) < 2
        expect(pill).to_be_hidden(timeout=15_000)
        page.close()
