"""States of the gallery's viewer: keys before it is there, links to every state of it, pictures
that lie any way round, and what cannot be shown as large as somebody asks.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from support.browser import PHONE
from support.media import picture
from support.server import Server
from support.stills import laid, scene
from support.viewing import (
    Fingers,
    colours_at,
    goto,
    layer,
    photo,
    press,
    shown,
    still,
    viewer,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from e2e.conftest import Browse

UPRIGHT = (3200, 2200)
# Chromium turns JPEGs as their EXIF data say, and leaves WebPs as they lie.
TURNED = {f"{number}.jpg": (number, "JPEG") for number in range(1, 9)} | {
    "9.webp": (3, "WEBP"),
}
TIFF, FIRST, SECOND = "large.tif", "first.jpg", "second.jpg"
QUARTERS = [(255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)]
PARIS = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}


def turned(number: int, orientation: int, form: str) -> bytes:
    """Red, green / blue, white when it is upright, of another day for each."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = f"2024:06:{30 - number:02} 10:00:00"
    out = io.BytesIO()
    laid(scene(*UPRIGHT), orientation).save(out, form, exif=exif.tobytes(), quality=80)
    return out.getvalue()


def taken_in_paris(second: int) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = f"2022:01:01 10:00:{second:02}"
    exif.get_ifd(0x8825).update(PARIS)
    out = io.BytesIO()
    Image.new("RGB", (1280, 960), (200, 60 * second, 60)).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("states") / "photos"
    (folder / "paris").mkdir(parents=True)
    for number, (name, (orientation, form)) in enumerate(TURNED.items()):
        (folder / name).write_bytes(turned(number, orientation, form))
    (folder / TIFF).write_bytes(still("2023:01:01 10:00:00", "TIFF", size=(4000, 3000)))
    (folder / "paris" / FIRST).write_bytes(taken_in_paris(2))
    (folder / "paris" / SECOND).write_bytes(taken_in_paris(1))
    with Server(folder, "--rescan_interval", "1") as server:
        yield server.settle()


def quarters(page: Page, x: float, y: float, apart: float) -> list[tuple[int, ...]]:
    """The colours of four points around one."""
    around = [(x + a, y + b) for b in (-apart, apart) for a in (-apart, apart)]
    return colours_at(page, around)


def alike(found: list[tuple[int, ...]]) -> bool:
    return all(
        one == pytest.approx(wanted, abs=16) for one, wanted in zip(found, QUARTERS, strict=True)
    )


def test_every_orientation_is_upright_however_near(browse: Browse, site: Server) -> None:
    tab = browse(site)
    page = goto(tab, photo(site, "1.jpg"))

    def is_asked_for(name: str) -> bool:
        address = f"/{site.digest(name)}/original"
        return any(one.url.endswith(address) for one in tab.requests)

    for name in TURNED:
        page.wait_for_url(f"**{photo(site, name)}")
        expect(layer(page, "preview")).to_be_visible()
        x, y, width, height = shown(page)
        assert width / height == pytest.approx(UPRIGHT[0] / UPRIGHT[1], rel=0.01), name
        middle = x + width / 2, y + height / 2
        assert alike(quarters(page, *middle, 150)), name
        assert not is_asked_for(name), name  # not before it is wanted
        page.mouse.dblclick(*middle)
        if name.endswith(".jpg"):
            expect(layer(page, "original")).to_be_visible()
        else:  # another way than the preview: it is not laid over it
            expect(page.locator(".toast")).to_contain_text("as large as browsers can show it")
            expect(layer(page, "original")).to_be_hidden()
        assert is_asked_for(name)
        assert shown(page)[2] == pytest.approx(UPRIGHT[0], abs=2)
        assert alike(quarters(page, *middle, 150)), name
        press(page, "ArrowRight")


def test_what_browsers_do_not_show_says_so_when_more_is_wanted(
    browse: Browse, site: Server
) -> None:
    tab = browse(site)
    page = goto(tab, photo(site, TIFF))
    expect(layer(page, "preview")).to_be_visible()
    press(page, "+")
    expect(page.locator(".toast")).to_have_text("")
    page.mouse.dblclick(640, 400)
    page.mouse.dblclick(640, 400)
    expect(page.locator(".toast")).to_contain_text("The download has all of its pixels")
    expect(layer(page, "preview")).to_be_visible()
    assert not [one for one in tab.requests if one.url.endswith("/original")]


def slow(page: Page) -> list[Route]:
    """Hold the viewer's code back; what is asked for comes to the list."""
    asked: list[Route] = []
    page.route("**/assets/Viewer-*.js", lambda route: asked.append(route))
    return asked


def let_go(page: Page, asked: list[Route]) -> None:
    page.wait_for_timeout(50)
    assert asked
    for one in asked:
        one.continue_()


@pytest.mark.parametrize("by", ["link", "tile"])
def test_escape_before_it_has_come_closes_it(browse: Browse, site: Server, by: str) -> None:
    tab = browse(site)
    page = tab.page
    asked = slow(page)
    if by == "link":
        page.goto(photo(site, FIRST))
    else:
        page.goto("/")
        page.locator(f'main a[href*="{site.digest(FIRST)}"]').click()
    expect(page.get_by_role("button", name="Back", exact=True)).to_be_visible()
    expect(viewer(page)).to_have_count(0)
    press(page, "Escape")
    page.wait_for_url(lambda address: "/photo/" not in address)
    expect(page.get_by_role("button", name="Back", exact=True)).to_have_count(0)
    let_go(page, asked)
    page.wait_for_timeout(200)
    expect(viewer(page)).to_have_count(0)
    expect(page.locator(".shell")).not_to_have_attribute("inert", "")


def test_other_keys_count_when_it_has_come(browse: Browse, site: Server) -> None:
    page = browse(site).page
    asked = slow(page)
    page.goto(photo(site, FIRST))
    expect(page.get_by_role("button", name="Back", exact=True)).to_be_visible()
    press(page, "ArrowRight", "i")
    let_go(page, asked)
    page.wait_for_url(f"**{photo(site, SECOND)}")
    expect(page.get_by_role("complementary", name="Details")).to_contain_text(SECOND)


def test_it_is_black_while_it_comes_and_says_when_it_cannot(browse: Browse, site: Server) -> None:
    tab = browse(site)
    page = tab.page
    page.route("**/assets/Viewer-*.js", lambda route: route.abort())
    tab.forgive("ERR_FAILED")
    page.goto(photo(site, FIRST))
    expect(page.get_by_role("button", name="Reload")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("button", name="Reload")).to_have_count(0)
    assert "/photo/" not in page.url
    # Where the server is away, it comes by itself when that is back.
    tab.forgive("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.locator(f'main a[href*="{site.digest(FIRST)}"]').click()
    expect(page.get_by_text("as soon as the server answers")).to_be_visible()
    expect(page.get_by_role("button", name="Reload")).to_have_count(0)
    page.unroute("**/assets/Viewer-*.js")
    page.context.set_offline(False)
    expect(viewer(page)).to_be_visible()


@pytest.mark.parametrize("place", ["search", "folder", "map"])
def test_a_link_within_a_place_has_its_neighbours(browse: Browse, site: Server, place: str) -> None:
    """Of a search, a folder, an area: by link, and after a reload; back leads to the place."""
    tab = browse(site)
    page = tab.page
    (library,) = site.get("/api/v1/folders").json()
    inner = site.get(f"/api/v1/folders/{library['id']}").json()["folders"][0]["id"]
    within = {"search": "q=paris", "folder": f"folder={inner}", "map": "at=48.86,2.29,12"}[place]
    goto(tab, f"{photo(site, FIRST)}?{within}")
    for _ in range(2):
        expect(page.get_by_role("button", name="Next")).to_have_count(1)
        expect(page.get_by_role("button", name="Previous")).to_have_count(0)
        page.reload()
    expect(page.get_by_role("button", name="Next")).to_have_count(1)
    press(page, "ArrowRight")
    page.wait_for_url(f"**{photo(site, SECOND)}?*")
    expect(page.get_by_role("button", name="Next")).to_have_count(0)
    press(page, "Escape")
    expect(viewer(page)).to_have_count(0)
    path = {"search": "/search?q=paris", "folder": f"/folders/{inner}", "map": "/map?at="}[place]
    assert path in page.url.replace("%2C", ",")


def test_states_in_the_history(browse: Browse, site: Server) -> None:
    """Open details and a zoom are no steps back; a reload keeps the details, not the zoom."""
    tab = browse(site)
    page = tab.page
    page.goto("/search?q=paris")
    page.locator(f'main a[href*="{site.digest(FIRST)}"]').click()
    expect(layer(page, "preview")).to_be_visible()
    width = shown(page)[2]
    press(page, "+", "+", "i")
    details = page.get_by_role("complementary", name="Details")
    expect(details).to_contain_text(FIRST)
    assert shown(page)[2] > width
    page.reload()
    expect(details).to_contain_text(FIRST)
    expect(layer(page, "preview")).to_be_visible()
    assert shown(page)[2] <= width
    page.go_back()
    expect(viewer(page)).to_have_count(0)
    assert page.url == f"{tab.origin}/search?q=paris"
    page.go_forward()
    expect(details).to_contain_text(FIRST)
    press(page, "i", "Escape")
    expect(viewer(page)).to_have_count(0)
    assert page.url == f"{tab.origin}/search?q=paris"


def test_what_was_removed_says_so(browse: Browse, site: Server) -> None:
    """A link to what was in the library until a moment ago, and to what never was one."""
    tab = browse(site)
    page = tab.page
    tab.forgive("404")
    folder = site.data_dir.parent / "photos"
    (folder / "leaves.jpg").write_bytes(picture(77, size=(300, 200)))
    site.wait(lambda: "leaves.jpg" in " ".join(site.paths()))
    link = photo(site, "leaves.jpg")
    (folder / "leaves.jpg").unlink()
    site.wait(lambda: "leaves.jpg" not in " ".join(site.paths()))
    goto(tab, link)
    expect(page.get_by_role("heading", name="Not in your library any more")).to_be_visible()
    press(page, "Escape")
    expect(viewer(page)).to_have_count(0)
    page.goto("/photo/0123")
    expect(page.get_by_role("heading", name="Nothing is here").first).to_be_attached()


def test_fingers_enlarge_and_close(browse: Browse, site: Server) -> None:
    page = goto(browse(site, PHONE), photo(site, "1.jpg"))
    expect(layer(page, "preview")).to_be_visible()
    fingers = Fingers(page)
    x, y, width, height = shown(page)
    for _ in range(2):
        fingers.tap(x + width / 4, y + height / 2)
    wait_until(page, "document.querySelector('.stage.large') !== null")
    left, _, wide, _ = shown(page)
    assert wide > 2 * width
    assert left + wide / 4 == pytest.approx(x + width / 4, abs=2)  # what was tapped stays
    for _ in range(3):
        fingers.swipe(380, 300)  # never past its edge
    assert shown(page)[0] == pytest.approx(0, abs=1)
    for _ in range(2):
        fingers.tap(195, 400)
    wait_until(page, "document.querySelector('.stage.large') === null")
    fingers.pinch(150, 100, 40)  # not smaller than the whole
    assert shown(page)[2] == pytest.approx(width, abs=1)
    fingers.swipe(0, -300)
    expect(page.get_by_role("complementary", name="Details")).to_be_visible()
    fingers.tap(195, 200)
    fingers.swipe(0, 60)
    expect(viewer(page)).to_be_visible()
