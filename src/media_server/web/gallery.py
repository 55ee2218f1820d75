"""The gallery: a page for people at `/`, and the files that it is made of.

The files hold nothing of anybody's library, so everyone may have them; the page itself needs
`read`, and so leads to the page that signs people in. What is built lies in `static/`: each file is
known when the process starts, and a request can name nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Final

import brotli
from starlette.responses import HTMLResponse

from media_server.web.address import address
from media_server.web.conditional import matches
from media_server.web.encoding import choose_of
from media_server.web.file_answer import send_bytes, send_file, send_not_modified
from media_server.web.headers import header
from media_server.web.problem import Refusal
from media_server.web.route import Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from media_server.web.route import Call

BUILT: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "static")
"""Where the build puts what it makes."""

PATHS: Final = (
    "/",
    "/photo/{digest}",
    "/search",
    "/map",
    "/folders",
    "/folders/{id}",
    "/health",
    "/settings",
)
"""What the gallery shows, each by the same page; `frontend/src/state/route.ts` reads them."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
    # What Svelte makes of its own templates, and addresses of own scripts.
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html gallery"
)
"""Content-Security-Policy of the page."""

WORKER_POLICY: Final = "default-src 'none'; script-src 'self'; connect-src 'self'"
"""That of its scripts: a worker has the policy that its own file comes with."""

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz", "identity": ""}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_BASE: Final = '<base href="/" />'
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
_NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Media Server</title>
<h1>Media Server</h1>
<p>This copy was built without its gallery. Everything else works: see
<a href="{docs}">the description of the API</a>.</p>
<p>To have the gallery, install it again without MEDIA_SERVER_NO_GALLERY.</p>
</html>
"""


class Gallery:
    """Answers with the page and its files."""

    def __init__(self, folder: str = BUILT) -> None:
        """Look at what is built.

        Args:
            folder: what the build has made; it may be absent.
        """
        self._page = _read_page(os.path.join(folder, "index.html"))
        self._files = {name: _File.of(folder, name) for name in _names(folder)}
        self._based: dict[str, _PageAnswer] = {}

    def routes(self) -> list[Route]:
        """The rows of the table."""
        pages = [Route(method="GET", path=path, needs="read", answer=self._show) for path in PATHS]
        files = [
            Route(method="GET", path=path, needs="open", answer=self._file)
            for path in (
                "/assets/{name}",
                "/icons/{name}",
                "/licenses.txt",
                "/manifest.webmanifest",
                "/sw.js",
            )
        ]
        return [*pages, *files]

    async def _show(self, call: Call[None, None]) -> ASGIApp:
        if self._page is None:
            docs = escape(address(call.scope, "/api/v1/docs"))
            return HTMLResponse(_NOT_BUILT.format(docs=docs), headers={"Cache-Control": "no-store"})
        base = address(call.scope, "/")
        if base not in self._based:
            based = self._page.replace(_BASE, f'<base href="{escape(base)}" />', 1)
            self._based[base] = _PageAnswer(based.encode())
        return self._based[base]

    async def _file(self, call: Call[None, None]) -> ASGIApp:
        found = self._files.get(call.scope["path"][1:])
        if found is None:
            raise Refusal("not_found")
        return found


class _PageAnswer:
    """Sends the page."""

    def __init__(self, page: bytes) -> None:
        self._bodies = {"br": brotli.compress(page), "identity": page}
        self._etag = sha256(page).hexdigest()[:16]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        encoding = choose_of(header(scope, b"accept-encoding"), tuple(self._bodies))
        headers = [(name.lower().encode(), text.encode()) for name, text in _PAGE_HEADERS.items()]
        headers += _varying(f"{self._etag}-{encoding}", encoding)
        if matches(header(scope, b"if-none-match"), f'"{self._etag}-{encoding}"'):
            await send_not_modified(send, headers)
            return
        headers.append((b"content-type", b"text/html; charset=utf-8"))
        await send_bytes(scope, send, self._bodies[encoding], headers)


@dataclass(frozen=True, slots=True)
class _File:
    """Sends one file, in the encoding that the client likes best.

    Attributes:
        variants: encoding → path and size in bytes.
        mime: type of the content.
        etag: differs for each content, without quotes.
        cache: for `Cache-Control`.
    """

    variants: Mapping[str, tuple[str, int]]
    mime: str
    etag: str
    cache: str

    @staticmethod
    def of(folder: str, name: str) -> _File:
        """A file of those that are built."""
        path = os.path.join(folder, name)
        variants = {
            encoding: (path + ending, os.path.getsize(path + ending))
            for encoding, ending in _ENCODINGS.items()
            if os.path.exists(path + ending)
        }
        with open(path, "rb") as file:
            etag = sha256(file.read()).hexdigest()[:16]
        named_by_content = name.startswith("assets/")
        return _File(
            variants,
            _TYPES[os.path.splitext(name)[1]],
            etag,
            _FOR_EVER if named_by_content else _ASK_AGAIN,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        del receive
        encoding = choose_of(header(scope, b"accept-encoding"), tuple(self.variants))
        headers = [(b"cache-control", self.cache.encode())]
        if self.mime.startswith("text/javascript"):
            headers.append((b"content-security-policy", WORKER_POLICY.encode()))
        headers += _varying(f"{self.etag}-{encoding}", encoding)
        if matches(header(scope, b"if-none-match"), f'"{self.etag}-{encoding}"'):
            await send_not_modified(send, headers)
            return
        headers.append((b"content-type", self.mime.encode()))
        path, size_bytes = self.variants[encoding]
        await send_file(scope, send, path, size_bytes, headers)


def _varying(etag: str, encoding: str) -> list[tuple[bytes, bytes]]:
    headers = [(b"vary", b"accept-encoding"), (b"etag", f'"{etag}"'.encode())]
    if encoding != "identity":
        headers.append((b"content-encoding", encoding.encode()))
    return headers


def _read_page(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            page = file.read()
    except FileNotFoundError:
        return None
    if _BASE not in page:
        raise ValueError(f"the page of the gallery has no {_BASE}")
    return page


def _names(folder: str) -> Iterator[str]:
    """What may be asked for: of files known by their ending, without what only encodes another."""
    for inside in ("", "assets", "icons"):
        try:
            found = sorted(os.listdir(os.path.join(folder, inside)))
        except FileNotFoundError:
            continue
        for name in found:
            if os.path.splitext(name)[1] in _TYPES:
                yield os.path.join(inside, name)
