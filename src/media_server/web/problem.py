"""Errors as people and programs see them: one form for all, RFC 9457 with a stable `code`."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from starlette.responses import Response

NOSNIFF = {"X-Content-Type-Options": "nosniff"}


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


def problem(status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """An error answer."""
    body = Problem(HTTPStatus(status).phrase, status, code, detail)
    return Response(
        msgspec.json.encode(body) + b"\n",
        status,
        {"Cache-Control": "no-store", **NOSNIFF, **(headers or {})},
        "application/problem+json",
    )


def not_found() -> Response:
    """No such address."""
    return problem(404, "not_found", "There is nothing at this address.")


def method_not_allowed() -> Response:
    """Everything here is only read."""
    return problem(
        405,
        "method_not_allowed",
        "Only GET and HEAD are answered here.",
        {"Allow": "GET, HEAD, OPTIONS"},
    )
