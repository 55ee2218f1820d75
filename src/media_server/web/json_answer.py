"""Answers in JSON: compressed where that pays, with an ETag where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from anyio import to_thread

from media_server.web.conditional import matches
from media_server.web.encoding import choose, compressed
from media_server.web.headers import header

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from media_server.web.encoding import Encoding

_SMALL_BYTES = 1_400  # goes into one packet anyway
_LARGE_BYTES = 65_536  # takes a millisecond to compress
PRIVATE: Final = "private, no-cache"
"""Kept by the client alone, and asked about each time."""


class JsonAnswer:
    """Sends a value as JSON."""

    def __init__(
        self,
        value: object,
        *,
        status: int = 200,
        etag: str | None = None,
        cache: str = "no-store",
        location: str | None = None,
    ) -> None:
        """Encode the value.

        Args:
            value: what msgspec can encode; bytes are JSON already.
            status: of the answer.
            etag: a word that differs whenever the value may differ, without quotes.
            cache: for `Cache-Control`; `PRIVATE` with an etag.
            location: for `Location`.
        """
        self._body = value if isinstance(value, bytes) else msgspec.json.encode(value)
        self._status = status
        self._etag = etag
        self._cache = PRIVATE if etag is not None and cache == "no-store" else cache
        self._location = location

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        del receive
        body = self._body
        headers = [(b"cache-control", self._cache.encode())]
        encoding: Encoding = "identity"
        if len(body) > _SMALL_BYTES:
            encoding = choose(header(scope, b"accept-encoding"))
            headers.append((b"vary", b"accept-encoding"))
        if self._etag is not None:
            etag = f'"{self._etag}-{encoding}"'
            headers.append((b"etag", etag.encode()))
            if matches(header(scope, b"if-none-match"), etag):
                await send({"type": "http.response.start", "status": 304, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
                return
        if encoding != "identity":
            headers.append((b"content-encoding", encoding.encode()))
            if len(body) > _LARGE_BYTES:
                body = await to_thread.run_sync(_compressed, body, encoding)
            else:
                body = _compressed(body, encoding)
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
        ]
        if self._location is not None:
            headers.append((b"location", self._location.encode("ascii")))
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
        )


def _compressed(body: bytes, encoding: Encoding) -> bytes:
    return b"".join(compressed([body], encoding))
