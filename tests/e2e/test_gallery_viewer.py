"""The gallery's viewer: one photo or film at a time, over the place that it was opened from."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE
from support.clips import make_clip
from support.server import Server
from support.viewing import (
    Fingers,
    colour_at,
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

    from e2e.conftest import Browse
    from support.browser import Screen

HEIC = Path(__file__).parents[2] / "../shared/samples/exif-samples/heic/IMG_5195.HEIC"
_EXIF, _GPS, _ORIENTATION, _MAKE, _MODEL = 0x8769, 0x8825, 0x0112, 0x010F, 0x0110
NEWEST, LIVE, FILM, STRANGE, OLDEST = (
    "turned.jpg",
    "IMG_0001.JPG",
    "20240501_101112.mp4",
    "20240430_101112.avi",
    "old.png",
)


def turned() -> bytes:
    """12 MP that lie on their side, with all that a camera tells: 3000 × 4000 upright.

    Its upper left quarter is red.
    """
    upright = Image.new("RGB", (3000, 4000), (40, 90, 160))
    ImageDraw.Draw(upright).rectangle((0, 0, 1500, 2000), fill=(220, 40, 40))
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_MAKE], exif[_MODEL] = 6, "Canon", "Canon EOS R5"
    exif.get_ifd(_EXIF).update(
        {
            36867: "2024:05:03 10:11:12",
            36881: "+02:00",
            0x829A: IFDRational(1, 120),
            0x829D: IFDRational(18, 10),
            0x8827: 200,
            0xA405: 26,
        }
    )
    exif.get_ifd(_GPS).update(
        {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)},
    )
    out = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("viewer") / "photos"
    folder.mkdir()
    (folder / NEWEST).write_bytes(turned())
    (folder / LIVE).write_bytes(still("2024:05:02 10:11:12"))
    (folder / "IMG_0001.MOV").write_bytes(make_clip("mov", "libx264", (320, 240), 75))
    film = make_clip("mp4", "libx264", (320, 240), 300, gop=25, sound="aac")
    (folder / FILM).write_bytes(film)
    (folder / STRANGE).write_bytes(make_clip("avi", "mpeg2video", (320, 240), 50))
    (folder / OLDEST).write_bytes(still("2020:01:02 03:04:05", "PNG"))
    if HEIC.exists():
        shutil.copy(HEIC, folder / "heic.heic")
    with Server(folder) as server:
        yield server.settle()


def test_a_link_leads_there(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = goto(tab, photo(site, NEWEST))
    expect(page).to_have_title(re.compile(r"Photo, 3 May 2024, Paris.* · "))
    expect(viewer(page)).to_have_accessible_name(re.compile("Photo, 3 May 2024, Paris"))
    expect(layer(page, "preview")).to_be_visible()
    x, y, width, height = shown(page)
    assert width / height == pytest.approx(3 / 4, rel=0.01)  # upright
    assert (width, height) <= (screen.width_px + 1, screen.height_px + 1)
    red, blue = (
        colour_at(page, x + width / 4, y + height / 4),
        colour_at(page, x + width / 4, y + height * 3 / 4),
    )
    assert red[0] > 180
    assert blue[2] > 120
    page.reload()
    expect(layer(page, "preview")).to_be_visible()
    press(page, "Escape")
    expect(viewer(page)).to_have_count(0)
    assert page.url == f"{tab.origin}/"


def test_from_a_tile_and_back_to_it(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = tab.page
    page.goto("/")
    page.locator(f'main a[href*="{site.digest(LIVE)}"]').click()
    expect(viewer(page)).to_be_visible()
    assert page.url == f"{tab.origin}{photo(site, LIVE)}"
    expect(page.locator(".shell")).to_have_attribute("inert", "")
    press(page, "ArrowRight")
    page.wait_for_url(f"**{photo(site, FILM)}")
    # What was stepped through is no history.
    page.go_back()
    expect(viewer(page)).to_have_count(0)
    expect(page.locator(f'main a[href*="{site.digest(FILM)}"]')).to_be_focused()
    page.go_forward()
    expect(viewer(page)).to_be_visible()
    assert page.url == f"{tab.origin}{photo(site, FILM)}"
    press(page, "Escape")
    expect(viewer(page)).to_have_count(0)
    page.wait_for_url(lambda address: "/photo/" not in address)


def test_what_was_found_alone_leads_to_its_day(browse: Browse, site: Server) -> None:
    page = browse(site).page
    page.goto(f"/search?q={OLDEST}")
    page.locator("main a[href*='/photo/']").click()
    expect(viewer(page).get_by_text("Thursday, 2 January 2020", exact=True)).to_be_visible()
    press(page, "ArrowRight")
    expect(viewer(page).get_by_text("That was the last one.")).to_be_visible()
    press(page, "ArrowLeft")
    expect(viewer(page).get_by_text("That was the first one.")).to_be_visible()
    press(page, "i")
    viewer(page).get_by_role("link", name="Show all of this day").click()
    expect(viewer(page)).to_have_count(0)
    expect(page.get_by_role("heading", name="Thursday, 2 January 2020")).to_be_in_viewport()
    page.wait_for_url(lambda address: "/search" not in address)


def test_the_order_is_the_timeline_s(browse: Browse, site: Server) -> None:
    page = goto(browse(site), photo(site, NEWEST))
    visited = [page.url]
    for name in (LIVE, FILM, STRANGE):
        page.get_by_role("button", name="Next").click()
        page.wait_for_url(f"**{photo(site, name)}")
        visited.append(page.url)
    expect(page.locator("[aria-live]")).to_have_text("Video, 30 April 2024")
    for address in reversed(visited[:-1]):
        press(page, "ArrowLeft")
        page.wait_for_url(address)
    press(page, "ArrowLeft")
    expect(page.get_by_role("button", name="Previous")).to_have_count(0)
    assert page.url == visited[0]


def test_enlarging_asks_for_the_original(browse: Browse, site: Server) -> None:
    tab = browse(site)
    page = goto(tab, photo(site, NEWEST))
    expect(layer(page, "preview")).to_be_visible()
    assert not [one for one in tab.requests if one.url.endswith("/original")]
    left, top, width, height = shown(page)
    page.mouse.move(left + width / 2, top + height / 4)
    page.mouse.wheel(0, -400)
    x, y, wide, high = shown(page)
    assert wide > 1.5 * width
    # What lay under the mouse lies there still.
    below = (x + wide / 2, y + high / 4)
    assert below == pytest.approx((left + width / 2, top + height / 4), abs=1)
    for _ in range(12):
        press(page, "+")
    expect(layer(page, "original")).to_be_visible()
    assert shown(page)[2] == pytest.approx(2 * 3000, rel=0.01)  # two pixels for each, no more
    for _ in range(6):
        page.mouse.move(100, 100)
        page.mouse.down()
        page.mouse.move(1_100, 700, steps=4)
        page.mouse.up()
    x, y, _, _ = shown(page)
    assert (x, y) == pytest.approx((0, 0), abs=1)  # never past its edge
    assert colour_at(page, 5, 400)[0] > 180
    press(page, "0")
    assert shown(page)[2] == pytest.approx(width, abs=1)
    page.mouse.dblclick(640, 400)
    assert shown(page)[2] == pytest.approx(3000, rel=0.01)
    page.mouse.dblclick(640, 400)
    assert shown(page)[2] == pytest.approx(width, abs=1)


def test_what_browsers_do_not_show_is_never_asked_for(browse: Browse, site: Server) -> None:
    if not HEIC.exists():
        pytest.skip("no samples")
    tab = browse(site)
    page = goto(tab, photo(site, "heic.heic"))
    expect(layer(page, "preview")).to_be_visible()
    for _ in range(8):
        press(page, "+")
    page.wait_for_timeout(200)
    expect(layer(page, "preview")).to_be_visible()
    assert not [one for one in tab.requests if one.url.endswith("/original")]


def test_fingers(browse: Browse, site: Server) -> None:
    page = goto(browse(site, PHONE), photo(site, NEWEST))
    expect(layer(page, "preview")).to_be_visible()
    expect(page.locator('[data-at="1"]')).to_have_count(1)
    fingers = Fingers(page)
    fingers.swipe(-250, 0)
    page.wait_for_url(f"**{photo(site, LIVE)}")
    fingers.swipe(40, 0)  # not far, though fast: thought better of it or not, it is a photo
    fingers.swipe(250, 0)
    page.wait_for_url(f"**{photo(site, NEWEST)}")
    page.wait_for_timeout(400)  # it moves
    width = shown(page)[2]
    fingers.pinch(40, 60, 100, 160)
    assert shown(page)[2] == pytest.approx(4 * width, rel=0.05)
    fingers.swipe(-100, 0)  # moves what is enlarged
    # So does the finger that is left of two, though the other one came later.
    left = shown(page)[0]
    fingers.put((155, 400), (235, 400))
    fingers.lift_one(1, 235, 400)
    for x in (135, 115):
        fingers.move((x, 400))
    fingers.lift()
    assert shown(page)[0] == pytest.approx(left - 40, abs=2)
    assert page.url.endswith(photo(site, NEWEST))
    press(page, "0")
    fingers.swipe(0, 300)
    expect(viewer(page)).to_have_count(0)


def test_details(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    page = goto(tab, photo(site, NEWEST))
    expect(layer(page, "preview")).to_be_visible()
    press(page, "i")
    panel = page.get_by_role("complementary", name="Details")
    for text in (
        "Friday",
        "10:11 · UTC+2",
        "from the camera (EXIF)",
        "Canon EOS R5",
        "f/1.8 · 1/120 s · ISO 200 · 26 mm",
        "12 MP · 3000 × 4000",
        NEWEST,
        "France",
        site.digest(NEWEST),
    ):
        expect(panel).to_contain_text(text)
    panel.get_by_role("button", name="Copy the SHA-256").click()
    expect(page.locator(".toast")).to_have_text("SHA-256 copied")
    with page.expect_download() as saved:
        panel.get_by_role("link", name="Download original").click()
    assert saved.value.suggested_filename == NEWEST
    content = Path(saved.value.path()).read_bytes()
    assert hashlib.sha256(content).hexdigest() == site.digest(NEWEST)
    expect(panel.get_by_role("link", name="Show on the map").first).to_have_attribute(
        "href", re.compile(r"/map\?at=48\.858.*2\.294")
    )
    press(page, "ArrowRight")
    page.wait_for_url(f"**{photo(site, LIVE)}")
    panel.get_by_role("link", name="IMG_0001.MOV").click()
    page.wait_for_url(f"**{photo(site, 'IMG_0001.MOV')}")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)


def test_a_film_plays(browse: Browse, site: Server, screen: Screen) -> None:
    page = goto(browse(site, screen), photo(site, FILM))
    film = page.locator("video[controls]")
    wait_until(film, "it.currentTime > 0.2")
    press(page, "k")
    wait_until(film, "it.paused")
    film.evaluate("it => { it.currentTime = 0 }")
    press(page, "l")
    wait_until(film, "it.currentTime === 10")
    press(page, "j")
    wait_until(film, "it.currentTime === 0")
    press(page, "m")
    assert film.evaluate("it => it.muted")
    page.wait_for_timeout(100)
    page.reload()
    expect(film).to_be_visible()
    assert film.evaluate("it => it.muted")  # remembered


def test_a_film_that_cannot_be_played_says_so(browse: Browse, site: Server) -> None:
    page = goto(browse(site), photo(site, STRANGE))
    expect(page.get_by_role("alert")).to_contain_text("This browser cannot play this video")
    expect(page.get_by_role("alert")).to_contain_text("AVI")
    expect(layer(page, "preview")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("alert").get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == STRANGE


def test_a_live_photo_moves_while_it_is_held(browse: Browse, site: Server) -> None:
    page = goto(browse(site), photo(site, LIVE))
    expect(layer(page, "preview")).to_be_visible()
    expect(layer(page, "movie")).to_have_count(0)
    page.mouse.move(640, 400)
    page.mouse.down()
    expect(layer(page, "movie")).to_be_visible()
    page.mouse.up()
    expect(layer(page, "movie")).to_have_count(0)
    page.get_by_role("button", name="Play the live photo").click()
    expect(layer(page, "movie")).to_be_visible()
    press(page, "l")
    expect(layer(page, "movie")).to_have_count(0)


def test_a_slideshow_goes_on_until_somebody_does_something(browse: Browse, site: Server) -> None:
    tab = browse(site)
    tab.page.clock.install()
    page = goto(tab, photo(site, NEWEST))
    expect(layer(page, "preview")).to_be_visible()
    page.get_by_role("button", name="Slideshow").click()
    expect(page.get_by_role("button", name="Pause")).to_have_count(1)
    page.clock.fast_forward(4_000)
    page.wait_for_url(f"**{photo(site, LIVE)}")
    press(page, "x")
    expect(page.get_by_role("button", name="Slideshow")).to_have_count(1)
    page.clock.fast_forward(4_500)
    assert page.url.endswith(photo(site, LIVE))
    press(page, "s")
    expect(page.get_by_role("button", name="Pause")).to_have_count(1)
    page.mouse.move(300, 300)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Slideshow")).to_have_count(1)


def test_what_is_gone_says_so(browse: Browse, site: Server) -> None:
    tab = browse(site)
    tab.forgive("404")
    page = goto(tab, f"/photo/{'0' * 64}")
    expect(page.get_by_role("heading", name="Not in your library any more")).to_be_visible()
    page.get_by_role("button", name="To all photos").click()
    expect(viewer(page)).to_have_count(0)
    assert page.url == f"{tab.origin}/"


def test_keys_stay_in_it_and_buttons_do_not_fade_under_them(browse: Browse, site: Server) -> None:
    tab = browse(site)
    tab.page.clock.install()
    page = goto(tab, photo(site, LIVE))
    expect(page.get_by_role("button", name="Next")).to_have_count(1)
    inside = "document.querySelector('[role=dialog]').contains(document.activeElement)"
    names = []
    for _ in range(14):
        press(page, "Tab")
        assert page.evaluate(inside)
        names.append(page.evaluate("document.activeElement.ariaLabel"))
    assert {"Back", "Play the live photo", "Slideshow", "Copy link", "Download", "Next"} <= {*names}
    assert names[0] in names[1:]  # round
    page.clock.fast_forward(3_400)
    bar = page.locator(".bar")
    kept = page.evaluate("document.activeElement.closest('.bar, .edge').className.split(' ')[0]")
    expect(page.locator(f".{kept}").first).to_have_css("opacity", "1")
    page.evaluate("document.activeElement.blur()")
    expect(bar).to_have_css("opacity", "0")
    page.mouse.move(300, 300)
    expect(bar).to_have_css("opacity", "1")


def test_over_plain_http_a_link_is_copied_too(browse: Browse, site: Server) -> None:
    page = goto(browse(site, DESKTOP), f"{photo(site, NEWEST)}?q=paris")
    expect(layer(page, "preview")).to_be_visible()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate(
        "document.addEventListener('copy', () => { window.copied = getSelection().toString() })"
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".toast")).to_have_text("Link copied")
    assert page.evaluate("window.copied") == page.url.partition("?")[0]


def test_an_original_that_is_away(browse: Browse, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / LIVE).write_bytes(still("2024:05:02 10:11:12"))
    (folder / FILM).write_bytes(make_clip("mp4", "libx264", (320, 240), 25))
    with Server(folder, "--rescan_interval", "1") as site:
        site.settle()
        site.get(f"/api/v1/assets/{site.digest(LIVE)}/renditions/preview")
        picture, film = photo(site, LIVE), photo(site, FILM)
        folder.rename(tmp_path / "elsewhere")
        site.wait(lambda: site.health()["libraries"][0]["state"] == "offline")
        tab = browse(site)
        tab.forgive("503")
        page = goto(tab, picture)
        expect(layer(page, "preview")).to_be_visible()
        press(page, "i")
        expect(page.get_by_role("note")).to_contain_text("Its library is away")
        page.goto(film)
        expect(page.get_by_role("alert")).to_contain_text("Its library is away")
        tab.page.close()
