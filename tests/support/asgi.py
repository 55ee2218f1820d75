"""Asking an ASGI application in this process, without a socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message


@dataclass(slots=True)
class Answer:
    """What an application sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    path: str | None = None

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    async def take(self, message: Message) -> None:
        """Be the `send` of a request."""
        if message["type"] == "http.response.start":
            assert not self.status, "it answered twice"
            self.status = message["status"]
            pairs = [(name.decode(), value.decode()) for name, value in message["headers"]]
            self.headers = dict(pairs)
            assert len(pairs) == len(self.headers), "a header is there twice"
        elif message["type"] == "http.response.pathsend":
            self.path = message["path"]
        else:
            self.body += message["body"]


async def ask(
    application: ASGIApp,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    pathsend: bool = False,
    body: bytes | None = None,
    client: str = "127.0.0.1",
) -> Answer:
    """Ask one thing; of the path, what follows a `?` is the query.

    As a program of this computer does, where neither headers nor `client` say otherwise.
    """
    path, _, query = path.partition("?")
    sent = {"host": "localhost:8000", **(headers or {})}
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "query_string": query.encode(),
        "http_version": "1.1",
        "client": (client, 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "extensions": {"http.response.pathsend": {}} if pathsend else {},
    }
    answer = Answer()

    taken = False

    async def receive() -> Message:
        nonlocal taken
        if taken:
            await asyncio.Event().wait()  # the client stays, and says nothing more
        taken = True
        return {"type": "http.request", "body": body or b"", "more_body": False}

    await application(scope, receive, answer.take)
    return answer
