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

    from media_server.web.route import Call


class Description:
    """Describes a table of routes, itself included, once it is asked to."""

    def __init__(self, routes: Sequence[Route]) -> None:
        """Take the routes to describe."""
        self._routes = [*routes, *self.routes()]
        self._json = b""
        self._page = b""

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
            self._json = msgspec.json.encode(openapi.document(self._routes))
        return JsonAnswer(self._json, etag=sha256(self._json).hexdigest()[:16])

    def _docs(self, call: Call[None, None]) -> ASGIApp:
        del call
        if not self._page:
            self._page = docs_page.page(openapi.document(self._routes))
        headers = {"Content-Security-Policy": docs_page.POLICY, "Cache-Control": "no-cache"}
        return Response(self._page, headers=headers, media_type="text/html")
