"""What tests of the gallery's viewer do with a page: look at it, press, and put fingers on it."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Locator, Page

    from support.browser import Tab
    from support.server import Server

EXIF_IFD = 0x8769
TAKEN = 0x9003
_PATIENCE_S = 10.0
# Calls that hold the screen awake, counted in the page.
WAKE_LOCK = """
window.locks = { asked: 0, held: 0 };
Object.defineProperty(Navigator.prototype, 'wakeLock', { value: { request: async () => {
  window.locks.asked += 1;
  window.locks.held += 1;
  return { release: async () => { window.locks.held -= 1; } };
} } });
"""


def still(
    taken: str,
    form: str = "JPEG",
    *,
    size: tuple[int, int] = (1280, 960),
    colour: tuple[int, int, int] = (200, 160, 60),
    **options: Any,
) -> bytes:
    """A picture of one colour, taken at a time."""
    exif = Image.Exif()
    exif.get_ifd(EXIF_IFD)[TAKEN] = taken
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, exif=exif.tobytes(), **options)
    return out.getvalue()


def photo(site: Server, name: str) -> str:
    """The address of a photo."""
    return f"/photo/{site.digest(name)}"


def viewer(page: Page) -> Locator:
    """All of the viewer."""
    return page.get_by_role("dialog")


def layer(page: Page, kind: str) -> Locator:
    """What lies over the small picture of what is looked at."""
    return page.locator(f'[data-at="0"] [data-layer="{kind}"]')


def goto(tab: Tab, address: str) -> Page:
    """Open a link to a photo."""
    tab.page.goto(address)
    expect(viewer(tab.page)).to_be_visible()
    return tab.page


def press(page: Page, *keys: str) -> None:
    """Press keys, one after the other, and so show the buttons."""
    for key in keys:
        page.keyboard.press(key)


def shown(page: Page) -> tuple[float, float, float, float]:
    """Where the picture lies, when it has come to rest: left, top, width and height."""
    slide = page.locator('[data-at="0"]')
    slide.evaluate("it => Promise.all(it.getAnimations({ subtree: true }).map((a) => a.finished))")
    box = slide.locator("> .box").bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def colours_at(page: Page, points: Iterable[tuple[float, float]]) -> list[tuple[int, ...]]:
    """The colours of points of the screen."""
    image = Image.open(io.BytesIO(page.screenshot(scale="css"))).convert("RGB")
    found = [image.getpixel((int(x), int(y))) for x, y in points]
    return [one for one in found if isinstance(one, tuple)]


def colour_at(page: Page, x: float, y: float) -> tuple[int, ...]:
    """The colour of a point of the screen."""
    return colours_at(page, [(x, y)])[0]


def wait_until(seen: Locator | Page, condition: str) -> None:
    """Wait until something of an element, `it`, or of the page is so.

    The policy of the page forbids other ways to ask.
    """
    page = seen if not hasattr(seen, "page") else seen.page
    deadline_s = time.monotonic() + _PATIENCE_S
    while not seen.evaluate(f"it => {condition}"):
        assert time.monotonic() < deadline_s, condition
        page.wait_for_timeout(50)


class Fingers:
    """Fingers on a screen, as the browser's own input takes them."""

    def __init__(self, page: Page) -> None:
        """Take hold of the page's input."""
        self._session = page.context.new_cdp_session(page)
        self._page = page

    def put(self, *points: tuple[float, float]) -> None:
        """Put them down."""
        self._send("touchStart", points)

    def move(self, *points: tuple[float, float]) -> None:
        """Move them there."""
        self._send("touchMove", points)

    def lift(self) -> None:
        """Let go of everything."""
        self._send("touchEnd", ())

    def lift_one(self, number: int, x: float, y: float) -> None:
        """Let go with one of several, counted from 0, where it is."""
        touch = {"x": x, "y": y, "id": number}
        self._session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": [touch]})

    def swipe(self, by_x: float, by_y: float) -> None:
        """One finger, from the middle."""
        assert self._page.viewport_size
        x, y = self._page.viewport_size["width"] / 2, self._page.viewport_size["height"] / 2
        self.put((x, y))
        for part in range(1, 9):
            self.move((x + by_x * part / 8, y + by_y * part / 8))
        self.lift()

    def pinch(self, *apart: float) -> None:
        """Two fingers around the middle, so far from it one after the other."""
        assert self._page.viewport_size
        x, y = self._page.viewport_size["width"] / 2, self._page.viewport_size["height"] / 2
        for number, one in enumerate(apart):
            pair = ((x - one, y), (x + one, y))
            (self.move if number else self.put)(*pair)
        self.lift()

    def tap(self, x: float, y: float) -> None:
        """One finger, at once lifted again."""
        self.put((x, y))
        self.lift()

    def _send(self, kind: str, points: Iterable[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
