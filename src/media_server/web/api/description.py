"""`/api/v1/openapi.json` and `/api/v1/docs`: the API, told by itself."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from media_server.web.api import docs_page, openapi
from media_server.web.json_answer import JsonAnswer
from media_server.web.route import Media, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp

    from media_server.web.gate.arrival import Arrival
    from media_server.web.route import Call


class Description:
    """Describes a table of routes, itself included, once it is asked to."""

    def __init__(self, routes: Sequence[Route], base_path: str = "") -> None:
        """Take what to describe.

        Args:
            routes: the table.
            base_path: what a reverse proxy puts before each path, such as `/photos`.
        """
        self._routes = [*routes, *self.routes()]
        self._base_path = base_path
        self._found: openapi.Json = {}
        self._json = b""

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/openapi.json",
                needs="open",
                answer=self._document,
                group="Description",
                summary="This description, for programs",
                gives=Media("application/json", "an OpenAPI 3.1 document"),
            ),
            Route(
                method="GET",
                path="/api/v1/docs",
                needs="open",
                answer=self._docs,
                group="Description",
                summary="This description, for people",
                gives=Media("text/html", "a page"),
            ),
        ]

    def _document(self, call: Call[None, None]) -> ASGIApp:
        del call
        if not self._json:
            self._json = msgspec.json.encode(self._described())
        return JsonAnswer(self._json, etag=sha256(self._json).hexdigest()[:16])

    def _docs(self, call: Call[None, None]) -> ASGIApp:
        page = docs_page.page(self._described(), self._site(call.scope["arrival"]))
        headers = {"Content-Security-Policy": docs_page.POLICY, "Cache-Control": "no-cache"}
        return Response(page, headers=headers, media_type="text/html")

    def _described(self) -> openapi.Json:
        if not self._found:
            self._found = openapi.document(self._routes, self._base_path)
        return self._found

    def _site(self, arrival: Arrival) -> str:
        host = arrival.host or "localhost:8000"
        return f"{arrival.scheme or 'http'}://{host}{self._base_path}"
