"""`GET /list`: written to a file once for each version of the catalog, and sent from there.

While it is being written, those who asked are sent what is there already. When a version has been
the newest for a while, its answer is made before anybody asks, in the encodings that are asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from anyio import to_thread
from sqlalchemy.exc import DBAPIError

from media_server.catalog import listing
from media_server.web.conditional import matches
from media_server.web.encoding import ENCODINGS, choose, compressed
from media_server.web.file_answer import send_file, send_not_modified
from media_server.web.growing import Growing
from media_server.web.headers import header

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.types import Receive, Scope, Send

    from media_server.catalog.database import Catalog
    from media_server.catalog.lookup import Lookup
    from media_server.web.encoding import Encoding

_log = logging.getLogger(__name__)

# An answer is handed to the server by its path, and opened a moment later.
_GRACE_S = 2.0
# An answer that is whole by then is sent with its length, as a small library's nearly always is.
_WHOLE_S = 0.05
# Made ahead is what was asked for within a day, once the version is this old, and ten times as old
# as making took the last time: so it never takes more than a tenth of a core.
_LOOK_S = 0.5
_SETTLED_S = 2.0
_SETTLED_TIMES = 10
_ASKED_S = 86_400.0


class _Kept(NamedTuple):
    """One whole answer in a file."""

    version: str
    path: str
    size_bytes: int


class _Unwanted(Exception):
    """Nobody waits for the answer any more, and a newer one is asked for."""


class _Making:
    """One answer that is being made; its version is known once the transaction has begun."""

    def __init__(self, folder: str) -> None:
        self.part = os.path.join(folder, f"{uuid.uuid4().hex}.part")
        self.body = Growing(self.part)
        self.version: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.unwanted = False


@dataclass(slots=True)
class _Line:
    """One encoding: whose turn it is to make the answer, and what is known of asking for it."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    making: _Making | None = None
    asked_s: float | None = None
    took_s: float = 0.0
    ahead: str | None = None  # the version that was made ahead, or tried


class ListAnswer:
    """The answer to `/list`, kept in a folder of its own in each encoding asked for.

    It is of one moment: one transaction writes it. No client, however slow, keeps a transaction
    open: it reads a file.
    """

    def __init__(self, catalog: Catalog, lookup: Lookup, folder: str) -> None:
        """Take the parts.

        Args:
            catalog: what is listed.
            lookup: to ask for the version on the event loop.
            folder: for answers. It is emptied; in which encodings there were any is remembered.
        """
        self._catalog = catalog
        self._lookup = lookup
        self._folder = folder
        self._lines = {encoding: _Line() for encoding in ENCODINGS}
        self._tasks: set[asyncio.Task[None]] = set()
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
            for encoding, line in self._lines.items():
                if name.endswith(f".{encoding}"):
                    line.asked_s = time.monotonic()

    def make_ahead(self) -> None:
        """Make answers before they are asked for, from now on; on the event loop."""
        self._start(self._keep_ready())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        encoding = choose(header(scope, b"accept-encoding"))
        self._lines[encoding].asked_s = time.monotonic()
        version = self._lookup.listing_version()
        if matches(header(scope, b"if-none-match"), _etag(version, encoding)):
            await send_not_modified(send, _headers(version, encoding))
            return
        found = self._find(version, encoding) or await self._make_in_turn(encoding)
        if isinstance(found, _Making):
            try:
                await self._send_making(scope, send, found, encoding)
            finally:
                found.body.leave()
        else:
            await _send_kept(scope, send, found, encoding)

    def _find(self, version: str, encoding: Encoding) -> _Kept | None:
        path = self._path(version, encoding)
        try:
            return _Kept(version, path, os.stat(path).st_size)
        except FileNotFoundError:
            return None

    async def _make_in_turn(self, encoding: Encoding) -> _Kept | _Making:
        """The newest answer: kept already; or being made, and joined."""
        line = self._lines[encoding]
        async with line.turn:
            making = line.making
            if making is not None and not making.body.is_ended:
                if await making.version == self._lookup.listing_version():
                    making.body.join()
                    return making
                making.unwanted = not making.body.is_read
                with contextlib.suppress(_Unwanted):
                    await making.body.ended()
            kept = self._find(self._lookup.listing_version(), encoding)
            if kept is not None:
                return kept
            making = self._begin(encoding)
            making.body.join()
            try:
                await making.version
            except BaseException:
                making.body.leave()
                raise
            return making

    def _begin(self, encoding: Encoding) -> _Making:
        making = self._lines[encoding].making = _Making(self._folder)
        self._start(self._make(making, encoding))
        return making

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the loop alone does not keep it
        task.add_done_callback(self._tasks.discard)

    async def _make(self, making: _Making, encoding: Encoding) -> None:
        """Have it written; what fails is told to those who read."""
        begun_s = time.monotonic()
        loop = asyncio.get_running_loop()

        def tell(version: str) -> None:
            loop.call_soon_threadsafe(making.version.set_result, version)

        try:
            version = await to_thread.run_sync(self._write, making, encoding, tell)
        except Exception as error:  # noqa: BLE001 (raised again by whoever reads)
            with contextlib.suppress(OSError):
                os.unlink(making.part)
            if not making.version.done():
                making.version.set_exception(error)
                making.version.exception()  # nobody may be waiting for it
            making.body.end(error)
            return
        self._lines[encoding].took_s = time.monotonic() - begun_s
        self._keep(making, version, encoding)
        making.body.end()

    def _write(self, making: _Making, encoding: Encoding, tell: Callable[[str], None]) -> str:
        with self._catalog.read() as connection:
            version = listing.version(connection)
            tell(version)
            for piece in compressed(listing.pages(connection), encoding):
                if making.unwanted:
                    raise _Unwanted
                making.body.write(piece)
        return version

    def _keep(self, making: _Making, version: str, encoding: Encoding) -> None:
        """Give the file its name; a full disk stops keeping, not showing."""
        refused = making.body.refused
        try:
            if refused is not None:
                os.unlink(making.part)
            else:
                os.replace(making.part, self._path(version, encoding))
        except OSError as error:
            refused = making.body.refused = refused or error
        if refused is None:
            self._forget_others(version, encoding)
        else:
            _log.warning("cannot keep the answer to /list: %s", refused.strerror)

    async def _send_making(
        self, scope: Scope, send: Send, making: _Making, encoding: Encoding
    ) -> None:
        """Send what is there, and the rest as it comes; with its length where it is whole."""
        body, version = making.body, await making.version
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if scope["method"] == "HEAD" else _WHOLE_S):
                await body.ended()
        headers = _all(version, encoding)
        if body.is_ended:
            kept = _Kept(version, self._path(version, encoding), body.size_bytes)
            if body.refused is None:
                await _send_kept(scope, send, kept, encoding)
                return
            headers.append((b"content-length", b"%d" % body.size_bytes))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        at = 0
        while scope["method"] != "HEAD" and (piece := await body.read(at)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            at += len(piece)
        await send({"type": "http.response.body", "body": b""})

    async def _keep_ready(self) -> None:
        version, since_s = "", 0.0
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                newest = self._lookup.listing_version()
                if newest != version:
                    version, since_s = newest, time.monotonic()
                for encoding in ENCODINGS:
                    if self._is_due(version, encoding, time.monotonic() - since_s):
                        await self._make_quietly(version, encoding)
            except (sqlite3.Error, DBAPIError, OSError) as error:
                _log.debug("cannot make the answer to /list ahead: %s", error)

    def _is_due(self, version: str, encoding: Encoding, age_s: float) -> bool:
        line = self._lines[encoding]
        if line.asked_s is None or time.monotonic() - line.asked_s > _ASKED_S:
            return False
        settled = age_s > max(_SETTLED_S, _SETTLED_TIMES * line.took_s)
        return settled and line.ahead != version and self._find(version, encoding) is None

    async def _make_quietly(self, version: str, encoding: Encoding) -> None:
        line = self._lines[encoding]
        line.ahead = version  # once: a full disk is not tried again and again
        async with line.turn:
            if line.making is None or line.making.body.is_ended:
                body = self._begin(encoding).body
            else:
                body = line.making.body
        with contextlib.suppress(_Unwanted):
            await body.ended()

    def _path(self, version: str, encoding: Encoding) -> str:
        return os.path.join(self._folder, f"{version}.{encoding}")

    def _forget_others(self, version: str, encoding: Encoding) -> None:
        """Remove answers of other versions, once those who were just given them have them open."""
        loop = asyncio.get_running_loop()
        for name in os.listdir(self._folder):
            if name.endswith(f".{encoding}") and name != f"{version}.{encoding}":
                loop.call_later(_GRACE_S, _unlink, os.path.join(self._folder, name))


async def _send_kept(scope: Scope, send: Send, kept: _Kept, encoding: Encoding) -> None:
    await send_file(scope, send, kept.path, kept.size_bytes, _all(kept.version, encoding))


def _all(version: str, encoding: Encoding) -> list[tuple[bytes, bytes]]:
    headers = [*_headers(version, encoding), (b"content-type", b"application/json")]
    if encoding != "identity":
        headers.append((b"content-encoding", encoding.encode()))
    return headers


def _unlink(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _etag(version: str, encoding: Encoding) -> str:
    return f'"{version}-{encoding}"'


def _headers(version: str, encoding: Encoding) -> list[tuple[bytes, bytes]]:
    return [
        (b"etag", _etag(version, encoding).encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept-Encoding"),
    ]
