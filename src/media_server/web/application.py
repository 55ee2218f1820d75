"""The ASGI application: who answers what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from media_server.web import thumbnail
from media_server.web.problem import NOSNIFF, method_not_allowed, not_found, problem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from media_server.web.health import HealthAnswer
    from media_server.web.list_answer import ListAnswer
    from media_server.web.thumbnail import Thumbnail

_READING = frozenset({"GET", "HEAD"})


class Application:
    """Takes each request to who answers it."""

    def __init__(self, listed: ListAnswer, pictured: Thumbnail, health: HealthAnswer) -> None:
        """Take those who answer."""
        self._thumbnail = pictured
        self._others = Starlette(
            routes=[
                Route("/list", _endpoint(listed), methods=["GET", "HEAD"]),
                Route("/healthz", _endpoint(health), methods=["GET", "HEAD"]),
            ],
            exception_handlers={HTTPException: _http_error, Exception: _failed},
        )
        self._others.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._others(scope, receive, send)
            return
        path = scope["path"]
        if path.startswith("//"):
            path = scope["path"] = "/" + path.lstrip("/")
        if scope["method"] not in _READING:
            await _not_reading(scope, receive, send)
        elif path.startswith(thumbnail.PREFIX):
            await self._thumbnail(scope, receive, send)
        else:
            await self._others(scope, receive, send)


def _endpoint(answer: ListAnswer | HealthAnswer):  # noqa: ANN202
    async def endpoint(request: Request) -> Response:
        return await answer(request)

    return endpoint


async def _not_reading(scope: Scope, receive: Receive, send: Send) -> None:
    known = scope["path"] in ("/list", "/healthz") or scope["path"].startswith(thumbnail.PREFIX)
    if not known:
        answer = not_found()
    elif scope["method"] == "OPTIONS":
        answer = Response(headers={"Allow": "GET, HEAD, OPTIONS", **NOSNIFF})
    else:
        answer = method_not_allowed()
    await answer(scope, receive, send)


async def _http_error(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 404:
        return not_found()
    if isinstance(error, HTTPException) and error.status_code == 405:
        return method_not_allowed()
    return problem(400, "bad_request", "This request cannot be answered.")


async def _failed(request: Request, error: Exception) -> Response:
    return problem(500, "internal", "The server failed to answer; its log says more.")
