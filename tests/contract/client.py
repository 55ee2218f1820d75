"""How the suite asks: plain HTTP by the standard library, and nothing hidden but the socket."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, wholly received.

    Attributes:
        status: of it.
        headers: by name, in any case.
        body: as it came; nothing is decompressed.
    """

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Client:
    """Asks one server.

    Attributes:
        url: what its addresses begin with, such as `http://127.0.0.1:8000`.
    """

    def __init__(self, url: str) -> None:
        """Take its address."""
        self.url = url.rstrip("/")

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """`GET path`; the keyword `if_none_match="…"` sends the header `If-None-Match: …`."""
        return self._ask(method, path, None, headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        """`POST path`; a body is sent as JSON, but bytes as they are."""
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers.setdefault("content_type", "application/json")
        return self._ask("POST", path, data, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        whole = urlsplit(self.url)
        connection = http.client.HTTPConnection(
            whole.hostname or "", whole.port, timeout=PATIENCE_S
        )
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, whole.path + path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s, "it did not come about in time"
        time.sleep(0.05)
