"""`GET /list`: written to a file once for each version of the catalog, then sent from there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import uuid
from typing import TYPE_CHECKING, NamedTuple

from anyio import to_thread

from media_server.catalog import listing
from media_server.web.conditional import matches
from media_server.web.encoding import ENCODINGS, choose, compressed
from media_server.web.file_answer import send_bytes, send_file, send_not_modified
from media_server.web.headers import header

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from media_server.catalog.database import Catalog
    from media_server.catalog.lookup import Lookup
    from media_server.web.encoding import Encoding

_log = logging.getLogger(__name__)

# An answer is handed to the server by its path, and opened a moment later.
_GRACE_S = 2.0


class _Kept(NamedTuple):
    """One whole answer: in a file, or in `body` where the disk had no room for it."""

    version: str
    path: str
    size_bytes: int
    body: bytes | None = None


class ListAnswer:
    """The answer to `/list`, kept in a folder of its own in each encoding asked for.

    It is written before it is sent: no client, however slow, keeps a transaction open, and the
    length is known.
    """

    def __init__(self, catalog: Catalog, lookup: Lookup, folder: str) -> None:
        """Take the parts.

        Args:
            catalog: what is listed.
            lookup: to ask for the version on the event loop.
            folder: for answers made before; it is emptied.
        """
        self._catalog = catalog
        self._lookup = lookup
        self._folder = folder
        self._making = {encoding: asyncio.Lock() for encoding in ENCODINGS}
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        encoding = choose(header(scope, b"accept-encoding"))
        version = self._lookup.listing_version()
        if matches(header(scope, b"if-none-match"), _etag(version, encoding)):
            await send_not_modified(send, _headers(version, encoding))
            return
        kept = self._find(version, encoding) or await self._make_in_turn(encoding)
        headers = [*_headers(kept.version, encoding), (b"content-type", b"application/json")]
        if encoding != "identity":
            headers.append((b"content-encoding", encoding.encode()))
        if kept.body is None:
            await send_file(scope, send, kept.path, kept.size_bytes, headers)
        else:
            await send_bytes(scope, send, kept.body, headers)

    def _find(self, version: str, encoding: Encoding) -> _Kept | None:
        path = self._path(version, encoding)
        try:
            return _Kept(version, path, os.stat(path).st_size)
        except FileNotFoundError:
            return None

    async def _make_in_turn(self, encoding: Encoding) -> _Kept:
        """The newest answer, made by the first of those who wait for it."""
        async with self._making[encoding]:
            kept = self._find(self._lookup.listing_version(), encoding)
            if kept is None:
                kept = await to_thread.run_sync(self._make, encoding)
                self._forget_others(kept.version, encoding)
            return kept

    def _make(self, encoding: Encoding) -> _Kept:
        part = os.path.join(self._folder, f"{uuid.uuid4().hex}.part")
        with self._catalog.read() as connection:
            version = listing.version(connection)
            path = self._path(version, encoding)
            try:
                with open(part, "xb") as out:
                    for piece in compressed(listing.pages(connection), encoding):
                        out.write(piece)
                    size_bytes = out.tell()
                os.replace(part, path)
            except OSError as error:
                _log.warning("cannot keep the answer to /list: %s", error.strerror)
                with contextlib.suppress(OSError):
                    os.unlink(part)
                # A full disk stops keeping, not showing.
                body = b"".join(compressed(listing.pages(connection), encoding))
                return _Kept(version, path, len(body), body)
        return _Kept(version, path, size_bytes)

    def _path(self, version: str, encoding: Encoding) -> str:
        return os.path.join(self._folder, f"{version}.{encoding}")

    def _forget_others(self, version: str, encoding: Encoding) -> None:
        """Remove answers of other versions, once those who were just given them have them open."""
        loop = asyncio.get_running_loop()
        for name in os.listdir(self._folder):
            if name.endswith(f".{encoding}") and name != f"{version}.{encoding}":
                loop.call_later(_GRACE_S, _unlink, os.path.join(self._folder, name))


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
