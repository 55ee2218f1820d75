"""Bodies of requests: what form they must have."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from media_server.web.problem import Refusal
from media_server.web.request import read_body

if TYPE_CHECKING:
    from starlette.types import Message


class Form(msgspec.Struct, forbid_unknown_fields=True):
    names: list[str] = []
    number: float = 0.0


def read(body: bytes) -> object:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"headers": [(b"content-type", b"application/json")]}
    return asyncio.run(read_body(scope, receive, Form, max_bytes=100_000))


def test_a_body() -> None:
    assert read(b'{"names": ["a"], "number": 1.5}') == Form(["a"], 1.5)


@pytest.mark.parametrize(
    "body",
    [
        b'{"names": ["a"], "names": []}',
        b'{"number": 1, "n\\u0075mber": 1}',
        b"{",
        b"",
        b'"x"',
        b'{"other": 1}',
        b"\xff",
        b'{"number": "' + b"1" * 50_000 + b'"}',
        b"[" * 50_000,
    ],
)
def test_what_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read(body)
    assert caught.value.code == "bad_body"


def test_long_numbers_take_no_time() -> None:
    # Python refuses to read whole numbers of more than 4,300 digits, or takes long.
    with pytest.raises(Refusal):
        read(b'{"number": ' + b"1" * 50_000 + b', "number": 1}')
