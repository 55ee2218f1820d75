"""What a request says, checked for form: its query and its body."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import msgspec

from media_server.web.headers import header
from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope

_MAX_QUERY_BYTES = 8_192
_MAX_PARAMETERS = 64
# All of a body must have come by then, however slowly it is sent.
_BODY_S = 30.0


def read_query(scope: Scope, form: type[Any] | None) -> object:
    """The parameters of the address as `form`; None where the route has none.

    Raises:
        Refusal: too long, repeated, unknown, or not of the type the form asks for.
    """
    text = scope["query_string"]
    if len(text) > _MAX_QUERY_BYTES:
        raise Refusal("uri_too_long")
    if form is None:
        # Something like ?v=2 against caches is common, and does no harm.
        return None
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except ValueError:
        raise Refusal("bad_parameter", "The parameters are not percent-encoded UTF-8.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal("bad_parameter", "A parameter is there twice.")
    try:
        return msgspec.convert(found, form, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal("bad_parameter", _sentence(error)) from None


async def read_body(
    scope: Scope, receive: Receive, form: type[Any] | None, *, max_bytes: int
) -> object:
    """The JSON body as `form`; None where the route has none, whatever was sent.

    Raises:
        Refusal: no JSON, too large, too slow, or not what the form asks for.
    """
    if form is None:
        return None
    if _mime(scope) != "application/json":
        raise Refusal("unsupported_media_type")
    data = await _in_time(scope, receive, max_bytes)
    try:
        value = msgspec.json.decode(data, type=form)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal("bad_body", _sentence(error)) from None
    _refuse_repeats(data)
    return value


async def read_form(scope: Scope, receive: Receive, *, max_bytes: int) -> Mapping[str, str]:
    """The fields of an HTML form without files.

    Raises:
        Refusal: it is none, too large, too slow, or not percent-encoded UTF-8.
    """
    if _mime(scope) != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type", "The body must be that of a form.")
    data = await _in_time(scope, receive, max_bytes)
    try:
        pairs = parse_qsl(
            data.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except ValueError:
        raise Refusal("bad_body", "The form is not percent-encoded UTF-8.") from None
    return dict(pairs)


def _refuse_repeats(data: bytes) -> None:
    """Of a name that is there twice, each reader takes another one (RFC 8259, section 4)."""

    def once(pairs: list[tuple[str, object]]) -> None:
        if len({name for name, _ in pairs}) != len(pairs):
            raise Refusal("bad_body", "A field is there twice.")

    json.loads(data, object_pairs_hook=once, parse_int=_nothing, parse_float=_nothing)


def _nothing(number: str) -> None:
    """What a number is has been looked at; long ones take long."""


def _mime(scope: Scope) -> str:
    return (header(scope, b"content-type") or "").partition(";")[0].strip().lower()


async def _in_time(scope: Scope, receive: Receive, max_bytes: int) -> bytes:
    declared = header(scope, b"content-length")
    if declared and declared.isdigit() and int(declared[:20]) > max_bytes:
        raise Refusal("body_too_large")
    try:
        async with asyncio.timeout(_BODY_S):
            return await _receive_all(receive, max_bytes)
    except TimeoutError:
        raise Refusal("body_timeout") from None


async def _receive_all(receive: Receive, max_bytes: int) -> bytes:
    data = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal("bad_request", "The body ended early.")
        data += message.get("body", b"")
        if len(data) > max_bytes:
            raise Refusal("body_too_large")
        if not message.get("more_body", False):
            return bytes(data)


_SAID: Final = (
    (re.compile(r"Object missing required field ('[^']*')"), r"\1 is needed"),
    (re.compile(r"Object contains unknown field ('[^']*')"), r"there is no \1 here"),
)


def _sentence(error: Exception) -> str:
    """What msgspec says, as a sentence: it quotes names of fields, and no values."""
    text = str(error).replace("`", "'").replace("$.", "").rstrip(".")
    for theirs, ours in _SAID:
        text = theirs.sub(ours, text)
    return f"{text[:1].upper()}{text[1:300]}."
