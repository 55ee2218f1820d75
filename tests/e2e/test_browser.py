"""The browser of the tests notices what a page may not do."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from support.browser import PHONE, VARIABLE, Chromium, find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from e2e.conftest import Browse

_POLICY = "default-src 'self' 'unsafe-inline' http://elsewhere.test"
_PAGES = {
    "/good": "<h1>Nothing here</h1>",
    "/console": "<script>console.error('a fault')</script>",
    "/uncaught": "<script>setTimeout(() => { throw new Error('a slip') })</script>",
    "/image": "<img src='https://forbidden.test/a.png'>",
    "/eval": "<script>try { eval('1') } catch {}</script>",
    "/report": "<img src='data:image/png;base64,AA=='>",
    "/elsewhere": "<script>fetch('http://elsewhere.test/').catch(() => 0)</script>",
    "/port": "<img src='http://127.0.0.1:9/'>",
    "/missing": "<script>fetch('/nothing')</script>",
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = _PAGES.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html")
        name = "Content-Security-Policy"
        self.send_header(f"{name}-Report-Only" if self.path == "/report" else name, _POLICY)
        self.end_headers()
        self.wfile.write(f"<!doctype html>{body}".encode())

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture(scope="module")
def pages() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_good_page_passes(browse: Browse, pages: str) -> None:
    tab = browse(pages, PHONE)
    tab.page.goto("/good")
    tab.settle()
    assert tab.page.evaluate("[innerWidth, devicePixelRatio]") == [980, 3]
    assert [one.status for one in tab.responses] == [200]


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("/console", "console: a fault"),
        ("/uncaught", "uncaught: .*a slip"),
        ("/image", "forbidden.test"),
        ("/eval", "policy: .*kEvalViolation"),
        ("/report", "policy: .*'isReportOnly': True"),
        ("/elsewhere", "request elsewhere: http://elsewhere.test/"),
        ("/port", "request elsewhere: http://127.0.0.1:9/"),
        ("/missing", "console: .*404"),
    ],
)
def test_a_bad_page_is_noticed(browse: Browse, pages: str, path: str, complaint: str) -> None:
    tab = browse(pages)
    tab.page.goto(path)
    tab.page.wait_for_timeout(200)
    with pytest.raises(AssertionError, match="the browser complains"):
        tab.settle()
    assert [one for one in tab.complaints if re.search(complaint, one)]
    tab.complaints.clear()


def test_what_was_expected_must_come(browse: Browse, pages: str) -> None:
    tab = browse(pages)
    tab.page.goto("/good")
    tab.forgive("nothing of this kind")
    with pytest.raises(AssertionError, match="never came"):
        tab.settle()
    tab.page.evaluate("console.error('nothing of this kind')")


def test_where_it_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    path = str(tmp_path / "chromium")
    assert find_chromium({"PATH": str(tmp_path)}) == (path, "")
    assert find_chromium({"PATH": "", VARIABLE: path}) == (path, "")
    found, reason = find_chromium({"PATH": ""})
    assert found is None
    assert "apt install chromium" in reason


def test_where_it_was_named_it_is_not_done_without() -> None:
    with pytest.raises(AssertionError, match="no chromium"):
        find_chromium({"PATH": "", VARIABLE: "/nowhere/chromium"})


def test_one_that_does_not_start_is_no_reason_to_skip() -> None:
    browser = Chromium("/bin/false")

    def start() -> None:
        try:
            browser.context("http://127.0.0.1", PHONE)
        finally:
            browser.close()

    # The thread of the tests has a Playwright already.
    with ThreadPoolExecutor(1) as thread, pytest.raises(Error, match="/bin/false"):
        thread.submit(start).result()
