"""The ASGI application: who answers what."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.responses import Response

from media_server.web.problem import METHODS, internal, method_not_allowed, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)

_THUMBNAIL = "/thumbnail/"
_READING = frozenset({"GET", "HEAD"})


class Application:
    """Takes each request to who answers it. Plain ASGI: a router costs more than a thumbnail."""

    def __init__(
        self,
        listed: ASGIApp,
        pictured: ASGIApp,
        health: ASGIApp,
        *,
        on_failure: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """Take those who answer a GET or HEAD.

        Args:
            listed: answers `/list`.
            pictured: answers `/thumbnail/…`.
            health: answers `/healthz`.
            on_failure: told of each error that ended in an answer of 500.
        """
        self._on_failure = on_failure
        self._answers = {"/list": listed, "/healthz": health}
        self._thumbnail = pictured

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        started = False

        async def noticing(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._answer(scope)(scope, receive, noticing)
        except Exception as error:  # noqa: BLE001 (border)
            _log.exception("cannot answer a request")
            self._on_failure(error)
            if not started:
                await internal()(scope, receive, send)

    def _answer(self, scope: Scope) -> ASGIApp:
        path = scope["path"]
        if path.startswith("//"):
            path = scope["path"] = "/" + path.lstrip("/")
        found = self._thumbnail if path.startswith(_THUMBNAIL) else self._answers.get(path)
        method = scope["method"]
        if method == "OPTIONS" and (found or path == "*"):
            return Response(headers={"Allow": METHODS})
        if found is None:
            return not_found()
        return found if method in _READING else method_not_allowed()
