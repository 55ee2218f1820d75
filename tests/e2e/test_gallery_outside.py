"""No request leaves for another host, whatever is looked at, in either language.

All that the browser asks of other hosts, its service worker included, has to go through a proxy
that writes it down and refuses it; besides, no name leads anywhere (see `support.browser`).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Error, expect

from support.browser import DESKTOP, PHONE, SHELL_IS_KEPT, until, watch
from support.clips import make_clip
from support.listener import Listener
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from support.browser import Chromium, Screen

TILES = "[role=gridcell] > a[data-position]"
# Chromium asks its maker what the fields of a form may mean, on each page that has a field.
BROWSERS_OWN = "CONNECT content-autofill.googleapis.com:443 HTTP/1.1"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("outside") / "photos"
    root.mkdir()
    for number in range(3):
        (root / f"{number}.jpg").write_bytes(here(number))
    (root / "film.webm").write_bytes(make_clip("webm", "libvpx"))
    (root / "empty.jpg").write_bytes(b"")
    with Server(root) as server:
        yield server.settle()


def here(number: int) -> bytes:
    """A picture that knows its place."""
    image = Image.open(io.BytesIO(picture(number, taken="2020:01:01 12:00:00")))
    exif = image.getexif()
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 54.0, 0.0), 3: "E", 4: (12.0, 30.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=str(number).encode())
    return out.getvalue()


def walk(page: Page, german: bool) -> None:
    """All views, as somebody looks at them."""
    page.goto("/")
    expect(page.locator(f"{TILES} img")).to_have_count(4)
    page.locator(TILES).last.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("i")
    expect(page.get_by_text("SHA-256", exact=True).first).to_be_visible()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    box = page.get_by_role("combobox")
    box.fill("ro")
    expect(page.get_by_role("option").first).to_be_visible()
    box.fill("2020")
    box.press("Enter")
    expect(page.locator(TILES)).to_have_count(3)
    page.goto("/map?at=41.9,12.5,9")
    expect(page.get_by_role("application")).to_have_attribute("data-ready", "true")
    page.keyboard.press("Tab")
    for path in ("/folders", "/health", "/health?code=zero_byte", "/settings"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    label = "Sprache" if german else "Language"
    expect(page.get_by_label(label)).to_be_visible()
    page.goto("/api/v1/docs")
    page.goto("/")
    until(page, SHELL_IS_KEPT)
    page.reload()
    expect(page.locator(f"{TILES} img").first).to_be_visible()


@pytest.mark.parametrize(
    ("screen", "german"), [(DESKTOP, False), (PHONE, True)], ids=["english", "german"]
)
def test_nobody_else_hears_of_it(
    chromium: Chromium, site: Server, screen: Screen, *, german: bool
) -> None:
    address = f"http://127.0.0.1:{site.port}"
    with Listener() as outside:
        context = chromium.context(address, screen, proxy=f"http://127.0.0.1:{outside.port}")
        if german:
            context.add_init_script("localStorage.setItem('language', 'de')")
        tab = watch(context, address)
        try:
            walk(tab.page, german)
            tab.settle()
            assert set(outside.asked) <= {BROWSERS_OWN}
            # It would have been heard of.
            with pytest.raises(Error):
                tab.page.goto("http://outside.example/picture.jpg")
            assert outside.asked[-1].startswith("GET http://outside.example/picture.jpg ")
        finally:
            context.close()
