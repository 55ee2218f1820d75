"""A real browser, Debian's chromium, driven by Playwright, and what a page may not do in it.

It ends with the folder of tests that needs it: while it runs, Playwright keeps an event loop
running in the main thread, in which `asyncio.run` does not work.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Page,
        Playwright,
        Request,
        Response,
        WebError,
    )

VARIABLE: Final = "MEDIA_SERVER_CHROMIUM"
# All names lead nowhere but this computer's, whatever a page or the browser itself asks for.
_FLAGS: Final = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
    "--autoplay-policy=no-user-gesture-required",
)
_OWN_SCHEMES: Final = ("http", "https")
_PATIENCE_MS: Final = 15_000


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person holds in his hands.

    Attributes:
        name: for people.
        width_px: of the page, in CSS pixels.
        height_px: of the page, in CSS pixels.
        scale: pixels of the device in one of CSS.
        touch: whether it is used with fingers.
    """

    name: str
    width_px: int
    height_px: int
    scale: float = 1.0
    touch: bool = False


DESKTOP: Final = Screen("desktop", 1280, 800)
PHONE: Final = Screen("phone", 390, 844, scale=3.0, touch=True)
SCREENS: Final = (DESKTOP, PHONE)


def find_chromium(environment: Mapping[str, str] = os.environ) -> tuple[str | None, str]:
    """Where the browser is.

    Returns:
        Its path, and why there is none; with None and a reason the tests may be skipped.

    Raises:
        AssertionError: there is none where it was named.
    """
    named = environment.get(VARIABLE, "")
    found = shutil.which(named or "chromium", path=environment.get("PATH", os.defpath))
    if found is not None:
        return found, ""
    reason = f"no chromium: install it (apt install chromium), or set {VARIABLE}"
    assert not named, f"{reason} (looked for {named})"
    return None, reason


class Chromium:
    """The browser, started when first needed."""

    def __init__(self, program: str) -> None:
        """Start nothing yet; `program` is the path of the browser."""
        self._program = program
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def context(
        self, address: str, screen: Screen, *, dark: bool = False, proxy: str | None = None
    ) -> BrowserContext:
        """A new context, as of somebody who has never been there.

        Args:
            address: what `goto("/…")` is relative to.
            screen: what it is shown on.
            dark: whether its user likes dark pages.
            proxy: asked for what other hosts have.
        """
        context = self._started().new_context(
            base_url=address,
            viewport={"width": screen.width_px, "height": screen.height_px},
            device_scale_factor=screen.scale,
            has_touch=screen.touch,
            is_mobile=screen.touch,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            proxy={"server": proxy, "bypass": "127.0.0.1"} if proxy else None,
        )
        context.set_default_timeout(_PATIENCE_MS)
        return context

    def close(self) -> None:
        """End the browser; it starts again when needed."""
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._browser = self._playwright = None

    def _started(self) -> Browser:
        if self._browser is None:
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(
                executable_path=self._program, args=list(_FLAGS), timeout=60_000
            )
        return self._browser


@dataclass(slots=True)
class Tab:
    """A page of one server, and what it has done that it may not.

    Attributes:
        page: as Playwright has it.
        origin: of the server; requests elsewhere are complaints.
        requests: all that was asked for, the first one first.
        responses: all that came back.
        complaints: what made a browser or a person complain.
    """

    page: Page
    origin: str
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _forgiven: list[re.Pattern[str]] = field(default_factory=list)

    def forgive(self, pattern: str) -> None:
        """Expect complaints that a regular expression finds; there must be one in the end."""
        self._forgiven.append(re.compile(pattern))

    def settle(self) -> None:
        """Let come what is on its way.

        Raises:
            AssertionError: the page has done what it may not, or has not what was expected.
        """
        if not self.page.is_closed():
            self.page.wait_for_timeout(50)
        left = [one for one in self.complaints if not any(p.search(one) for p in self._forgiven)]
        assert not left, "\n".join(["the browser complains:", *left])
        for pattern in self._forgiven:
            assert any(map(pattern.search, self.complaints)), f"never came: {pattern.pattern}"


SHELL_IS_KEPT: Final = """navigator.serviceWorker.getRegistration()
  .then((one) => one?.active?.state === 'activated')"""
"""Whether the gallery's service worker has all it wants."""


def until(page: Page, promise: str) -> None:
    """Wait for a promise to be kept; `wait_for_function` takes the promise itself for a yes.

    Args:
        page: where it is asked, again and again.
        promise: an expression whose promise tells whether it is so.
    """
    deadline_s = time.monotonic() + _PATIENCE_MS / 1_000
    while not page.evaluate(promise):
        assert time.monotonic() < deadline_s, f"never so: {promise}"
        page.wait_for_timeout(30)


def watch(context: BrowserContext, address: str) -> Tab:
    """A new page, from whose first request on everything is noted."""
    parts = urlsplit(address)
    tab = Tab(context.new_page(), f"{parts.scheme}://{parts.netloc}")

    def on_request(request: Request) -> None:
        tab.requests.append(request)
        asked = urlsplit(request.url)
        if asked.scheme in _OWN_SCHEMES and f"{asked.scheme}://{asked.netloc}" != tab.origin:
            tab.complaints.append(f"request elsewhere: {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        # The browser asks for an icon by itself, and Playwright does not tell of it.
        icon = message.location["url"] == f"{tab.origin}/favicon.ico"
        if message.type in ("error", "assert") and not icon:
            tab.complaints.append(f"console: {message.text}")

    def on_error(error: WebError) -> None:
        tab.complaints.append(f"uncaught: {error.error}")

    context.on("request", on_request)
    # Playwright writes an attribute to what it is given, which a list's own method does not have.
    context.on("response", lambda response: tab.responses.append(response))
    context.on("console", on_console)
    context.on("weberror", on_error)
    # What breaks a policy is not always worth a message on the console, an issue always.
    session = context.new_cdp_session(tab.page)
    session.on("Audits.issueAdded", lambda found: _note_issue(tab, found["issue"]))
    session.send("Audits.enable")
    return tab


def _note_issue(tab: Tab, issue: Mapping[str, object]) -> None:
    if issue["code"] == "ContentSecurityPolicyIssue":
        tab.complaints.append(f"policy: {issue['details']}")
