"""Answers whose body is at hand, above all as a file: the server sends it without us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio import to_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope, Send

_PIECE_BYTES = 1 << 18


async def send_file(
    scope: Scope, send: Send, path: str, size_bytes: int, headers: Sequence[tuple[bytes, bytes]]
) -> None:
    """Answer a GET or HEAD with 200 and a file.

    The server opens the file only after this has returned; it must stay that long. One that is
    gone by then is answered by a 404 without a body.

    Args:
        scope: of the request.
        send: of the request.
        path: the file, which has its final content.
        size_bytes: its size.
        headers: besides `content-length`.
    """
    length = (b"content-length", b"%d" % size_bytes)
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b""})
    elif "http.response.pathsend" in scope.get("extensions", ()):
        await send({"type": "http.response.pathsend", "path": path})
    else:
        await _send_pieces(send, path)


async def send_bytes(
    scope: Scope, send: Send, body: bytes, headers: Sequence[tuple[bytes, bytes]]
) -> None:
    """Answer a GET or HEAD with 200 and a body that is at hand."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def send_not_modified(send: Send, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Answer with 304: the client has it already."""
    await send({"type": "http.response.start", "status": 304, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b""})


async def _send_pieces(send: Send, path: str) -> None:
    """For servers that cannot be given a path, such as the one of in-process tests."""
    with open(path, "rb") as file:  # noqa: ASYNC230 (reading is done in a thread)
        more = True
        while more:
            piece = await to_thread.run_sync(file.read, _PIECE_BYTES)
            more = len(piece) == _PIECE_BYTES
            await send({"type": "http.response.body", "body": piece, "more_body": more})
