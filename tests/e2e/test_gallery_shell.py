"""The gallery as an app: installed, opened without a server, and renewed; below a base path."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

import media_server
from support.browser import DESKTOP, SHELL_IS_KEPT, until
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.conftest import Browse

BASE = "/photos"
TILES = "[role=gridcell] > a[data-position]"
CACHES = """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(
  async (name) => [name, (await (await caches.open(name)).keys())
    .map((one) => new URL(one.url).pathname)])))"""
RENEWED = "caches.keys().then((all) => `${all}` === 'media-server-shell-ffffffffffff')"
GONE = "The server does not answer"
# Pages of tests are as private as those of an incognito window, where nothing is installed.
INCOGNITO = "in-incognito"


def next_version(folder: Path) -> dict[str, str]:
    """The program with another build of its gallery. Returns what runs it."""
    source = Path(media_server.__file__).parent
    package = folder / "media_server"
    for below in (package, package / "web"):
        below.mkdir(parents=True)
        for one in (source / below.relative_to(package)).iterdir():
            if one.name not in ("web", "static", "__pycache__"):
                (below / one.name).symlink_to(one)
    static = package / "web/static"
    shutil.copytree(source / "web/static", static)
    page = static / "index.html"
    page.write_text(page.read_text().replace("<head>", '<head><meta name="next" />'))
    worker = static / "sw.js"
    text = worker.read_text()
    version = re.search(r"[\"'`]([0-9a-f]{12})[\"'`]", text)
    assert version is not None
    worker.write_text(text.replace(version[1], "f" * 12))
    for packed in static.glob("sw.js.*"):
        packed.unlink()
    return {"PYTHONPATH": os.fspath(folder)}


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(CACHES)
    return found


def test_installed_opened_without_a_server_and_renewed(
    browse: Browse, tmp_path: Path, chromium: object
) -> None:
    del chromium
    root = tmp_path / "library"
    root.mkdir()
    (root / "a.jpg").write_bytes(picture(1, taken="2020:01:01 12:00:00"))
    with Server(root, "--base_path", BASE) as server:
        tab = browse(server.settle(), DESKTOP)
        tab.forgive("Failed to load resource|ERR_|INCOMPLETE")
        page = tab.page
        page.goto(f"{BASE}/")
        expect(page.locator(f"{TILES} img")).to_be_visible()
        until(page, SHELL_IS_KEPT)

        asked = page.context.new_cdp_session(page)
        manifest: dict[str, Any] = asked.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert manifest["url"] == f"{tab.origin}{BASE}/manifest.webmanifest"
        found = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [one["errorId"] for one in found if one["errorId"] != INCOGNITO] == []
        told = page.evaluate("fetch('manifest.webmanifest').then((one) => one.json())")
        for icon in told["icons"]:
            assert server.get(f"{BASE}/{icon['src'].removeprefix('./')}").status == 200
        assert {one.get("purpose", "any") for one in told["icons"]} == {"any", "maskable"}

        # Nothing of the library: the page, and what it names.
        ((_, files),) = kept(page).items()
        assert len(files) >= 3
        assert all(re.fullmatch(rf"{BASE}/(assets/.+\.(js|css))?", one) for one in files), files
        server.stop()

    page.reload()
    expect(page.get_by_text(GONE)).to_be_visible()
    assert page.evaluate("document.baseURI") == f"{tab.origin}{BASE}/"

    env = next_version(tmp_path / "next")
    port = str(server.port)
    with Server(root, "--base_path", BASE, "--port", port, env=env) as renewed:
        # Whoever loads the page has the new one at once; that of the worker comes after it.
        page.goto(f"{BASE}/")
        expect(page.locator("meta[name=next]")).to_have_count(1)
        until(page, RENEWED)
        renewed.stop()
    page.reload()
    expect(page.get_by_text(GONE)).to_be_visible()
    expect(page.locator("meta[name=next]")).to_have_count(1)
    tab.settle()
    page.close()
