"""Errors as people and programs see them: one form for all, RFC 9457 with a stable `code`."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from starlette.responses import Response

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
METHODS = "GET, HEAD, OPTIONS"


class Problem(msgspec.Struct, frozen=True):
    """Body of an error answer.

    Attributes:
        title: the status in words.
        status: the HTTP status.
        code: stable; what programs compare.
        detail: one sentence, without any path of the server.
    """

    title: str
    status: int
    code: str
    detail: str


def _problem(status: int, code: str, detail: str, **headers: str) -> Response:
    body = Problem(HTTPStatus(status).phrase, status, code, detail)
    return Response(
        msgspec.json.encode(body) + b"\n",
        status,
        _HEADERS | headers,
        "application/problem+json",
    )


def not_found() -> Response:
    """No such address."""
    return _problem(404, "not_found", "There is nothing at this address.")


def no_thumbnail() -> Response:
    """The asset is unknown, or has no thumbnail."""
    return _problem(404, "no_thumbnail", "There is no thumbnail for this SHA-256.")


def bad_digest() -> Response:
    """What should be a SHA-256 is none."""
    return _problem(400, "bad_digest", "A SHA-256 has 64 hexadecimal digits.")


def method_not_allowed() -> Response:
    """Everything here is only read."""
    return _problem(
        405, "method_not_allowed", "Only GET and HEAD are answered here.", Allow=METHODS
    )


def internal() -> Response:
    """A fault of the program."""
    return _problem(500, "internal", "The server failed to answer; its log says more.")
