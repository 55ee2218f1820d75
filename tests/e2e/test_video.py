"""Originals as a browser shows them by themselves: a film with ranges, a photo, and what only says
that it is one.
"""

from __future__ import annotations

import hashlib
import re
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from support.clips import make_clip
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator

    from e2e.conftest import Browse
    from support.browser import Screen, Tab

FILM_S = 24
PHOTO = picture(3, size=(1600, 1200))
RUNS = "<script>console.error('it ran'); fetch('http://elsewhere.test/')</script>"
IMPOSTORS = {
    "page.jpg": f"<!doctype html><h1>Hello</h1>{RUNS}",
    "drawing.png": f"<svg xmlns='http://www.w3.org/2000/svg'>{RUNS}</svg>",
    "drawing.svg": f"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>{RUNS}</svg>",
    "page.mp4": f"<html>{RUNS}</html>",
}
# Begins like a picture, and would be a page if a browser thought about it.
HALF_A_PICTURE = b"GIF89a/*<html>" + RUNS.encode() + b"*/"


def film() -> bytes:
    """H.264 with a keyframe each second, and more of it than a browser keeps; its index is last."""
    grains = [Image.effect_noise((640, 360), 90).convert("RGB") for _ in range(8)]
    made = make_clip(
        "mp4",
        "libx264",
        (640, 360),
        25 * FILM_S,
        lambda number, _, __: grains[number % len(grains)],
        gop=25,
        options={"preset": "ultrafast", "crf": "22"},
    )
    assert len(made) > 40_000_000
    assert made.index(b"moov") > 40_000_000
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("films") / "photos"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(film())
    (folder / "photo.jpg").write_bytes(PHOTO)
    (folder / "half.gif").write_bytes(HALF_A_PICTURE)
    for name, text in IMPOSTORS.items():
        (folder / name).write_text(text)
    with Server(folder) as server:
        yield server.settle()


def address(site: Server, name: str) -> str:
    return f"/api/v1/assets/{site.digest(name)}/original"


def ranges(tab: Tab) -> list[tuple[int, int]]:
    """First byte and size of the file of all answers with a part of it."""
    found = []
    for one in tab.responses:
        if one.status == 206:
            told = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", one.headers["content-range"])
            assert told
            found.append((int(told[1]), int(told[2])))
    return found


def wait_until(video: Locator, condition: str) -> None:
    """Wait until something of a film is so. The page has no scripts that could tell us."""
    deadline_s = time.monotonic() + 20
    while not video.evaluate(f"film => {condition}"):
        assert time.monotonic() < deadline_s, condition
        video.page.wait_for_timeout(50)


def test_a_film_plays_and_is_gone_through(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    tab.page.goto(address(site, "film.mp4"))
    video = tab.page.locator("video")
    wait_until(video, "film.readyState >= 2")
    assert video.evaluate("film => [film.duration, film.videoWidth]") == [FILM_S, 640]

    video.focus()
    tab.page.keyboard.press("Space")
    wait_until(video, "!film.paused && film.currentTime > 0.5")
    tab.page.keyboard.press("Space")
    wait_until(video, "film.paused")

    size_bytes = len((site.data_dir.parent / "photos/film.mp4").read_bytes())
    before = ranges(tab)
    assert {size for _, size in before} == {size_bytes}
    assert max(first for first, _ in before) > 0.99 * size_bytes  # the index
    video.evaluate(f"film => {{ film.currentTime = {FILM_S / 2} }}")
    wait_until(video, f"!film.seeking && film.readyState >= 2 && film.currentTime == {FILM_S / 2}")
    tab.settle()
    sought = [first / size_bytes for first, _ in ranges(tab)]
    assert [one for one in sought if 0.4 < one < 0.6], sought
    assert {one.status for one in tab.responses} <= {200, 206}


def test_a_photo_is_shown(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    answer = tab.page.goto(address(site, "photo.jpg"))
    assert answer is not None
    assert answer.headers["content-type"] == "image/jpeg"
    image = tab.page.locator("img")
    assert image.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [1600, 1200]
    # A phone's browser fits it by zooming out.
    shown = "[image.width * visualViewport.scale, image.height * visualViewport.scale]"
    width_px, height_px = image.evaluate(f"image => {shown}")
    fitted = min(screen.width_px / 1600, screen.height_px / 1200)
    assert (width_px, height_px) == pytest.approx((1600 * fitted, 1200 * fitted), abs=1)


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_could_run_is_saved_instead(browse: Browse, site: Server, name: str) -> None:
    tab = browse(site)
    tab.page.goto("/api/v1/docs")
    with tab.page.expect_download() as saved:
        tab.page.evaluate("where => { location.href = where }", address(site, name))
    assert saved.value.suggested_filename == name
    with open(saved.value.path(), "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == site.digest(name)
    assert tab.page.url.endswith("/docs")


def test_half_a_picture_is_no_page(browse: Browse, site: Server) -> None:
    tab = browse(site)
    answer = tab.page.goto(address(site, "half.gif"))
    assert answer is not None
    assert answer.headers["content-type"] == "image/gif"
    assert tab.page.locator("h1, script").count() == 0
