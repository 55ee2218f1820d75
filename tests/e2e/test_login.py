"""Signing in and out with a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from e2e.conftest import Browse
    from support.browser import Screen, Tab

TOKEN = "correct-horse-battery-staple"
LEAST_TOUCH_PX = 44
REFUSED = "console: .*status of 401"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("login") / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture(1))
    secret = folder.parent / "token"
    secret.write_text(f"{TOKEN}\n")
    secret.chmod(0o600)
    with Server(folder, "--token_file", str(secret)) as server:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        server.wait(lambda: server.get("/list", headers).json() != {})
        yield server


def sign_in(tab: Tab, token: str) -> None:
    tab.page.get_by_label("Access token").fill(token)
    tab.page.get_by_role("button", name="Sign in").click()


def test_in_and_where_one_wanted_to_go(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    tab.page.goto("/api/v1/search?q=&limit=5")
    assert tab.page.url.startswith(f"{tab.origin}/login?next=")
    assert tab.page.title() == "Media Server: sign in"
    # One can begin to type at once, and ends with Enter.
    tab.page.keyboard.type(TOKEN)
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"{tab.origin}/api/v1/search?q=&limit=5")
    assert '"items":[{"digest":' in tab.page.content()
    tab.page.goto("/list")
    assert "a.jpg" in tab.page.content()
    assert tab.page.evaluate("document.cookie") == ""  # scripts cannot see it
    (cookie,) = tab.page.context.cookies()
    assert cookie["name"].startswith("media-server-")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["domain"] == "127.0.0.1"
    assert TOKEN not in cookie["value"]


def test_the_wrong_token(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    tab.page.goto("/login?next=%2Flist")
    sign_in(tab, "wrong-wrong-wrong")
    told = tab.page.get_by_role("alert")
    assert told.inner_text() == "That is not the token."
    field = tab.page.get_by_label("Access token")
    assert field.get_attribute("aria-describedby") == told.get_attribute("id")
    assert field.input_value() == ""
    assert tab.page.context.cookies() == []
    tab.forgive(REFUSED)
    sign_in(tab, TOKEN)
    tab.page.wait_for_url(f"{tab.origin}/list")


def test_signing_out(browse: Browse, site: Server) -> None:
    tab = browse(site)
    # A page that was opened before signing in has a form still.
    other = tab.page.context.new_page()
    other.goto("/login")
    tab.page.goto("/login?next=%2Flist")
    sign_in(tab, TOKEN)
    tab.page.wait_for_url(f"{tab.origin}/list")
    (cookie,) = tab.page.context.cookies()
    with other.expect_navigation():
        other.evaluate(
            "const form = document.forms[0]; form.action = '/logout'; form.noValidate = true;"
            "form.querySelector('button').click()"
        )
    assert other.url == f"{tab.origin}/login"
    assert tab.page.context.cookies() == []
    tab.page.goto("/list")
    assert tab.page.url == f"{tab.origin}/login?next=%2Flist"
    # Who has kept the cookie has nothing of it.
    tab.page.context.add_cookies(
        [{"name": cookie["name"], "value": cookie["value"], "domain": "127.0.0.1", "path": "/"}]
    )
    assert len(tab.page.context.cookies()) == 1
    tab.page.goto("/list")
    assert tab.page.url == f"{tab.origin}/login?next=%2Flist"


def test_who_is_signed_in_may_come_from_elsewhere(browse: Browse, site: Server) -> None:
    tab = browse(site)
    letter = f"data:text/html,<a href='{tab.origin}/api/v1/search?q=%2561'>Look at this</a>"
    for signed_in in (False, True):
        tab.page.goto(letter)
        tab.page.get_by_role("link").click()
        if not signed_in:
            tab.page.get_by_label("Access token").wait_for()
            sign_in(tab, TOKEN)
        tab.page.wait_for_url(f"{tab.origin}/api/v1/search?q=%61")
        assert '"items":[{"digest":' in tab.page.content()
    tab.page.goto("/login?next=%2Flist")
    assert tab.page.url == f"{tab.origin}/list"


def test_the_form_fits(browse: Browse, site: Server, screen: Screen) -> None:
    tab = browse(site, screen)
    tab.page.goto("/login")
    width, height = tab.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert (width, height) == (screen.width_px, screen.height_px)
    for one in (tab.page.get_by_label("Access token"), tab.page.get_by_role("button")):
        box = one.bounding_box()
        assert box is not None
        assert box["height"] >= LEAST_TOUCH_PX
        assert 16 <= box["x"] <= box["x"] + box["width"] <= screen.width_px - 16
        # Smaller ones make a phone zoom in.
        assert one.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 16


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_written_can_be_read(browse: Browse, site: Server, *, dark: bool) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    tab = browse(site, dark=dark)
    tab.page.goto("/login")
    sign_in(tab, "wrong-wrong-wrong")
    tab.page.get_by_role("alert").wait_for()
    tab.forgive(REFUSED)
    for selector in ("h1", "form > p", "label", "button", "#wrong"):
        front, back = tab.page.evaluate(_COLOURS, selector)
        light, dim = sorted((luminance(front), luminance(back)), reverse=True)
        assert (light + 0.05) / (dim + 0.05) >= 4.5, selector


_COLOURS = """selector => {
    const one = document.querySelector(selector);
    const clear = "rgba(0, 0, 0, 0)";
    let behind = one;
    while (getComputedStyle(behind).backgroundColor == clear) behind = behind.parentElement;
    return [getComputedStyle(one).color, getComputedStyle(behind).backgroundColor]
        .map(text => text.match(/[0-9]+/g).map(Number));
}"""


def luminance(colour: list[int]) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2, section "relative luminance")."""
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
        for one in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
