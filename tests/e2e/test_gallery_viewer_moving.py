"""What moves in the gallery's viewer: live photos and motion photos while they are held, films that
play and films that do not, slideshows, full screen, and the screen that stays awake meanwhile.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import expect

from contract.library import photo as camera_photo
from contract.library import xmp
from support.browser import PHONE
from support.clips import make_clip
from support.server import Server
from support.viewing import (
    WAKE_LOCK,
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
    from pathlib import Path

    from playwright.sync_api import Locator, Page, Route

    from e2e.conftest import Browse
    from support.browser import Tab

MOTION, LIVE, STILL = "motion.jpg", "IMG_0002.HEIC", "IMG_0003.JPG"
FILM, OLDEST = "20240502_101112.mp4", "old.jpg"
# A codec that hardly a browser has, one that some have, and one that has lost its second half.
BROKEN = {
    "20240501_101112.mov": r"ProRes · QuickTime",
    "20240430_101112.mp4": r"HEVC · MP4",
    "20240429_101112.mp4": r"H.264 · MP4",
}
PURPLE = (128, 0, 128)


def motion_photo() -> bytes:
    """A purple picture with a film of coloured quarters inside, as Google's cameras write it."""
    film = make_clip("mp4", "libx264", (320, 240), 75)
    item = (
        '<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource">'
        f'<Container:Item Item:Semantic="MotionPhoto" Item:Length="{len(film)}"/>'
        "</rdf:li></rdf:Seq></Container:Directory>"
    )
    taken, packet = "2024:05:05 10:11:12", xmp(more=item)
    return camera_photo("purple", taken=taken, size=(1280, 960), packet=packet) + film


def heic(taken: str) -> bytes:
    """A purple picture as iPhones write it."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    out = io.BytesIO()
    picture = pillow_heif.from_pillow(Image.new("RGB", (1280, 960), PURPLE))
    picture.save(out, exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("moving") / "photos"
    folder.mkdir()
    prores, hevc, damaged = (folder / name for name in BROKEN)
    (folder / MOTION).write_bytes(motion_photo())
    (folder / LIVE).write_bytes(heic("2024:05:04 10:11:12"))
    (folder / "IMG_0002.MOV").write_bytes(make_clip("mov", "libx264", (320, 240), 75))
    (folder / STILL).write_bytes(still("2024:05:03 10:11:12"))
    hushed = {"log-level": "none"}
    (folder / "IMG_0003.MOV").write_bytes(
        make_clip("mov", "libx265", (320, 240), 10, options=hushed)
    )
    (folder / FILM).write_bytes(make_clip("mp4", "libx264", (320, 240), 30, sound="aac"))
    prores.write_bytes(make_clip("mov", "prores_ks", (320, 240), 10, pix="yuv422p10le"))
    hevc.write_bytes(make_clip("mp4", "libx265", (320, 240), 10, options=hushed))
    noise = Image.effect_noise((320, 240), 90).convert("RGB")
    whole = make_clip("mp4", "libx264", (320, 240), 50, lambda *_: noise)
    cut = whole.index(b"mdat") + 4
    damaged.write_bytes(whole[:cut] + bytes(len(whole) // 2) + whole[cut + len(whole) // 2 :])
    (folder / OLDEST).write_bytes(still("2020:01:02 03:04:05"))
    with Server(folder) as server:
        yield server.settle()


def opened(browse: Browse, site: Server, name: str) -> tuple[Tab, Page]:
    """A tab in which calls to stay awake are counted."""
    tab = browse(site)
    tab.page.add_init_script(WAKE_LOCK)
    return tab, goto(tab, photo(site, name))


def awake(page: Page) -> int:
    held = page.evaluate("window.locks.held")
    assert isinstance(held, int)
    return held


def quarter(page: Page) -> tuple[int, ...]:
    """The colour in the upper left quarter of what is looked at."""
    x, y, width, height = shown(page)
    return colour_at(page, x + width / 4, y + height / 4)


def is_purple(colour: tuple[int, ...]) -> bool:
    return colour == pytest.approx(PURPLE, abs=12)


def is_red(colour: tuple[int, ...]) -> bool:
    return colour[0] > 200 and max(colour[1:]) < 60


@pytest.mark.parametrize("name", [MOTION, LIVE])
def test_it_moves_while_it_is_held(browse: Browse, site: Server, name: str) -> None:
    """By mouse and by key; the film of a Live Photo, and the one inside of a motion photo."""
    tab, page = opened(browse, site, name)
    expect(layer(page, "preview")).to_be_visible()
    assert is_purple(quarter(page))

    asked: list[Route] = []
    page.route("**/movie", lambda route: asked.append(route))
    page.mouse.move(640, 400)
    page.mouse.down()
    expect(layer(page, "movie")).to_have_count(1)
    assert is_purple(quarter(page))  # until the film is there
    asked[0].continue_()
    page.unroute("**/movie")
    expect(layer(page, "movie")).to_be_visible()
    assert is_red(quarter(page))
    page.mouse.up()
    expect(layer(page, "movie")).to_have_count(0)
    assert is_purple(quarter(page))

    page.keyboard.down("l")
    expect(layer(page, "movie")).to_be_visible()
    page.wait_for_timeout(350)
    page.keyboard.down("l")  # as keys that are held do
    expect(layer(page, "movie")).to_be_visible()
    page.keyboard.up("l")
    expect(layer(page, "movie")).to_have_count(0)
    press(page, "l")  # not held: until the next time, or the film's end
    expect(layer(page, "movie")).to_be_visible()
    press(page, "ArrowRight")
    expect(layer(page, "movie")).to_have_count(0)
    assert [one for one in tab.requests if one.url.endswith("/movie")]


def test_a_finger_holds_it_too(browse: Browse, site: Server) -> None:
    page = goto(browse(site, PHONE), photo(site, MOTION))
    expect(layer(page, "preview")).to_be_visible()
    finger = Fingers(page)
    finger.put((195, 400))
    expect(layer(page, "movie")).to_be_visible()
    assert is_red(quarter(page))
    finger.lift()
    expect(layer(page, "movie")).to_have_count(0)
    assert is_purple(quarter(page))
    page.get_by_role("button", name="Play the live photo").tap()
    expect(layer(page, "movie")).to_be_visible()
    layer(page, "movie").evaluate("it => { it.currentTime = it.duration - 0.1 }")
    expect(layer(page, "movie")).to_have_count(0)  # it has ended
    button = page.get_by_role("button", name="Play the live photo")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_live_film_that_cannot_be_played_says_so(browse: Browse, site: Server) -> None:
    _, page = opened(browse, site, STILL)
    expect(layer(page, "preview")).to_be_visible()
    press(page, "l")
    expect(page.locator(".toast")).to_contain_text("cannot play the film of this live photo")
    expect(layer(page, "movie")).to_have_count(0)
    expect(layer(page, "preview")).to_be_visible()


@pytest.mark.parametrize("name", BROKEN)
def test_a_film_that_cannot_be_played_says_so(browse: Browse, site: Server, name: str) -> None:
    _, page = opened(browse, site, name)
    said = page.get_by_role("alert")
    expect(said).to_contain_text("This browser cannot play this video")
    expect(said).to_contain_text(re.compile(BROKEN[name]))
    expect(layer(page, "preview")).to_be_visible()  # its poster
    with page.expect_download() as saved:
        said.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == name
    assert awake(page) == 0


def test_the_screen_stays_awake_while_something_plays(browse: Browse, site: Server) -> None:
    _, page = opened(browse, site, FILM)
    film = page.locator("video[controls]")
    wait_until(page, "window.locks.held === 1")
    wait_until(film, "it.ended")
    wait_until(page, "window.locks.held === 0")
    press(page, "k")
    wait_until(page, "window.locks.held === 1")
    press(page, "ArrowLeft")
    page.wait_for_url(f"**{photo(site, STILL)}")
    wait_until(page, "window.locks.held === 0")
    press(page, "s")
    wait_until(page, "window.locks.held === 1")
    page.mouse.click(600, 400)  # pauses
    wait_until(page, "window.locks.held === 0")
    press(page, "s")
    wait_until(page, "!!document.fullscreenElement")
    press(page, "Escape")
    wait_until(page, "!document.fullscreenElement && window.locks.held === 0")
    press(page, "Escape")
    expect(viewer(page)).to_have_count(0)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def test_a_slideshow_shows_all_to_the_last(browse: Browse, site: Server) -> None:
    """Films to their end, what cannot be played for as long as a photo; also without movement."""
    tab = browse(site)
    page = tab.page
    page.add_init_script(WAKE_LOCK)
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    goto(tab, photo(site, LIVE))
    expect(layer(page, "preview")).to_be_visible()
    button(page, "Slideshow").click()
    for name in (STILL, FILM):
        page.clock.fast_forward(4_000)
        page.wait_for_url(f"**{photo(site, name)}")
        if name == STILL:
            expect(layer(page, "preview")).to_be_visible()
            duration = page.locator('[data-at="0"]').evaluate(
                "it => parseFloat(getComputedStyle(it).transitionDuration)"
            )
            assert duration < 0.01
    film = page.locator("video[controls]")
    wait_until(film, "it.currentTime > 0")
    assert film.evaluate("it => it.muted")
    assert page.url.endswith(photo(site, FILM))
    for name in [*BROKEN, OLDEST]:
        page.wait_for_url(f"**{photo(site, name)}")
        if name in BROKEN:
            expect(page.get_by_role("alert")).to_be_visible()
            page.clock.fast_forward(4_000)
    expect(layer(page, "preview")).to_be_visible()
    page.clock.fast_forward(4_000)
    expect(page.locator(".toast")).to_have_text("That was the last one.")
    expect(button(page, "Slideshow")).to_have_count(1)
    assert awake(page) == 0


def test_full_screen_is_left_before_the_viewer(browse: Browse, site: Server) -> None:
    _, page = opened(browse, site, STILL)
    expect(layer(page, "preview")).to_be_visible()
    is_full = "!!document.fullscreenElement"
    button(page, "Full screen").click()
    wait_until(page, is_full)
    expect(button(page, "Leave full screen")).to_have_count(1)
    press(page, "ArrowRight")  # goes on in it
    page.wait_for_url(f"**{photo(site, FILM)}")
    press(page, "Escape")
    wait_until(page, f"!{is_full}")
    expect(viewer(page)).to_be_visible()
    press(page, "f")
    wait_until(page, is_full)
    press(page, "f")
    wait_until(page, f"!{is_full}")
    press(page, "ArrowLeft", "s")  # fills it by itself
    wait_until(page, is_full)
    page.evaluate("document.exitFullscreen()")  # as a browser does at Escape, without any key
    expect(button(page, "Slideshow")).to_have_count(1)
    press(page, "f")
    wait_until(page, is_full)
    page.mouse.move(300, 300)
    button(page, "Back").click()
    expect(viewer(page)).to_have_count(0)
    wait_until(page, f"!{is_full}")
