"""The gallery's ways in Firefox and in WebKit, where these are named: see `make browsers`."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from support.clips import make_clip
from support.engine import FIREFOX, WEBKIT, Engine, Firefox, WebKit, find
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EXIF, _GPS = 0x8769, 0x8825
_PHOTOS, _PLACED = 24, 3
_FILM = "20240501_101112.mp4"
_TILES = "document.querySelectorAll('a[data-position] img')"
_SELECTED = "document.querySelectorAll('[role=gridcell][aria-selected=true]').length"
_VIEWER = "document.querySelector('[role=dialog]')"
_FLOOD = """
    try {
        for (let n = 0; n < 150; n++) history.replaceState(history.state, '', location.href);
    } catch { return true; }
    return false;
"""


def _photo(number: int) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(_EXIF)[36867] = f"{2024 - number // 4}:05:{number % 4 + 1:02} 10:11:12"
    if number < _PLACED:
        exif.get_ifd(_GPS).update({1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (9 * number, 90, 200)).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("engines") / "photos"
    folder.mkdir()
    for number in range(_PHOTOS):
        (folder / f"{number:02}.jpg").write_bytes(_photo(number))
    (folder / _FILM).write_bytes(make_clip("mp4", "libx264", (320, 240), 300, gop=25))
    with Server(folder) as server:
        yield server.settle()


@pytest.fixture(params=[(FIREFOX, Firefox), (WEBKIT, WebKit)], ids=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    variable, kind = request.param
    program, reason = find(variable)
    if program is None:
        pytest.skip(reason)
    started: Engine = kind(program, tmp_path)
    try:
        yield started
    finally:
        started.close()


def test_the_main_ways(site: Server, engine: Engine) -> None:
    address = f"http://127.0.0.1:{site.port}"
    _timeline_and_viewer(engine, address)
    _film(engine, f"{address}/photo/{site.digest(_FILM)}")
    _search(engine, address)
    _map(engine, address)
    _selection(engine, address)
    assert engine.complaints() == []
    # This would have been seen.
    engine.execute("setTimeout(() => { throw new Error('on purpose'); })")
    engine.execute("return new Promise((done) => setTimeout(done, 100))")
    assert any("on purpose" in one for one in engine.complaints())


def _timeline_and_viewer(engine: Engine, address: str) -> None:
    engine.goto(f"{address}/")
    engine.wait(f"{_TILES}.length > 8 && {_TILES}[0].naturalWidth")
    engine.execute("scrollTo(0, 1e9)")
    engine.wait("new URLSearchParams(location.search).get('day')?.startsWith('20')")
    engine.execute("scrollTo(0, 0)")
    engine.wait("scrollY === 0 && !location.search")
    engine.click("a[data-position='1']")
    engine.wait(f"{_VIEWER}?.querySelector('[data-at=\"0\"] [data-layer=preview]')?.naturalWidth")
    first = engine.execute("return location.href")
    # WebKit takes no more than a hundred addresses in ten seconds.
    assert engine.execute(_FLOOD) is (engine.name == "WebKit")
    engine.press("ArrowRight")
    engine.wait(f"!{json.dumps(first)}.endsWith({_VIEWER}.dataset.address)")
    engine.wait(f"location.href.endsWith({_VIEWER}.dataset.address)", 15)
    engine.press("Escape")
    engine.wait(f"!{_VIEWER} && document.activeElement.dataset.position === '2'")


def _film(engine: Engine, address: str) -> None:
    engine.goto(address)
    engine.wait("document.querySelector('video')?.currentTime > 0.2")
    engine.execute("document.querySelector('video').currentTime = 8")
    engine.wait("(film => !film.seeking && film.currentTime >= 8)(document.querySelector('video'))")
    assert engine.execute("return document.querySelector('video').videoWidth") == 320
    if engine.name == "Firefox":
        # A finger on a film, of which Firefox tells a page but half.
        box = engine.wait("[innerWidth / 2, innerHeight / 2]")
        engine.drag([(box[0] + by, box[1]) for by in (200, 100, 0, -200)], "touch")
        engine.wait(f"!{json.dumps(address)}.endsWith({_VIEWER}.dataset.address)")


def _search(engine: Engine, address: str) -> None:
    engine.goto(f"{address}/")
    engine.click("input[name=q]")
    engine.press(*"type:v")
    engine.click("#option-0")
    engine.wait("location.search.includes('video')")
    engine.wait("document.querySelectorAll('a[data-position]').length === 1")
    engine.back()
    engine.wait(f"!location.search && {_TILES}.length > 8")


def _map(engine: Engine, address: str) -> None:
    engine.goto(f"{address}/map")
    engine.wait("document.querySelector('.frame[data-ready=true]')")
    pin = "document.querySelector('.frame button')"
    # It stands still: the map has gone to where the photos are.
    here = f"JSON.stringify({pin}?.getBoundingClientRect())"
    engine.wait(f"(window.last === {here}) || (window.last = {here}, false)")
    engine.click(".frame button")
    engine.wait("document.querySelectorAll('.map li a').length === 3")
    engine.press("Escape")


def _selection(engine: Engine, address: str) -> None:
    engine.goto(f"{address}/")
    engine.wait(f"{_TILES}.length > 8")
    boxes = f"[...{_TILES}].slice(0, 4).map((one) => one.getBoundingClientRect())"
    middles = engine.execute(f"return {boxes}.map((box) => [box.x + 40, box.y + 40])")
    (x, y), *others = middles
    engine.drag([(x, y), (x + 15, y), *map(tuple, others[:2])])
    engine.wait(f"{_SELECTED} === 3")
    engine.press("Escape")
    engine.wait(f"{_SELECTED} === 0")
