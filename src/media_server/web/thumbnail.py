"""`GET /thumbnail/<sha256>`, the contract's picture, on the shortest way from file to client."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from media_server.model.digest import Digest
from media_server.web.conditional import matches
from media_server.web.problem import not_found, problem

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from media_server.catalog.lookup import Lookup
    from media_server.store.large import LargeStore
    from media_server.web.on_demand import OnDemand

PREFIX = "/thumbnail/"
# The content never changes under its address. Private: it is somebody's photo.
_CACHE = b"private, max-age=31536000, immutable"


class Thumbnail:
    """Answers for one thumbnail. Plain ASGI: routing and response objects cost more than it."""

    def __init__(self, lookup: Lookup, large: LargeStore, on_demand: OnDemand) -> None:
        """Take the parts."""
        self._lookup = lookup
        self._large = large
        self._on_demand = on_demand

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD of a path that begins with `PREFIX`."""
        text = scope["path"][len(PREFIX) :]
        if not text or "/" in text:
            await not_found()(scope, receive, send)
            return
        try:
            digest = Digest.parse(text)
        except ValueError:
            bad = problem(400, "bad_digest", "A SHA-256 has 64 hexadecimal digits.")
            await bad(scope, receive, send)
            return
        if not self._lookup.is_listed(digest):
            await _unknown(scope, receive, send)
            return
        etag = f'"{digest.hex()}-thumbnail"'
        if matches(_if_none_match(scope), etag):
            await _start(send, 304, etag, None)
            await send({"type": "http.response.body", "body": b""})
            return
        await self._send(scope, receive, send, digest, etag)

    async def _send(
        self, scope: Scope, receive: Receive, send: Send, digest: Digest, etag: str
    ) -> None:
        path = self._large.path(digest, "thumbnail")
        try:
            size_bytes = os.stat(path).st_size
        except FileNotFoundError:
            data = await self._on_demand.thumbnail(digest)
            if data is None:
                await _unknown(scope, receive, send)
                return
            await _start(send, 200, etag, len(data))
            body = b"" if scope["method"] == "HEAD" else data
            await send({"type": "http.response.body", "body": body})
            return
        await _start(send, 200, etag, size_bytes)
        if scope["method"] == "HEAD" or "http.response.pathsend" not in scope["extensions"]:
            body = b"" if scope["method"] == "HEAD" else _read(path)
            await send({"type": "http.response.body", "body": body})
        else:
            await send({"type": "http.response.pathsend", "path": path})


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _if_none_match(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            return str(value.decode("latin-1"))
    return None


async def _start(send: Send, status: int, etag: str, size_bytes: int | None) -> None:
    headers = [
        (b"etag", etag.encode()),
        (b"cache-control", _CACHE),
        (b"x-content-type-options", b"nosniff"),
    ]
    if size_bytes is not None:
        headers += [
            (b"content-type", b"image/png"),
            (b"content-length", str(size_bytes).encode()),
        ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _unknown(scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem(404, "no_thumbnail", "There is no thumbnail for this SHA-256.")
    await answer(scope, receive, send)
