"""`GET /thumbnail/<sha256>`, the contract's picture, on the shortest way from file to client."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from media_server.model.digest import Digest
from media_server.web.conditional import matches
from media_server.web.file_answer import send_bytes, send_file, send_not_modified
from media_server.web.gate.client import client_of
from media_server.web.headers import header
from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from media_server.catalog.lookup import Lookup
    from media_server.store.large import LargeStore

# The content never changes under its address. Private: it is somebody's photo.
_CACHE = (b"cache-control", b"private, max-age=31536000, immutable")
_PNG = (b"content-type", b"image/png")


class Thumbnail:
    """Answers for one thumbnail: one indexed read, one stat, and a path for the server."""

    def __init__(
        self,
        lookup: Lookup,
        large: LargeStore,
        make: Callable[[Digest, str], Awaitable[bytes | None]],
    ) -> None:
        """Take the parts; `make` gives a thumbnail that the store lacks, None if it cannot be."""
        self._lookup = lookup
        self._large = large
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD.

        Raises:
            Refusal: there is no such thumbnail.
        """
        try:
            digest = Digest.parse(scope["path"].rpartition("/")[2])
        except ValueError:
            raise Refusal("bad_digest") from None
        if not self._lookup.is_listed(digest):
            raise Refusal("no_thumbnail")
        made = None
        path = self._large.path(digest, "thumbnail")
        try:
            size_bytes = os.stat(path).st_size
        except FileNotFoundError:
            made = await self._make(digest, client_of(scope))
            if made is None:
                raise Refusal("no_thumbnail") from None
        else:
            self._large.note_use(digest, "thumbnail")
        etag = f'"{digest.hex()}-thumbnail"'
        headers = [(b"etag", etag.encode()), _CACHE]
        if matches(header(scope, b"if-none-match"), etag):
            await send_not_modified(send, headers)
        elif made is not None:
            await send_bytes(scope, send, made, [*headers, _PNG])
        else:
            await send_file(scope, send, path, size_bytes, [*headers, _PNG])
