"""When libraries, the server or the session are gone for a while: it is said, and is mended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE, SHELL_IS_KEPT, until
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from e2e.conftest import Browse
    from support.browser import Screen

TILES = "[role=gridcell] > a[data-position]"
IMAGES = f"{TILES} img"
LOADED = "all => all.filter((one) => one.complete && one.naturalWidth > 0).length"
TOKEN = "correct-horse-battery-staple"
CARD = 130
# What a browser says itself of a server that is not there.
REFUSED = "ERR_CONNECTION_REFUSED|Failed to load resource|ERR_EMPTY_RESPONSE|INCOMPLETE"


def fill(folder: Path, count: int, year: int) -> None:
    folder.mkdir()
    for number in range(count):
        taken = f"{year}:{12 - number % 12:02}:{28 - number // 12:02} 12:00:{number % 60:02}"
        content = picture(year * 1_000 + number, size=(36, 24), taken=taken)
        (folder / f"{number:03}.jpg").write_bytes(content)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Two libraries: a phone's, and below it in time that of a card, which comes and goes."""
    folder: Path = tmp_path_factory.mktemp("states")
    fill(folder / "phone", 4, 2023)
    fill(folder / "card", CARD, 2021)
    with Server(folder / "phone", "--storage_dir", str(folder / "card")) as server:
        yield server.settle(), folder / "card"


def scanned(server: Server, state: str) -> None:
    """Have it look, until the card's library is in a state."""
    server.get("/api/v1/libraries/scan", method="POST")
    server.wait(lambda: server.get("/api/v1/libraries").json()["libraries"][1]["state"] == state)


def attention(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_text("needs attention")


def test_a_library_that_is_away_for_a_while(
    browse: Browse, site: tuple[Server, Path], screen: Screen
) -> None:
    server, card = site
    away = card.with_name("card-away")
    card.rename(away)
    try:
        scanned(server, "offline")
        page = browse(server, screen).page
        page.goto("/?day=2021-12-28")
        # All photos are there, with the pictures that were made of them.
        expect(page.get_by_text("cannot be reached now")).to_be_visible()
        expect(page.locator(IMAGES).first).to_be_visible()
        until(page, f"({LOADED})([...document.querySelectorAll('{IMAGES}')]) > 5")
        expect(attention(page)).to_have_count(1)
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Folders").click()
        expect(page.get_by_role("link", name=re.compile("card")).first).to_contain_text("Not there")
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Health").click()
        expect(page.get_by_role("heading", name="This library is not there")).to_be_visible()
        expect(page.get_by_text(str(card))).to_be_visible()
    finally:
        away.rename(card)
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("heading", name="This library is not there")).to_be_hidden()
    expect(page.get_by_text("All is well")).to_be_visible()
    expect(attention(page)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_so_many_are_missing_that_somebody_is_asked(
    browse: Browse, site: tuple[Server, Path]
) -> None:
    server, card = site
    lost = sorted(card.iterdir())[: CARD - 10]
    kept = {path: path.read_bytes() for path in lost}
    for path in lost:
        path.unlink()
    scanned(server, "held")
    page = browse(server, PHONE).page
    page.goto("/?day=2021-12-28")
    expect(page.locator(IMAGES).nth(20)).to_be_visible()  # nothing is taken away
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Health").click()
    heading = page.get_by_role("heading", name="120 files are missing all at once")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="They are really gone").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing on the disk is touched")
    expect(page.get_by_role("button", name="Keep them")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="They are really gone").click()
    page.get_by_role("button", name="Take them off").click()
    expect(heading).to_be_hidden()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Photos").click()
    expect(page.locator(TILES)).to_have_count(14)
    for path, content in kept.items():
        path.write_bytes(content)
    scanned(server, "online")


def test_no_room_for_the_catalog(browse: Browse, site: tuple[Server, Path]) -> None:
    tab = browse(site[0], DESKTOP)
    page = tab.page
    server = site[0].settle()
    full = server.get("/api/v1/libraries").json() | {"step": "waiting"}
    page.route("**/api/v1/libraries", lambda route: route.fulfill(json=full))
    page.goto("/health")
    expect(page.get_by_role("heading", name="No room left")).to_be_visible()
    expect(attention(page)).to_have_count(1)


def test_the_server_goes_and_comes_back(browse: Browse, tmp_path: Path, chromium: object) -> None:
    del chromium
    fill(tmp_path / "photos", 280, 2021)
    with Server(tmp_path / "photos") as first:
        first.settle()
        tab = browse(first, DESKTOP)
        tab.forgive(REFUSED)
        page = tab.page
        page.goto("/")
        expect(page.locator(IMAGES).first).to_be_visible()
        until(page, SHELL_IS_KEPT)
        first.stop()
    banner = page.get_by_text("The server does not answer")
    # What has not been loaded yet is shown as what it is, and fills when the server is back.
    page.locator(TILES).first.focus()
    page.keyboard.press("End")
    expect(banner).to_be_visible()
    expect(page.get_by_text("January 2021").first).to_be_visible()
    assert page.locator(IMAGES).count() == 0
    with Server(tmp_path / "photos", "--port", str(first.port)) as second:
        expect(banner).to_be_hidden()
        expect(page.locator(IMAGES).first).to_be_visible()
        # Loaded anew without a server it says so as well, and goes on by itself.
        second.settle().stop()
    page.goto("/folders")
    expect(banner).to_be_visible()
    expect(page.get_by_role("heading", name="This did not work")).to_be_visible()
    with Server(tmp_path / "photos", "--port", str(first.port)):
        expect(banner).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_have_text("photos")
        expect(page.get_by_role("heading", name="This did not work")).to_be_hidden()
        tab.settle()
        page.close()


def test_a_session_that_ends_while_the_page_is_open(
    browse: Browse, tmp_path: Path, screen: Screen, chromium: object
) -> None:
    del chromium
    fill(tmp_path / "photos", 3, 2021)
    (tmp_path / "token").write_text(TOKEN)
    with Server(tmp_path / "photos", "--token_file", str(tmp_path / "token")) as server:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        server.wait(lambda: len(server.get("/list", bearer).json()) == 3)
        tab = browse(server, screen)
        tab.forgive("401")
        page = tab.page
        page.goto("/search?q=2021")
        page.get_by_label("Access token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator(TILES)).to_have_count(3)
        page.context.clear_cookies()
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Folders").click()
        expect(page.get_by_text("You have been signed out")).to_be_visible()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Access token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{tab.origin}/folders")
        expect(page.get_by_role("heading", level=1)).to_have_text("photos")
        tab.settle()
        page.close()
