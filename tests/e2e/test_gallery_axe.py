"""Every view of the gallery, looked at by axe-core: names, roles, contrast, order of headings."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from PIL import Image
from playwright.sync_api import expect

from support.browser import PHONE
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from e2e.conftest import Browse
    from support.browser import Screen

AXE: Final = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
TILES: Final = "[role=gridcell] > a[data-position]"
# WCAG 2.2 A and AA, and what axe calls good practice.
ASK: Final = """async (only) => (await axe.run(document, {
    resultTypes: ['violations'],
    ...(only && {runOnly: [only]}),
})).violations"""


def located(taken: str, latitude: tuple[float, ...], longitude: tuple[float, ...]) -> bytes:
    """A picture of somewhere in the north and east."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS R5"
    exif.get_ifd(0x8769)[36867] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: latitude, 3: "E", 4: longitude})
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (40, 90, int(latitude[1]))).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("axe") / "photos"
    (root / "2021/Rome").mkdir(parents=True)
    for number in range(6):
        content = picture(number * 999 + 1, taken=f"2021:0{number + 1}:05 12:00:00")
        (root / f"2021/Rome/{number}.jpg").write_bytes(content)
    for number in range(3):
        content = located("2022:05:05 10:11:12", (48.0, 51.0 + number, 30.0), (2.0, 17.0, 40.0))
        (root / f"2021/paris {number}.jpg").write_bytes(content)
    far = located("2022:05:06 10:11:12", (59.0, 20.0, 0.0), (18.0, 3.0, 0.0))
    (root / "stockholm.jpg").write_bytes(far)
    (root / "empty.jpg").write_bytes(b"")
    (root / "really a jpeg.png").write_bytes(picture(9, taken="2020:01:02 03:04:05"))
    with Server(root) as server:
        yield server.settle()


def selected(page: Page) -> None:
    expect(page.locator(TILES).first).to_be_visible()
    page.locator(TILES).first.focus()
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar")).to_be_visible()


def details(page: Page) -> None:
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("i")
    expect(page.get_by_role("complementary", name="Details")).to_contain_text("Canon")


def suggestions(page: Page) -> None:
    page.get_by_role("combobox", name="Search photos").click()
    page.keyboard.type("rom")
    expect(page.get_by_role("option").first).to_be_visible()


def pins(page: Page) -> None:
    expect(page.locator("main button:has(img), main a:has(img)").first).to_be_visible()


def keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def tiles(page: Page) -> None:
    expect(page.locator(TILES).first).to_be_visible()


def text(words: str) -> Callable[[Page], None]:
    return lambda page: expect(page.get_by_text(words).first).to_be_visible()


VIEWS: Final[dict[str, tuple[str, Callable[[Page], None]]]] = {
    "timeline": ("/", tiles),
    "selection": ("/", selected),
    "keyboard": ("/settings", keys),
    "viewer": ("/photo/{paris}", details),
    "suggestions": ("/", suggestions),
    "search": ("/search?q=paris", tiles),
    "nothing": ("/search?q=nowhere+2021", text("Nothing found")),
    "wrong search": ("/search?q=wrong:field", text("There is no field")),
    "map": ("/map", pins),
    "folders": ("/folders", text("2021")),
    "folder": ("/folders/1", tiles),
    "health": ("/health", text("Empty files")),
    "health list": ("/health?code=wrong_extension", text("really a jpeg.png")),
    "settings": ("/settings", text("Scan now")),
}


def findings(page: Page, script: str, only: str | None) -> list[dict[str, Any]]:
    """What axe finds on a page that stands still."""
    # What is on its way in or out is pale, and nobody reads it then.
    page.evaluate(
        "() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))"
    )
    page.evaluate(script)
    found: list[dict[str, Any]] = page.evaluate(ASK, only)
    return found


def told(view: str, finding: dict[str, Any]) -> list[str]:
    """A line for each element of a finding."""
    return [
        f"{view}: {finding['impact']} {finding['id']}: {node['target']} {node['html'][:160]}\n"
        f"    {' '.join(node['failureSummary'].split())}"
        for node in finding["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nobody_is_shut_out(browse: Browse, site: Server, screen: Screen, *, dark: bool) -> None:
    if not AXE.exists():
        pytest.skip("no axe-core: make ui-build")
    script = AXE.read_text()
    tab = browse(site, screen, dark=dark)
    tab.forgive("400")  # the browser's own word for a search that is not understood
    paris = site.digest("paris 0.jpg")
    bad: list[str] = []
    for view, (address, wait) in VIEWS.items():
        if screen is PHONE and view == "keyboard":
            continue  # there is none
        tab.page.goto(address.format(paris=paris))
        wait(tab.page)
        for finding in findings(tab.page, script, "color-contrast" if dark else None):
            bad.extend(told(view, finding))
    assert not bad, "\n".join(bad)
