"""`/api/v1/assets/{digest}/renditions/{kind}`: pictures of an asset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from media_server.media.picture import GRID_EDGE_PX, PREVIEW_EDGE_PX, THUMBNAIL_EDGE_PX
from media_server.store.large import LargeRendition
from media_server.web.api.assets import ADDRESS, digest_of
from media_server.web.conditional import matches
from media_server.web.file_answer import send_bytes, send_file, send_not_modified
from media_server.web.gate.client import client_of
from media_server.web.headers import header
from media_server.web.problem import Refusal
from media_server.web.ranged import FOR_EVER
from media_server.web.route import Media, Route

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from media_server.catalog.lookup import Lookup
    from media_server.media.picture import Picture
    from media_server.model.digest import Digest
    from media_server.store.large import LargeStore
    from media_server.store.small import SmallStore
    from media_server.web.on_demand import OnDemand
    from media_server.web.route import Call

# What the camera embedded stands in for a picture that is soon made.
_FOR_NOW: Final = (b"cache-control", b"private, max-age=10")
_DETAIL: Final = f"""
`grid` (at most {GRID_EDGE_PX} pixels at its longer edge, for lists), `preview` (at most
{PREVIEW_EDGE_PX:,}, fills a screen), `thumbnail` ({THUMBNAIL_EDGE_PX} × {THUMBNAIL_EDGE_PX}, a
PNG, not of videos) or `poster` (of videos only, a frame as large as `grid`). What is not there yet
is made at once; where the file is away by then, the answer is `no_original` or `offline`.

Until a final one is there, `grid` may be what the camera embedded: its `ETag` ends in `-rough`,
and it may be kept for seconds only, all others for ever. The address stays the same: add anything,
such as `?v=ready`, to have a browser ask again; it is ignored. `Accept` is not looked at: WebP
would save a seventh of a grid picture for seven times the work.
"""


class Renditions:
    """Answers with pictures: from the stores on the event loop, else made now."""

    def __init__(
        self, lookup: Lookup, small: SmallStore, large: LargeStore, on_demand: OnDemand
    ) -> None:
        """Take the parts; lookup and small store are for the event loop alone."""
        self._lookup = lookup
        self._small = small
        self._large = large
        self._on_demand = on_demand

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path=f"{ADDRESS}/{{digest}}/renditions/{{kind}}",
                needs="read",
                answer=self._one,
                group="Bytes",
                summary="A picture of the asset",
                detail=_DETAIL,
                gives=Media("image/*", "the picture: JPEG, WebP or PNG"),
                refuses=(
                    "bad_digest",
                    "no_asset",
                    "no_rendition",
                    "no_original",
                    "offline",
                    "busy",
                ),
            )
        ]

    async def _one(self, call: Call[None, None]) -> ASGIApp:
        digest, kind = digest_of(call.path["digest"]), call.path["kind"]
        mime = self._lookup.mime(digest)
        if mime is None:
            raise Refusal("no_asset")
        if kind == "grid" or (kind == "poster" and mime.startswith("video/")):
            kept = self._small.get(digest, "grid")
            if kept is not None:
                return _PictureAnswer(digest, kind, kept.mime, kept.data, rough=kept.rough)
            made = await self._on_demand.grid(digest, client_of(call.scope))
            return _answer(digest, kind, made)
        if kind == "preview":
            found = await self._on_demand.preview(digest, client_of(call.scope))
            return _answer(digest, kind, found)
        if kind == "thumbnail":
            return _answer(digest, kind, await self._thumbnail(digest, client_of(call.scope)))
        raise Refusal("no_rendition", "There are grid, preview, thumbnail, and of videos poster.")

    async def _thumbnail(self, digest: Digest, client: str) -> LargeRendition | Picture | None:
        size_bytes = self._large.files.size_bytes(digest, "thumbnail")
        if not size_bytes:
            return await self._on_demand.thumbnail_picture(digest, client)
        self._large.note_use(digest, "thumbnail")
        return LargeRendition(self._large.path(digest, "thumbnail"), "image/png", size_bytes)


def _answer(digest: Digest, kind: str, found: LargeRendition | Picture | None) -> ASGIApp:
    if found is None:
        raise Refusal("no_rendition")
    body = found if isinstance(found, LargeRendition) else found.data
    return _PictureAnswer(digest, kind, found.mime, body)


class _PictureAnswer:
    """Sends a picture that is in memory, or in a file of the store."""

    def __init__(
        self,
        digest: Digest,
        kind: str,
        mime: str,
        body: bytes | LargeRendition,
        *,
        rough: bool = False,
    ) -> None:
        self._etag = f'"{digest.hex()}-{kind}{"-rough" if rough else ""}"'
        self._headers = [
            (b"etag", self._etag.encode()),
            _FOR_NOW if rough else FOR_EVER,
            (b"content-type", mime.encode()),
        ]
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        del receive
        body = self._body
        if matches(header(scope, b"if-none-match"), self._etag):
            await send_not_modified(send, self._headers)
        elif isinstance(body, bytes):
            await send_bytes(scope, send, body, self._headers)
        else:
            await send_file(scope, send, body.path, body.size_bytes, self._headers)
