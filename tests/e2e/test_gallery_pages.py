"""Folders, health and settings."""

from __future__ import annotations

import os
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

    from e2e.conftest import Browse
    from support.browser import Screen

TILES = "[role=gridcell] > a[data-position]"
HOSTILE = (
    b"<img src=x onerror=alert(1)>",
    "\u202egnp.exe".encode(),
    b"line\nfeed\x1b[31m",
    b"n" * 255,
    b"no \xff UTF-8",
    b"!!!",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("pages") / "photos"
    (root / "2021/Rome").mkdir(parents=True)
    for number in range(4):
        content = picture(number * 999 + 1, taken=f"2021:07:0{number + 1} 12:00:00")
        (root / f"2021/Rome/{number}.jpg").write_bytes(content)
    (root / "2021/top.jpg").write_bytes(picture(77, taken="2021:08:01 12:00:00"))
    hostile = os.fsencode(root / "hostile")
    os.mkdir(hostile)
    for number, name in enumerate(HOSTILE):
        os.mkdir(hostile + b"/" + name)
        with open(hostile + b"/" + name + b"/a.jpg", "wb") as file:
            file.write(picture(number + 500, taken="2020:01:01 12:00:00"))
    (root / "empty.jpg").write_bytes(b"")
    (root / "really a jpeg.png").write_bytes(picture(9, taken="2020:01:02 03:04:05"))
    with Server(root) as server:
        yield server.settle()


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("well") / "photos"
    root.mkdir()
    (root / "a.jpg").write_bytes(picture(1, taken="2020:01:01 12:00:00"))
    with Server(root) as server:
        yield server.settle()


def test_down_and_up_the_folders(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/folders")
    expect(page.get_by_role("heading", level=1)).to_have_text("photos")
    page.get_by_role("link", name="2021").click()
    # The pictures of the folder itself, those of the one in it are there.
    expect(page.locator(TILES)).to_have_count(1)
    page.get_by_role("link", name="Rome 4 files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rome")
    expect(page.locator(TILES)).to_have_count(4)
    above = page.get_by_role("navigation", name="Folders above")
    expect(above.get_by_role("link")).to_have_text(["photos", "2021"])
    address = page.url
    page.locator(TILES).first.click()
    expect(page).to_have_url(re.compile(r"/photo/[0-9a-f]{64}\?folder=\d+$"))
    page.go_back()
    expect(page).to_have_url(address)
    above.get_by_role("link", name="photos").click()
    expect(page.get_by_role("link", name="2021")).to_be_visible()


def test_hostile_names_are_only_shown(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/folders")
    page.get_by_role("link", name="hostile").click()
    names = page.locator("main ul bdi")
    expect(names).to_have_count(len(HOSTILE))
    shown = names.all_inner_texts()
    assert "<img src=x onerror=alert(1)>" in shown
    assert "[U+202E]gnp.exe" in shown
    assert "line[U+000A]feed[U+001B][31m" in shown
    assert any(re.fullmatch("n+…n+", name) for name in shown)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # A name without a letter is a folder like any other.
    page.get_by_role("link", name="!!!").click()
    expect(page.locator(TILES)).to_have_count(1)


def test_a_folder_that_is_not_there(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    tab.forgive("404")
    tab.page.goto("/folders/999999")
    expect(tab.page.get_by_text("This folder is not there").last).to_be_visible()
    tab.page.get_by_role("link", name="To all libraries").click()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("photos")


def test_what_is_wrong_and_what_to_do(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/health")
    expect(page.get_by_role("link", name=re.compile("Empty files"))).to_be_visible()
    page.get_by_role("link", name=re.compile("Wrong name")).click()
    expect(page).to_have_url(re.compile(r"/health\?code=wrong_extension$"))
    expect(page.get_by_text("What you can do")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="really a jpeg.png")
    expect(row.locator("img")).to_have_js_property("complete", value=True)
    expect(row.get_by_role("button", name="Copy the path")).to_be_visible()
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/photo/[0-9a-f]{64}\?code=wrong_extension$"))


def test_nothing_is_wrong(browse: Browse, well: Server, screen: Screen) -> None:
    tab = browse(well, screen)
    tab.page.goto("/health")
    expect(tab.page.get_by_text("All is well")).to_be_visible()
    expect(tab.page.get_by_text("1 file checked")).to_be_visible()


def test_scan_now(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/settings")
    expect(page.get_by_text("Online", exact=True)).to_be_visible()
    before = site.get("/api/v1/libraries").json()["scans"]
    page.get_by_role("button", name="Scan now").click()
    expect(page.get_by_role("button", name="Scan now")).to_be_enabled()
    expect(page.get_by_text(re.compile(rf"^{before + 1} scans? since"))).to_be_visible()


def test_the_language_can_be_chosen(browse: Browse, site: Server) -> None:
    tab = browse(site, PHONE)
    page = tab.page
    page.goto("/settings")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Optionen")
    assert page.evaluate("document.documentElement.lang") == "de"
    page.reload()
    page.get_by_label("Sprache").select_option("")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_there_is_a_session_to_end(browse: Browse, tmp_path: Path, chromium: object) -> None:
    del chromium
    root = tmp_path / "photos"
    root.mkdir()
    (root / "a.jpg").write_bytes(picture(1))
    (tmp_path / "token").write_text("0123456789abcdef0123456789abcdef")
    with Server(root, "--token_file", str(tmp_path / "token")) as server:
        tab = browse(server, DESKTOP)
        page = tab.page
        page.goto("/login?next=/settings")
        page.get_by_role("textbox").or_(page.locator("input[type=password]")).first.fill(
            "0123456789abcdef0123456789abcdef"
        )
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/login"))
        tab.settle()
        page.close()
