"""Answers with the bytes of a file, all or a range of them (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final

from media_server.web.conditional import matches
from media_server.web.file_answer import send_not_modified
from media_server.web.headers import header
from media_server.web.problem import Refusal
from media_server.web.ranges import Span, UnsatisfiableRangeError, wanted_span
from media_server.web.transfer import SpanBody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Receive, Scope, Send

    from media_server.web.transfer import OpenFile, Transfers

FOR_EVER: Final = (b"cache-control", b"private, max-age=31536000, immutable")
"""The content never changes under its address. Private: it is somebody's photo."""


class RangedAnswer:
    """Sends a span of a file, or a range within that span."""

    def __init__(
        self,
        transfers: Transfers,
        file: OpenFile,
        span: Span,
        *,
        etag: str,
        headers: Sequence[tuple[bytes, bytes]],
    ) -> None:
        """Take what is sent.

        Args:
            transfers: does the sending.
            file: an open one, which is closed when this has answered.
            span: which of its bytes are the representation.
            etag: a word that no other bytes have, without quotes.
            headers: besides those of ranges and of the length.
        """
        self._transfers = transfers
        self._file = file
        self._span = span
        self._etag = f'"{etag}"'
        self._headers = [
            (b"etag", self._etag.encode()),
            (b"accept-ranges", b"bytes"),
            *headers,
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD.

        Raises:
            Refusal: the range lies outside, or too many are being sent.
        """
        whole = self._span.size_bytes
        try:
            if matches(header(scope, b"if-none-match"), self._etag):
                await send_not_modified(send, self._headers)
                return
            part = self._part(scope)
            span = part or Span(0, whole)
            headers = [*self._headers, (b"content-length", b"%d" % span.size_bytes)]
            if part is not None:
                last = part.offset + part.size_bytes - 1
                headers.append((b"content-range", b"bytes %d-%d/%d" % (part.offset, last, whole)))
            status = 200 if part is None else 206
            start = {"type": "http.response.start", "status": status, "headers": headers}
            if scope["method"] == "HEAD":
                await send(start)
                await send({"type": "http.response.body", "body": b""})
                return
            there = Span(self._span.offset + span.offset, span.size_bytes)
            with self._transfers.place(scope):
                await send(start)
                await self._transfers.send(scope, receive, send, SpanBody(self._file, there))
        finally:
            self._file.close()

    def _part(self, scope: Scope) -> Span | None:
        # Section 14.2: ranges are defined for GET alone. Section 13.1.5: a range is of the bytes
        # that the client has begun with, so a validator that is not surely theirs asks for all.
        if_range = header(scope, b"if-range")
        if scope["method"] != "GET" or (if_range is not None and if_range.strip() != self._etag):
            return None
        try:
            return wanted_span(header(scope, b"range"), self._span.size_bytes)
        except UnsatisfiableRangeError:
            there = {"Content-Range": f"bytes */{self._span.size_bytes}"}
            raise Refusal("bad_range", headers=there) from None


def repr_digest(digest: bytes) -> tuple[bytes, bytes]:
    """The header `Repr-Digest` (RFC 9530) of bytes with this SHA-256."""
    return (b"repr-digest", b"sha-256=:" + b64encode(digest) + b":")
