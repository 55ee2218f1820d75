"""Answers with a long body that is written while it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Receive, Scope, Send

    from media_server.web.transfer import Body, Transfers


class BodyAnswer:
    """Sends a body whole."""

    def __init__(
        self, transfers: Transfers, body: Body, headers: Sequence[tuple[bytes, bytes]]
    ) -> None:
        """Take what is sent, who sends it, and headers besides the length."""
        self._transfers = transfers
        self._body = body
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD.

        Raises:
            Refusal: too many are being sent.
        """
        length = (b"content-length", b"%d" % self._body.size_bytes)
        start = {
            "type": "http.response.start",
            "status": 200,
            "headers": [*self._headers, length],
        }
        try:
            if scope["method"] == "HEAD":
                await send(start)
                await send({"type": "http.response.body", "body": b""})
                return
            with self._transfers.place(scope):
                await send(start)
                await self._transfers.send(scope, receive, send, self._body)
        finally:
            self._body.close()
