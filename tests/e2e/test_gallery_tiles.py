"""The map with a file of the user's own: shown, credited, asked for in ranges, and harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, PHONE
from support.media import picture
from support.server import Server
from support.tiles import LINE, POINT, POLYGON, archive, tile_at, vector_tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from e2e.conftest import Browse

VIENNA, ROME, GRAZ = (48.2082, 16.3738), (41.9028, 12.4964), (47.0707, 15.4395)
LEVEL = 9
ALL = [[(-64, -64), (4160, -64), (4160, 4160), (-64, 4160)]]
# Vienna under water: no outline of ours says that.
SUNK = vector_tile(
    {
        "water": [(POLYGON, ALL, {"kind": "lake"})],
        "roads": [(LINE, [[(0, 100), (4096, 100)]], {"kind": "highway", "name": "A1"})],
        "places": [(POINT, [[(2048, 2048)]], {"kind": "locality", "name": "Atlantis"})],
    }
)
WORDS = {"name": "Drowned", "attribution": '<a href="https://example.org">© Sea People</a>'}
PIXEL = """() => {
    const canvas = document.querySelector('[role=application] canvas');
    const at = [canvas.width / 2 - 14, canvas.height / 2 - 14]; // beside a name
    return [...canvas.getContext('2d').getImageData(...at, 1, 1).data].slice(0, 3);
}"""
TOKEN = """(name) => {
    const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("tiles")
    root, tiles = folder / "photos", folder / "map.pmtiles"
    root.mkdir()
    (root / "a.jpg").write_bytes(picture(1, taken="2020:01:01 12:00:00"))
    tiles.write_bytes(
        archive(
            {
                tile_at(LEVEL, *VIENNA): SUNK,
                tile_at(LEVEL, *ROME): b"\xff" * 500,  # no vector tile
            },
            bounds=(12, 41, 17, 49),
            words=WORDS,
        )
    )
    with Server(root, "--map_file", str(tiles)) as server:
        yield server.settle()


def look(page: Page, place: tuple[float, float], zoom: float) -> list[int]:
    """The colour of a point of the map, when all has come that there is."""
    page.goto(f"/map?at={place[0]},{place[1]},{zoom}")
    frame = page.get_by_role("application")
    expect(frame).to_have_attribute("data-ready", "true")
    expect(frame).to_have_attribute("data-detailed", "true")
    found: list[int] = page.evaluate(PIXEL)
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_tiles_are_shown_and_credited(browse: Browse, site: Server, dark: bool) -> None:
    tab = browse(site, DESKTOP, dark=dark)
    assert look(tab.page, VIENNA, 11) == tab.page.evaluate(TOKEN, "--map-water")
    expect(tab.page.get_by_text("© Sea People")).to_be_visible()
    # Nearer than the file is deep, too.
    assert look(tab.page, VIENNA, 14) == tab.page.evaluate(TOKEN, "--map-water")
    # Where the file has nothing the map is as ever.
    assert look(tab.page, GRAZ, 11) == tab.page.evaluate(TOKEN, "--map-land")
    answers = [one for one in tab.responses if one.url.endswith("/api/v1/map/tiles")]
    assert answers
    assert {one.status for one in answers} <= {206, 304}
    assert all(one.request.headers["range"].startswith("bytes=") for one in answers)


def test_a_damaged_tile_harms_nothing_else(browse: Browse, site: Server) -> None:
    tab = browse(site, PHONE)
    assert look(tab.page, ROME, 11) == tab.page.evaluate(TOKEN, "--map-land")
    assert look(tab.page, VIENNA, 11) == tab.page.evaluate(TOKEN, "--map-water")


def test_without_a_file_nothing_of_it_is_loaded(browse: Browse, site: Server) -> None:
    tab = browse(site, DESKTOP)
    tab.page.route(
        "**/api/v1/map/file", lambda route: route.fulfill(json={"file": None}, status=200)
    )
    tab.page.goto("/map?at=48.2,16.4,10")
    expect(tab.page.get_by_text("Natural Earth · GeoNames", exact=True)).to_be_visible()
    expect(tab.page.get_by_role("application")).to_have_attribute("data-ready", "true")
    asked = [one.url for one in tab.requests]
    assert not [one for one in asked if "painter" in one or "/tiles" in one]
