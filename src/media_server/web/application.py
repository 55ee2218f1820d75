"""The ASGI application: each request passes the gate, and goes to the route that answers it."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from media_server.web.bodies import Bodies
from media_server.web.defaults import with_defaults
from media_server.web.metrics import Tally
from media_server.web.problem import Refusal, problem
from media_server.web.request import read_body, read_query
from media_server.web.route import Call
from media_server.web.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from media_server.web.gate import Gate
    from media_server.web.router import Found, Router

_log = logging.getLogger(__name__)


class Application:
    """Takes each request to its route. Plain ASGI: a framework costs more than a thumbnail."""

    def __init__(
        self,
        router: Router,
        gate: Gate,
        *,
        base_path: str = "",
        tally: Tally | None = None,
        on_failure: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """Take the table of routes and who decides about requests.

        Args:
            router: who answers what.
            gate: asked before each answer.
            base_path: what a reverse proxy puts before each path, such as `/photos`. Whether it
                passes that on or takes it away again does not matter.
            tally: counts what is answered.
            on_failure: told of each error that ended in an answer of 500.
        """
        self._router = router
        self._gate = gate
        self._base_path = base_path
        self._tally = tally or Tally()
        self._on_failure = on_failure
        self._threads = Threads()
        self._bodies = Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        started = False

        async def noticing(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._tally.count(message["status"])
                message["headers"] = with_defaults(message["headers"])
            await send(message)

        try:
            answer = await self._answer(scope, receive)
            await answer(scope, receive, noticing)
        except Refusal as refusal:
            if not started:
                await problem(refusal)(scope, receive, noticing)
        except Exception as error:  # noqa: BLE001 (border)
            _log.exception("cannot answer a request")
            self._on_failure(error)
            if not started:
                await problem(Refusal("internal"))(scope, receive, noticing)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        path = self._settle_path(scope)
        self._gate.meet(scope)
        method = scope["method"]
        if method == "OPTIONS":
            return self._options(path)
        found, segments = self._router.find(method, path)
        route = found.route
        instead = self._gate.admit(scope, route)
        if instead is not None:
            return instead
        query = read_query(scope, route.query)
        if route.body is None:
            return await self._call(found, Call(scope, segments, query, None))
        with self._bodies.room(scope, route.max_body_bytes):
            body = await read_body(scope, receive, route.body, max_bytes=route.max_body_bytes)
            return await self._call(found, Call(scope, segments, query, body))

    def _settle_path(self, scope: Scope) -> str:
        """Make `path` that of the routes, and `root_path` what stands before it in addresses."""
        path: str = scope["path"]
        if path.startswith("//"):
            path = "/" + path.lstrip("/")
        base = self._base_path
        if base and (path == base or path.startswith(base + "/")):
            path = "/" + path[len(base) :].lstrip("/")
        scope["path"], scope["root_path"] = path, base
        return path

    def _options(self, path: str) -> ASGIApp:
        allowed = "GET, HEAD, OPTIONS" if path == "*" else self._router.allowed(path)
        if allowed is None:
            raise Refusal("not_found")
        return Response(headers={"Allow": allowed})

    async def _call(self, found: Found, call: Call[object, object]) -> ASGIApp:
        if not found.waits:
            answer: ASGIApp = await found.route.answer(call)  # type: ignore[misc]  # `waits` tells
            return answer
        try:
            return await self._threads.run(found.route.answer, call)  # type: ignore[arg-type]
        except (sqlite3.OperationalError, DBAPIError) as error:
            if "interrupted" in str(error):
                raise Refusal("took_too_long", headers={"Retry-After": "5"}) from error
            raise
