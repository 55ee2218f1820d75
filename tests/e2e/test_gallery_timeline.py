"""The timeline: all of a library at once, where one stands in it, and what comes meanwhile."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from e2e.conftest import Browse
    from support.browser import Screen

NEWEST = date(2021, 12, 30)
DAYS = 60
SIZES = [(48, 32), (32, 48), (40, 40), (64, 24)]
TILES = "[role=gridcell] > a[data-position]"

# Whichever tile is the first that is wholly below the bar at the top, and where it is.
FIRST = """() => {
  const tiles = [...document.querySelectorAll('a[data-position]')]
    .map((one) => ({ top: one.getBoundingClientRect().top, left: one.getBoundingClientRect().left,
                     href: one.getAttribute('href'), position: +one.dataset.position }))
    .filter((one) => one.top >= 60)
    .sort((one, other) => one.top - other.top || one.left - other.left);
  return tiles[0];
}"""


def days() -> list[date]:
    """Newest first, a fortnight apart but for some that are close together."""
    return [NEWEST - timedelta(days=11 * at + at % 3) for at in range(DAYS)]


def fill(folder: Path) -> int:
    """Pictures of all days. Returns how many."""
    count = 0
    for at, day in enumerate(days()):
        for number in range(1 + (at * 7) % 9):
            taken = f"{day:%Y:%m:%d} {10 + number}:00:00"
            content = picture(1000 + 37 * count, size=SIZES[count % 4], taken=taken)
            (folder / f"{count:04}.jpg").write_bytes(content)
            count += 1
    return count


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, int]]:
    folder: Path = tmp_path_factory.mktemp("timeline") / "photos"
    folder.mkdir()
    count = fill(folder)
    with Server(folder) as server:
        yield server.settle(), count


def opened(page: Page, address: str = "/") -> Page:
    """The page, once there are pictures."""
    page.goto(address)
    expect(page.locator(f"{TILES} img").first).to_have_js_property("complete", True)
    return page


def first(page: Page) -> dict[str, Any]:
    """The first tile that is wholly seen."""
    found: dict[str, Any] = page.evaluate(FIRST)
    return found


def until(page: Page, condition: str, timeout_s: float = 10) -> None:
    """Wait until a condition holds: the page's policy lets Playwright evaluate, but not wait."""
    deadline_s = time.monotonic() + timeout_s
    while not page.evaluate(condition):
        assert time.monotonic() < deadline_s, f"never so: {condition}"
        page.wait_for_timeout(30)


def focused(page: Page) -> int:
    """The position that has the focus; -1 where none has."""
    found: int = page.evaluate("+(document.activeElement.dataset.position ?? -1)")
    return found


def rest(page: Page) -> None:
    """Wait until the place that one has scrolled to is remembered."""
    page.wait_for_timeout(500)


def test_all_of_it_is_there_from_the_first_moment(
    site: tuple[Server, int], browse: Browse, screen: Screen
) -> None:
    server, count = site
    page = opened(browse(server, screen).page)
    height = page.evaluate("document.documentElement.scrollHeight")
    seen: set[int] = set()
    for _ in range(300):
        seen |= set(page.eval_on_selector_all(TILES, "all => all.map((a) => +a.dataset.position)"))
        before = page.evaluate("scrollY")
        page.evaluate("scrollBy(0, innerHeight)")
        page.wait_for_timeout(30)
        if page.evaluate("scrollY") == before:
            break
    assert seen == set(range(count))
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Only what is near the window is in the page.
    assert page.locator(TILES).count() < count


def test_what_takes_longest_is_asked_for_first(site: tuple[Server, int], browse: Browse) -> None:
    """The shape is on its way while the page still waits for its words."""
    tab = browse(site[0])
    tab.page.add_init_script("localStorage.setItem('language', 'de')")
    opened(tab.page)
    asked = [one.url.removeprefix(tab.origin) for one in tab.requests]
    shape = next(at for at, path in enumerate(asked) if path.startswith("/api/v1/timeline?"))
    words = next(at for at, path in enumerate(asked) if path.startswith("/assets/de-"))
    assert shape < words


def test_headings_name_days_and_months(site: tuple[Server, int], browse: Browse) -> None:
    page = opened(browse(site[0]).page)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("December 2021")
    expect(page.get_by_role("heading", level=3).first).to_have_attribute(
        "title", re.compile("30 December 2021")
    )
    tile = page.locator(TILES).first
    expect(tile).to_have_accessible_name(re.compile("^Photo, 30 December 2021"))


def test_the_place_is_part_of_the_address(
    site: tuple[Server, int], browse: Browse, screen: Screen
) -> None:
    page = opened(browse(site[0], screen).page)
    assert page.url.endswith("/")
    page.evaluate("scrollTo(0, 2345)")
    rest(page)
    assert re.search(r"\?day=2021-\d\d-\d\d$", page.url)
    there = first(page)
    page.reload()
    expect(page.locator(f"a[href='{there['href']}']")).to_be_visible()
    rest(page)
    assert first(page) == there
    # And back to it from elsewhere.
    page.get_by_role("link", name="Health").click()
    page.wait_for_url("**/health")
    page.go_back()
    expect(page.locator(f"a[href='{there['href']}']")).to_be_visible()
    rest(page)
    assert first(page) == there
    # The mark leads to the top.
    page.get_by_role("link", name="Media Server").first.click()
    until(page, "scrollY === 0")
    rest(page)
    assert page.url.endswith("/")


def test_a_day_in_the_address_is_where_it_begins(site: tuple[Server, int], browse: Browse) -> None:
    day = days()[40]
    page = opened(browse(site[0]).page, f"/?day={day}")
    name = f"{day.day} {day:%B %Y}"
    heading = page.locator(f"h3[title*='{name}']")
    expect(heading).to_be_in_viewport()
    box = heading.bounding_box()
    assert box is not None
    assert box["y"] < 300


def test_another_width_keeps_what_is_looked_at(site: tuple[Server, int], browse: Browse) -> None:
    page = opened(browse(site[0]).page)
    page.evaluate("scrollTo(0, 4000)")
    rest(page)
    there = first(page)
    page.set_viewport_size({"width": 700, "height": 800})
    rest(page)
    tile = page.locator(f"a[data-position='{there['position']}']")
    box = tile.bounding_box()
    assert box is not None
    assert abs(box["y"] - there["top"]) < 2


def test_by_keyboard(site: tuple[Server, int], browse: Browse) -> None:
    page = opened(browse(site[0]).page)
    page.locator(f"{TILES}[tabindex='0']").focus()

    assert focused(page) == 0
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement.dataset.position === '1'")
    page.keyboard.press("End")
    until(page, f"document.activeElement.dataset.position === '{site[1] - 1}'")
    expect(page.locator("a:focus")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Home")
    until(page, "document.activeElement.dataset.position === '0'")
    for _ in range(8):
        before = focused(page)
        page.keyboard.press("ArrowDown")
        until(page, f"+document.activeElement.dataset.position > {before}")
        expect(page.locator("a:focus")).to_be_in_viewport(ratio=1)
    at = focused(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/photo/*")
    page.go_back()
    until(page, f"document.activeElement.dataset.position === '{at}'")


def test_what_is_found_when_nobody_looks_at_it_any_more_moves_nothing(
    site: tuple[Server, int], browse: Browse
) -> None:
    page = browse(site[0]).page
    held: list[Route] = []
    page.route("**/api/v1/timeline/position?*", lambda route: held.append(route))
    oldest = site[0].digest(f"{site[1] - 1:04}.jpg")
    page.goto(f"/photo/{oldest}")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(TILES).first).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")
    rest(page)
    assert held
    with page.expect_response("**/api/v1/timeline/items?*"):
        for one in held:
            one.continue_()
    rest(page)
    assert page.evaluate("scrollY") == 0


def test_the_scrubber_leads_anywhere(site: tuple[Server, int], browse: Browse) -> None:
    page = opened(browse(site[0]).page)
    slider = page.get_by_role("slider", name="Date")
    slider.focus()
    expect(slider).to_have_attribute("aria-valuetext", "Thursday, 30 December 2021")
    slider.press("PageDown")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("2020$"))
    slider.press("End")
    expect(page.locator(f"a[data-position='{site[1] - 1}']")).to_be_in_viewport()
    slider.press("Home")
    until(page, "scrollY === 0")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"], steps=5)
    page.mouse.up()
    expect(page.locator(f"a[data-position='{site[1] - 1}']")).to_be_in_viewport()
    year = page.locator(".marks span").nth(1).bounding_box()
    assert year is not None
    page.mouse.click(box["x"] + 20, year["y"] + year["height"] / 2)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("2020$"))
    # Anywhere in a month is its beginning: its newest day.
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] * 0.6)
    rest(page)
    stood = date.fromisoformat(page.url.rpartition("=")[2])
    assert stood == max(one for one in days() if (one.year, one.month) == (stood.year, stood.month))


def test_a_date_can_be_gone_to(site: tuple[Server, int], browse: Browse, screen: Screen) -> None:
    page = opened(browse(site[0], screen).page)
    day = days()[30]
    page.get_by_role("button", name="Date and order").click()
    page.get_by_label("Go to date").fill(day.isoformat())
    page.get_by_role("button", name="Go", exact=True).click()
    heading = page.locator(f"h3[title*='{day.day} {day:%B %Y}']")
    expect(heading).to_be_in_viewport()
    expect(heading).to_have_class(re.compile("asked"))  # beside others it is told from them
    rest(page)
    assert page.url.endswith(f"?day={day}")


def test_nothing_is_asked_for_that_flies_by(site: tuple[Server, int], browse: Browse) -> None:
    tab = browse(site[0])
    page = opened(tab.page)
    page.wait_for_timeout(800)
    before = len(tab.requests)
    page.evaluate(
        """() => new Promise((done) => {
          let frames = 0;
          const step = () => {
            scrollBy(0, 250);
            ++frames < 40 ? requestAnimationFrame(step) : done();
          };
          step();
        })"""
    )
    assert [one.url for one in tab.requests[before:] if "/api/v1/" in one.url] == []
    page.wait_for_timeout(500)
    assert any("/renditions/grid" in one.url for one in tab.requests[before:])


def test_what_is_new_comes_without_moving_anything(
    tmp_path: Path, browse: Browse, screen: Screen
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    count = fill(folder)
    with Server(folder, "--rescan_interval", "1") as server:
        server.settle()
        tab = browse(server, screen)
        page = opened(tab.page)
        page.evaluate("scrollTo(0, 3000)")
        rest(page)
        there = first(page)
        before = page.evaluate("document.documentElement.scrollHeight")
        day = date.fromisoformat(page.url.rpartition("=")[2])
        # On a day above, on the day that is looked at, and on one below.
        for at, when in enumerate([NEWEST, day, date(2019, 1, 1)] * 4):
            content = picture(900_000 + at, size=(48, 32), taken=f"{when:%Y:%m:%d} 09:{at:02}:00")
            (folder / f"new{at}.jpg").write_bytes(content)
        # And some that were above are no more, while others of the same form are.
        for at in range(6):
            (folder / f"{at + 3:04}.jpg").unlink()
        until(page, f"document.documentElement.scrollHeight !== {before}", timeout_s=20)
        server.settle()
        page.wait_for_timeout(3000)
        now = first(page)
        assert (now["href"], round(now["top"])) == (there["href"], round(there["top"]))
        assert len(server.list()) == count + 6
        # Between a file and its asset there is a moment without a picture.
        tab.complaints[:] = [one for one in tab.complaints if "404" not in one]
        page.close()


def test_an_empty_folder_is_inviting_and_fills_by_itself(
    tmp_path: Path, browse: Browse, screen: Screen
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    with Server(folder, "--rescan_interval", "1") as server:
        server.settle()
        page = browse(server, screen).page
        page.goto("/")
        expect(page.get_by_role("heading", name="No photos yet")).to_be_visible()
        expect(page.get_by_text(str(folder))).to_be_visible()
        (folder / "a.jpg").write_bytes(picture(7, size=(64, 48), taken="2020:01:02 03:04:05"))
        expect(page.locator(TILES)).to_have_count(1, timeout=20_000)
        expect(page.get_by_role("heading", name="No photos yet")).to_be_hidden()
        page.close()
