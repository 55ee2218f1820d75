"""The map: clusters to click on, an area that becomes a search, the address, the keyboard."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from e2e.conftest import Browse
    from support.browser import Screen, Tab

_GPS, _EXIF = 0x8825, 0x8769
# Name, latitude, longitude and number of pictures.
PLACES = (
    ("Vienna", 48.2082, 16.3738, 20),
    ("Rome", 41.9028, 12.4964, 3),
    ("Tokyo", 35.6895, 139.6917, 1),
    ("Taveuni", -16.85, 179.99, 2),
    ("Taveuni", -16.85, -179.99, 1),
)
ALL = sum(count for *_, count in PLACES)
TILES = "[role=gridcell] > a[data-position]"


def located(number: int, latitude: float, longitude: float) -> bytes:
    """A picture that knows where it was taken."""
    image = Image.new("RGB", (64, 48), ((number * 53) % 256, (number * 97) % 256, 120))
    exif = Image.Exif()
    exif.get_ifd(_EXIF)[36867] = f"2021:07:{number % 28 + 1:02} 12:00:00"
    gps = exif.get_ifd(_GPS)
    gps[1], gps[2] = "N" if latitude >= 0 else "S", (abs(latitude), 0.0, 0.0)
    gps[3], gps[4] = "E" if longitude >= 0 else "W", (abs(longitude), 0.0, 0.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif.tobytes(), comment=str(number).encode())
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("map") / "photos"
    number = 0
    for name, latitude, longitude, count in PLACES:
        (root / name).mkdir(parents=True, exist_ok=True)
        for _ in range(count):
            number += 1
            content = located(number, latitude, longitude)
            (root / name / f"{number}.jpg").write_bytes(content)
    (root / "nowhere.jpg").write_bytes(picture(1, taken="2020:01:01 12:00:00"))
    with Server(root) as server:
        yield server.settle()


@pytest.fixture(scope="module")
def homeless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("homeless") / "photos"
    root.mkdir()
    (root / "a.jpg").write_bytes(picture(2, taken="2020:01:01 12:00:00"))
    with Server(root) as server:
        yield server.settle()


def show(tab: Tab, address: str) -> Locator:
    """The map, when it has been drawn."""
    tab.page.goto(address)
    frame = tab.page.get_by_role("application")
    expect(frame).to_have_attribute("data-ready", "true")
    return frame


def tap(where: Locator, screen: Screen) -> None:
    if screen.touch:
        where.tap()
    else:
        where.click()


def marker(page: Page, name: str) -> Locator:
    return page.get_by_role("application").get_by_role("button", name=name, exact=True)


def test_from_the_world_to_a_place(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    show(tab, "/map?at=47,14,4.2")
    expect(marker(tab.page, "3 photos near Rome")).to_be_visible()
    tap(marker(tab.page, "20 photos near Vienna"), screen)
    # It is nearer now, and the same again: then its photos are listed.
    expect(tab.page).to_have_url(re.compile(r"/map\?at=48\.2\d*%2C16\.3\d*%2C\d"))
    expect(marker(tab.page, "3 photos near Rome")).to_be_hidden()
    vienna = marker(tab.page, "20 photos near Vienna")
    tab.page.wait_for_timeout(400)
    tap(vienna, screen)
    strip = tab.page.get_by_role("region", name="20 photos")
    expect(strip.get_by_role("listitem")).to_have_count(20)
    tap(strip.get_by_role("link", name="Show in the timeline"), screen)
    expect(tab.page).to_have_url(re.compile(r"/search\?q=box%3A"))
    expect(tab.page.get_by_role("status").filter(has_text="20")).to_be_visible()


def test_what_is_in_sight_becomes_a_search(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    show(tab, "/map?at=45,14,4.2")
    tap(tab.page.get_by_role("link", name="23 photos here"), screen)
    expect(tab.page.get_by_role("status").filter(has_text="23")).to_be_visible()
    tab.page.go_back()
    expect(tab.page.get_by_role("link", name="23 photos here")).to_be_visible()


def test_over_the_180th_meridian(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    show(tab, "/map?at=-16.85,-179.9,6")
    expect(marker(tab.page, "3 photos")).to_be_visible()
    tab.page.get_by_role("link", name="3 photos here").click()
    expect(tab.page.locator(TILES)).to_have_count(3)


def test_by_keyboard(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    frame = show(tab, "/map?at=35.6895,139.6917,5")
    frame.focus()
    tab.page.keyboard.press("+")
    expect(tab.page).to_have_url(re.compile(r"at=35\.\d+%2C139\.\d+%2C6$"))
    tab.page.keyboard.press("ArrowRight")
    expect(tab.page).not_to_have_url(re.compile(r"%2C139\."))
    tab.page.keyboard.press("0")
    expect(tab.page.get_by_role("link", name=f"{ALL} photos here")).to_be_visible()
    # One photo opens by itself, over the map.
    marker(tab.page, "1 photo near Tokyo").press("Enter")
    expect(tab.page).to_have_url(re.compile(r"/photo/[0-9a-f]{64}\?at="))


def test_by_hand(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    show(tab, "/map?at=48.2,16.4,6")
    mouse = tab.page.mouse
    mouse.move(700, 400)
    mouse.down()
    mouse.move(600, 400, steps=5)
    mouse.up()
    expect(tab.page).to_have_url(re.compile(r"at=48\.2%2C18\.\d+%2C6$"))
    mouse.wheel(0, -300)
    expect(tab.page).to_have_url(re.compile(r"%2C7$"))


def test_a_drag_over_a_cluster_opens_nothing(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    show(tab, "/map?at=41.9,12.5,7")
    where = marker(tab.page, "3 photos near Rome").bounding_box()
    assert where is not None
    mouse = tab.page.mouse
    mouse.move(where["x"] + 20, where["y"] + 20)
    mouse.down()
    mouse.move(where["x"] + 120, where["y"] + 20, steps=5)
    mouse.up()
    expect(tab.page).not_to_have_url(re.compile(r"12\.5"))
    expect(tab.page.get_by_role("region", name="3 photos")).to_be_hidden()
    marker(tab.page, "3 photos near Rome").click()
    expect(tab.page.get_by_role("region", name="3 photos")).to_be_visible()


def test_two_fingers_zoom(browse: Browse, site: Server) -> None:
    tab = browse(site, PHONE)
    show(tab, "/map?at=48.2,16.37,6")
    touch = tab.page.context.new_cdp_session(tab.page)

    def fingers(kind: str, apart_px: int) -> None:
        points = [{"x": 195 + side * apart_px / 2, "y": 420, "id": side} for side in (-1, 1)]
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [] if kind == "touchEnd" else points},
        )

    fingers("touchStart", 60)
    for apart_px in range(70, 241, 10):
        fingers("touchMove", apart_px)
    fingers("touchEnd", 0)
    # Four times as far apart: two steps nearer, around the same place.
    expect(tab.page).to_have_url(re.compile(r"at=48\.[12]\d*%2C16\.[34]\d*%2C(7\.9|8|8\.1)$"))
    expect(tab.page.get_by_role("region", name="20 photos")).to_be_hidden()


def test_towns_are_named_beyond_the_largest(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    with tab.page.expect_response("**/api/v1/map/names?**") as answer:
        show(tab, "/map?at=48.2,16.37,10")
    names = [one["name"] for one in answer.value.json()["names"]]
    assert {"Klosterneuburg", "Schwechat"} <= set(names)
    tab.page.goto("/map?at=48.2,16.37,6")
    expect(tab.page.get_by_role("application")).to_have_attribute("data-ready", "true")


def test_nothing_is_drawn_while_nothing_happens(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    show(tab, "/map?at=47,14,5")
    expect(tab.page.get_by_role("link", name="23 photos here")).to_be_visible()
    tab.page.wait_for_timeout(500)
    drawn = tab.page.evaluate(
        """async () => {
            let frames = 0;
            const ask = window.requestAnimationFrame;
            window.requestAnimationFrame = (then) => { frames++; return ask(then); };
            await new Promise((done) => setTimeout(done, 500));
            window.requestAnimationFrame = ask;
            return frames;
        }"""
    )
    assert drawn == 0


def test_no_photo_knows_its_place(browse: Browse, homeless: Server, screen: Screen) -> None:
    tab = browse(homeless, screen)
    show(tab, "/map")
    expect(tab.page.get_by_text("No photo knows its place yet")).to_be_visible()


def test_the_photo_says_where(browse: Browse, site: Server) -> None:
    tab = browse(site, PHONE)
    item = site.get("/api/v1/search?q=in:Rome&limit=1").json()["items"][0]
    asset = site.get(f"/api/v1/assets/{item['digest']}").json()
    assert asset["place"]["city"] == "Rome"
    tab.page.goto(f"/photo/{item['digest']}")
    tab.page.get_by_role("button", name="Details").tap()
    spot = tab.page.get_by_role("link", name=re.compile("Where it was taken"))
    spot.scroll_into_view_if_needed()
    spot.tap()
    expect(tab.page).to_have_url(re.compile(r"/map\?at=41\.9"))
