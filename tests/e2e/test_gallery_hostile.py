"""A library of somebody who means harm: what stands in files and in their names is only shown."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from PIL import Image
from playwright.sync_api import expect

from support.browser import DESKTOP
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from e2e.conftest import Browse
    from support.browser import Screen

TILES: Final = "[role=gridcell] > a[data-position]"
# Whatever of these runs says so here.
RUN: Final = "window.harmed = (window.harmed ?? 0) + 1"
IMAGE: Final = f"<img src=x onerror='{RUN}'>"
SCRIPT: Final = f"<script>{RUN}</script>"
BROKEN_OUT: Final = f'"\'></title></textarea><svg onload="{RUN}"><a href=javascript:{RUN}>'
TEMPLATE: Final = "{harmed = 1}${harmed = 1}{{harmed = 1}}{@html harmed}"
NAMES: Final[tuple[bytes, ...]] = (
    f"{IMAGE}.jpg".encode(),
    "photo\u202egpj.exe.jpg".encode(),
    b"n" * 251 + b".jpg",
    b"line\nfeed\x1b[31m.jpg",
    "👩‍👩‍👧‍👦 😀.jpg".encode(),
    b"no \xff UTF-8.jpg",
    b"%3Cimg src=x%3E?#&amp;&lt;.jpg",
)


def described(number: int) -> bytes:
    """A picture that says of itself what a page must not run."""

    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def alt(text: str) -> str:
        return f'<rdf:Alt><rdf:li xml:lang="x-default">{escaped(text)}</rdf:li></rdf:Alt>'

    keywords = "".join(f"<rdf:li>{escaped(one)}</rdf:li>" for one in (IMAGE, TEMPLATE, "harmless"))
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{alt(SCRIPT)}</dc:title><dc:description>{alt(BROKEN_OUT)}</dc:description>"
        f"<dc:subject><rdf:Bag>{keywords}</rdf:Bag></dc:subject>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = IMAGE, SCRIPT  # make and model
    exif[0x010E] = BROKEN_OUT
    exif.get_ifd(0x8769).update({36867: "2021:05:03 10:11:12", 0xA434: TEMPLATE})
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (40 * number, 90, 160)).save(
        out, "JPEG", exif=exif.tobytes(), xmp=xmp.encode()
    )
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("hostile") / "photos"
    folder = os.fsencode(root) + b"/<script>harmed = 1<\xe2\x88\x95script>"
    os.makedirs(folder)
    for number, name in enumerate(NAMES):
        with open(folder + b"/" + name, "wb") as file:
            file.write(described(number))
    with open(folder + f"/{IMAGE} empty.jpg".encode(), "wb") as file:
        file.write(b"")
    with open(folder + f"/{IMAGE} jpeg.png".encode(), "wb") as file:
        file.write(picture(9, taken="2020:01:02 03:04:05"))
    with Server(root) as server:
        yield server.settle()


def digests(site: Server) -> dict[str, str]:
    items: list[dict[str, Any]] = site.get("/api/v1/search?q=keyword:harmless").json()["items"]
    return {one["name"]: one["digest"] for one in items}


def unharmed(page: Page) -> None:
    """Nothing has run, nothing has become an element, and nothing is wider than the screen."""
    page.wait_for_timeout(100)
    assert page.evaluate("window.harmed === undefined")
    assert page.locator("img[src='x'], [onerror], [onload], main script").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_photos_say_what_they_like(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/")
    expect(page.locator(TILES)).to_have_count(len(NAMES) + 2)
    unharmed(page)
    digest = digests(site)[f"{IMAGE}.jpg"]
    page.locator(f"main a[href*='{digest}']").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("i")
    panel = page.get_by_role("complementary", name="Details")
    for said in (IMAGE, SCRIPT, BROKEN_OUT, TEMPLATE, "harmless"):
        expect(panel).to_contain_text(said)
    unharmed(page)


def test_the_names_of_files_are_shown_as_text(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    page = tab.page
    found = digests(site)
    assert len(found) == len(NAMES)
    shown: list[str] = []
    for digest in found.values():
        page.goto(f"/photo/{digest}")
        expect(page.get_by_role("dialog")).to_be_visible()
        if not shown:  # from then on they stay open
            page.keyboard.press("i")
        panel = page.get_by_role("complementary", name="Details")
        expect(panel).to_contain_text("harmless")
        shown += panel.locator("li > bdi").all_inner_texts()
        unharmed(page)
    assert f"{IMAGE}.jpg" in shown
    # What would turn the text around, or break it, is shown as what it is.
    assert "photo[U+202E]gpj.exe.jpg" in shown
    assert "line[U+000A]feed[U+001B][31m.jpg" in shown
    assert "👩‍👩‍👧‍👦 😀.jpg" in shown


def test_looked_for(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    tab.forgive("400")  # the browser's own word for a search that is not understood
    page = tab.page
    page.goto("/")
    box = page.get_by_role("combobox", name="Search photos")
    box.click()
    page.keyboard.type("<img")
    expect(page.get_by_role("option").first).to_be_visible()
    assert any("<img" in one for one in page.get_by_role("option").all_inner_texts())
    unharmed(page)
    box.fill(f'keyword:"{IMAGE}"')
    box.press("Enter")
    expect(page.locator(TILES)).to_have_count(len(NAMES))
    expect(page.get_by_text(IMAGE).first).to_be_visible()
    unharmed(page)
    box.fill(f"{SCRIPT} wrong:{IMAGE}")
    box.press("Enter")
    expect(page.get_by_role("heading", name="This search is not understood")).to_be_visible()
    expect(page.get_by_text(re.compile(re.escape("<img"))).first).to_be_visible()
    unharmed(page)


def test_folders_health_and_the_map(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/folders")
    page.get_by_role("link", name="<script>").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    expect(page.locator(TILES)).to_have_count(len(NAMES) + 2)
    unharmed(page)
    for code in ("zero_byte", "wrong_extension"):
        page.goto(f"/health?code={code}")
        expect(page.get_by_text("<img src=x").first).to_be_visible()
        unharmed(page)
    page.goto("/map")
    expect(page.locator("main button:has(img)").first).to_be_visible()
    unharmed(page)
