"""The browser of the tests in this folder.

One of pytest-xdist's workers gets all of this folder: see `tests/conftest.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from support.browser import DESKTOP, SCREENS, Chromium, Screen, find_chromium, watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.browser import Tab
    from support.server import Server

_CHROMIUM = pytest.StashKey[Chromium]()


class Browse(Protocol):
    """Opens a tab on a server, or on another address."""

    def __call__(
        self, site: Server | str, screen: Screen = DESKTOP, *, dark: bool = False
    ) -> Tab: ...


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Chromium:
    """The one browser."""
    program, reason = find_chromium()
    if program is None:
        pytest.skip(reason)
    found = Chromium(program)
    request.config.stash[_CHROMIUM] = found
    return found


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End the browser behind the last test of this folder, as other tests have event loops too."""
    found = item.config.stash.get(_CHROMIUM, None)
    if found is not None and (nextitem is None or nextitem.path.parent != item.path.parent):
        found.close()


@pytest.fixture
def browse(chromium: Chromium) -> Iterator[Browse]:
    """Opens tabs. The test fails if a page in one of them has done what no page of ours may do:

    written an error to the console, let one go uncaught, broken its Content-Security-Policy, or
    asked another host for something.
    """
    tabs: list[Tab] = []

    def open_tab(site: Server | str, screen: Screen = DESKTOP, *, dark: bool = False) -> Tab:
        address = site if isinstance(site, str) else f"http://127.0.0.1:{site.port}"
        tabs.append(watch(chromium.context(address, screen, dark=dark), address))
        return tabs[-1]

    yield open_tab
    try:
        for tab in tabs:
            tab.settle()
    finally:
        for tab in tabs:
            tab.page.context.close()


@pytest.fixture(params=SCREENS, ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    """Each of the screens that people have."""
    found: Screen = request.param
    return found
