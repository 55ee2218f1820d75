"""Errors as people and programs see them: one form for all, RFC 9457 with a stable `code`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal, get_args

import msgspec
from starlette.responses import Response

from media_server.model.query.reasons import (
    QueryReason,  # noqa: TC001 - msgspec reads it at run time
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from media_server.model.errors import BadQuery

ProblemCode = Literal[
    "bad_request",
    "bad_parameter",
    "bad_body",
    "bad_digest",
    "bad_query",
    "bad_cursor",
    "not_signed_in",
    "not_allowed",
    "cross_site",
    "not_found",
    "no_asset",
    "no_thumbnail",
    "no_rendition",
    "no_original",
    "method_not_allowed",
    "body_timeout",
    "removals_changed",
    "gone",
    "body_too_large",
    "uri_too_long",
    "unsupported_media_type",
    "bad_range",
    "misdirected",
    "too_many_requests",
    "internal",
    "busy",
    "took_too_long",
    "offline",
]

_TABLE: Final[Mapping[ProblemCode, tuple[int, str]]] = {
    "bad_request": (400, "The request is not well formed."),
    "bad_parameter": (400, "A parameter of the address is not allowed."),
    "bad_body": (400, "The body is not what this address takes."),
    "bad_digest": (400, "A SHA-256 has 64 hexadecimal digits."),
    "bad_query": (400, "The search is not understood."),
    "bad_cursor": (400, "The cursor is none that this server has given."),
    "not_signed_in": (401, "A token is needed here."),
    "not_allowed": (403, "The token does not allow this."),
    "cross_site": (403, "Another site's page may not change anything here."),
    "not_found": (404, "There is nothing at this address."),
    "no_asset": (404, "The library has no asset with this SHA-256."),
    "no_thumbnail": (404, "There is no thumbnail for this SHA-256."),
    "no_rendition": (404, "There is no such picture of this asset."),
    "no_original": (404, "None of the files that held this asset can be read now."),
    "method_not_allowed": (405, "This address does not answer that method."),
    "body_timeout": (408, "The body did not come in time."),
    "removals_changed": (409, "The library holds other removals by now."),
    "gone": (410, "This cursor is of another catalog or too old: begin anew without it."),
    "body_too_large": (413, "The body has more bytes than are allowed here."),
    "uri_too_long": (414, "The address is too long."),
    "unsupported_media_type": (415, "The body must be application/json."),
    "bad_range": (416, "The range lies outside the file."),
    "misdirected": (421, "This server does not go by that name."),
    "too_many_requests": (429, "Too many requests; wait a moment."),
    "internal": (500, "The server failed to answer; its log says more."),
    "busy": (503, "The server has its hands full; try again in a moment."),
    "took_too_long": (503, "The answer took too long to work out, and was given up."),
    "offline": (503, "The library that holds this is offline."),
}
CODES: Final[tuple[ProblemCode, ...]] = get_args(ProblemCode)
_HEADERS = {"Cache-Control": "no-store"}


class Problem(msgspec.Struct, frozen=True):
    """Body of an error answer.

    Attributes:
        title: the status in words.
        status: the HTTP status.
        code: stable; what programs compare.
        detail: one sentence, without any path of the server.
        at: where in the text of a search it is not understood, in code points of Unicode from 0;
            absent otherwise.
        reason: why the text of a search is not understood; absent otherwise.
        word: that the reason tells of, where it does.
        field: of the search that the reason tells of, where it does.
        limit: that the reason tells of, where it does.
    """

    title: str
    status: int
    code: ProblemCode
    detail: str
    at: int | msgspec.UnsetType = msgspec.UNSET
    reason: QueryReason | msgspec.UnsetType = msgspec.UNSET
    word: str | msgspec.UnsetType = msgspec.UNSET
    field: str | msgspec.UnsetType = msgspec.UNSET
    limit: int | msgspec.UnsetType = msgspec.UNSET


class Refusal(Exception):
    """A request is answered with a problem."""

    def __init__(
        self,
        code: ProblemCode,
        detail: str | None = None,
        *,
        wrong: BadQuery | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take what the problem says.

        Args:
            code: of the problem.
            detail: one sentence for people; by default that of the code.
            wrong: what is wrong with the text of a search; its sentence is the detail then.
            headers: of the answer.
        """
        super().__init__(code)
        self.code = code
        self.detail = detail or (str(wrong) if wrong else sentence(code))
        self.wrong = wrong
        self.headers = headers or {}


def status_of(code: ProblemCode) -> int:
    """The HTTP status that a code comes with."""
    return _TABLE[code][0]


def sentence(code: ProblemCode) -> str:
    """What a code says where nothing more is known."""
    return _TABLE[code][1]


def problem(refusal: Refusal) -> Response:
    """The answer that says so."""
    status = status_of(refusal.code)
    body = Problem(HTTPStatus(status).phrase, status, refusal.code, refusal.detail)
    if (wrong := refusal.wrong) is not None:
        body = msgspec.structs.replace(
            body,
            at=wrong.at,
            reason=wrong.reason,
            word=wrong.word or msgspec.UNSET,
            field=wrong.field or msgspec.UNSET,
            limit=wrong.limit or msgspec.UNSET,
        )
    return Response(
        msgspec.json.encode(body) + b"\n",
        status,
        {**_HEADERS, **refusal.headers},
        "application/problem+json",
    )
