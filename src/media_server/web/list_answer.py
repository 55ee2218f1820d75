"""`GET /list`: streamed once for each version of the catalog, then a file handed to the kernel."""

from __future__ import annotations

import contextlib
import os
import uuid
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import FileResponse, Response, StreamingResponse

from media_server.catalog import listing
from media_server.web.conditional import matches
from media_server.web.encoding import choose, compressor
from media_server.web.problem import NOSNIFF

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.requests import Request

    from media_server.catalog.database import Catalog
    from media_server.catalog.lookup import Lookup

_JSON = "application/json"


class ListAnswer:
    """The answer to `/list`, kept in a folder of its own in each encoding asked for."""

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
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        encoding = choose(request.headers.get("accept-encoding"))
        version = self._lookup.listing_version()
        headers = self._headers(version, encoding)
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        kept = self._kept(version, encoding)
        if os.path.exists(kept):
            return FileResponse(kept, headers=headers, media_type=_JSON)
        if request.method == "HEAD":
            return Response(headers=headers, media_type=_JSON)
        return await self._stream(encoding)

    def _headers(self, version: str, encoding: str) -> dict[str, str]:
        headers = {
            "ETag": f'"{version}-{encoding}"',
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
            **NOSNIFF,
        }
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        return headers

    def _kept(self, version: str, encoding: str) -> str:
        return os.path.join(self._folder, f"{version}.{encoding}")

    async def _stream(self, encoding: str) -> Response:
        pieces = _Pieces(self._catalog, encoding)
        version, first = await to_thread.run_sync(pieces.open)
        headers = self._headers(version, encoding)
        if pieces.whole:
            return Response(first, headers=headers, media_type=_JSON)
        body = self._send(pieces, first, version, encoding)
        return StreamingResponse(body, headers=headers, media_type=_JSON)

    async def _send(
        self, pieces: _Pieces, first: bytes, version: str, encoding: str
    ) -> AsyncIterator[bytes]:
        with closing(pieces), self._keeping(version, encoding) as keep:
            piece: bytes | None = first
            while piece is not None:
                if piece:
                    keep(piece)
                    yield piece
                piece = await to_thread.run_sync(pieces.next)

    @contextmanager
    def _keeping(self, version: str, encoding: str) -> Iterator[_Keep]:
        """Keep what is sent, if it is sent to the end and the disk has room."""
        keep = _Keep(os.path.join(self._folder, f"{uuid.uuid4().hex}.part"))
        try:
            yield keep
            if keep.finish(self._kept(version, encoding)):
                self._forget_older(version)
        finally:
            keep.discard()

    def _forget_older(self, version: str) -> None:
        for name in os.listdir(self._folder):
            if not name.startswith(version) and not name.endswith(".part"):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(self._folder, name))


class _Pieces:
    """The answer piece by piece, from one state of the catalog."""

    def __init__(self, catalog: Catalog, encoding: str) -> None:
        self._stack = contextlib.ExitStack()
        self._catalog = catalog
        self._compressor = compressor(encoding)
        self.whole = False

    def open(self) -> tuple[str, bytes]:
        """The version, and the first piece; all of it if `whole`."""
        connection = self._stack.enter_context(self._catalog.read())
        version = listing.version(connection)
        self._pages = listing.pages(connection)
        first = self._compressor.compress(next(self._pages))
        second = next(self._pages, None)
        if second is None or len(second) <= _CLOSING_BYTES:
            first += self._compressor.compress(second or b"") + self._compressor.flush()
            self.whole = True
            self.close()
        else:
            first += self._compressor.compress(second)
        return version, first

    def next(self) -> bytes | None:
        """The next piece, perhaps empty; None behind the last one."""
        if self.whole:
            return None
        page = next(self._pages, None)
        if page is None:
            self.whole = True
            return self._compressor.flush()
        return self._compressor.compress(page)

    def close(self) -> None:
        self._stack.close()


# The last page is the closing brace and a line feed.
_CLOSING_BYTES = 2


class _Keep:
    """A file that is written beside sending, and given its name when it is whole."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._out = None
        with contextlib.suppress(OSError):
            self._out = open(path, "xb", buffering=0)  # noqa: SIM115 (closed in `discard`)

    def __call__(self, piece: bytes) -> None:
        if self._out is not None:
            try:
                self._out.write(piece)
            except OSError:
                self.discard()

    def finish(self, path: str) -> bool:
        if self._out is None:
            return False
        self._out.close()
        self._out = None
        os.replace(self._path, path)
        return True

    def discard(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None
            with contextlib.suppress(OSError):
                os.unlink(self._path)
