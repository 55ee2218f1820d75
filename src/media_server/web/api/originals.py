"""`/api/v1/assets/{digest}/original`, `movie` and `sidecars`: bytes of the library, as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from media_server.catalog import assets, serving
from media_server.library.original import OpenOriginal, open_first
from media_server.library.roots import Roots
from media_server.media.facts import Fact
from media_server.model.errors import FileUnreadable
from media_server.web.api.assets import ADDRESS, digest_of
from media_server.web.content import HEAD_BYTES, content_headers, content_type
from media_server.web.problem import Refusal
from media_server.web.ranged import FOR_EVER, RangedAnswer, repr_digest
from media_server.web.ranges import Span
from media_server.web.route import Media, Route
from media_server.web.unreadable import RETRY_OFFLINE, unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from starlette.types import ASGIApp

    from media_server.catalog.assets import FileAt
    from media_server.catalog.database import Catalog
    from media_server.catalog.serving import Listed
    from media_server.model.digest import Digest
    from media_server.web.route import Call
    from media_server.web.transfer import Transfers

# Which film belongs to a picture, and what a sidecar says, may change under the same address.
_ASK_AGAIN: Final = (b"cache-control", b"private, no-cache")
_SIDECARS: Final = {"sidecar_xmp": "text/xml", "takeout_json": "application/json"}
_MOST_ID: Final = 2**63 - 1
_RANGES: Final = (
    "One range of bytes can be asked for, with `If-Range` and the strong `ETag`; several at once "
    "are answered with the whole."
)


class OriginalQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to send it.

    Attributes:
        download: 1 to have a browser save it where it could show it.
    """

    download: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0


class Originals:
    """Answers with bytes that lie in a library."""

    def __init__(self, catalog: Catalog, transfers: Transfers) -> None:
        """Take where the assets are, and who sends."""
        self._catalog = catalog
        self._transfers = transfers

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path=f"{ADDRESS}/{{digest}}/original",
                needs="read",
                answer=self._original,
                group="Bytes",
                summary="The original, byte for byte",
                detail=f"{_RANGES} `Repr-Digest` has the SHA-256 of the whole. The type is that of "
                "the content; what a browser might run is sent as an attachment. Videos are played "
                "from here: nothing is transcoded.",
                query=OriginalQuery,
                gives=Media("*/*", "the bytes of the file"),
                refuses=("bad_digest", "no_asset", "no_original", "offline", "bad_range"),
            ),
            Route(
                method="GET",
                path=f"{ADDRESS}/{{digest}}/movie",
                needs="read",
                answer=self._movie,
                group="Bytes",
                summary="The film of a Live Photo or motion photo",
                detail=f"Not of videos: these are their own `original`. {_RANGES}",
                query=OriginalQuery,
                gives=Media("video/*", "the film"),
                refuses=(
                    "bad_digest",
                    "no_asset",
                    "no_rendition",
                    "no_original",
                    "offline",
                    "bad_range",
                ),
            ),
            Route(
                method="GET",
                path=f"{ADDRESS}/{{digest}}/sidecars/{{id}}",
                needs="read",
                answer=self._sidecar,
                group="Bytes",
                summary="A sidecar of the asset, byte for byte",
                detail="Always an attachment. The numbers are those of the asset's `sidecars`.",
                gives=Media("*/*", "the bytes of the file"),
                refuses=(
                    "bad_digest",
                    "no_asset",
                    "not_found",
                    "no_original",
                    "offline",
                    "bad_range",
                ),
            ),
        ]

    def _original(self, call: Call[OriginalQuery, None]) -> ASGIApp:
        digest = digest_of(call.path["digest"])
        with self._catalog.read() as connection:
            known = _listed(connection, digest)
            files = assets.originals(connection, digest)
        original = self._open(digest, files)
        mime = _type_of(original, known.mime)
        name, size_bytes = original.at.name, original.at.stat.size_bytes
        return RangedAnswer(
            self._transfers,
            original,
            Span(0, size_bytes),
            etag=digest.hex(),
            headers=[
                FOR_EVER,
                repr_digest(digest),
                *content_headers(mime, name, saved=bool(call.query.download)),
            ],
        )

    def _movie(self, call: Call[OriginalQuery, None]) -> ASGIApp:
        digest = digest_of(call.path["digest"])
        saved = bool(call.query.download)
        with self._catalog.read() as connection:
            known = _listed(connection, digest)
            files = assets.originals(connection, digest)
            films = serving.films(connection, digest)
        span = _embedded(known)
        if span is not None:
            return self._embedded_film(digest, files, span, saved=saved)
        for film, holders in films:
            original = open_first(holders)
            if original is not None:
                return self._film_beside(film, original, saved=saved)
        if not films:
            raise Refusal("no_rendition", "There is no film in this asset or beside it.")
        raise unreadable(self._catalog, [film for film, _ in films])

    def _embedded_film(
        self, digest: Digest, files: Sequence[FileAt], span: Span, *, saved: bool
    ) -> ASGIApp:
        original = self._open(digest, files)
        name = original.at.name.rpartition(b".")[0] + b".mp4"
        if span.offset + span.size_bytes > original.at.stat.size_bytes:
            original.close()
            raise Refusal("no_rendition", "There is no film where the asset should have one.")
        return RangedAnswer(
            self._transfers,
            original,
            span,
            etag=f"{digest.hex()}-movie",
            headers=[FOR_EVER, *content_headers("video/mp4", name, saved=saved)],
        )

    def _film_beside(self, film: bytes, original: OpenOriginal, *, saved: bool) -> ASGIApp:
        mime = _type_of(original, "video/mp4")
        return RangedAnswer(
            self._transfers,
            original,
            Span(0, original.at.stat.size_bytes),
            etag=f"{film.hex()}-movie",
            headers=[
                _ASK_AGAIN,
                repr_digest(film),
                *content_headers(mime, original.at.name, saved=saved),
            ],
        )

    def _sidecar(self, call: Call[None, None]) -> ASGIApp:
        digest, number = digest_of(call.path["digest"]), call.path["id"]
        if not (number.isascii() and number.isdigit() and int(number[:20]) <= _MOST_ID):
            raise Refusal("not_found")
        with self._catalog.read() as connection:
            _listed(connection, digest)
            found = serving.sidecar(connection, digest, int(number))
        if found is None:
            raise Refusal("not_found", "There is no such sidecar of this asset.")
        if not found.reachable:
            raise Refusal("offline", headers=RETRY_OFFLINE)
        try:
            with Roots() as roots:
                original = OpenOriginal(roots, found.at)
        except FileUnreadable:
            raise Refusal("no_original", "The sidecar cannot be read now.") from None
        stat = found.at.stat
        return RangedAnswer(
            self._transfers,
            original,
            Span(0, stat.size_bytes),
            etag=f"{number}-{stat.inode:x}-{stat.ctime_ns:x}-{stat.mtime_ns:x}-{stat.size_bytes:x}",
            headers=[
                _ASK_AGAIN,
                *content_headers(_SIDECARS[found.kind], found.at.name, saved=True),
            ],
        )

    def _open(self, digest: bytes, files: Sequence[FileAt]) -> OpenOriginal:
        original = open_first(files)
        if original is None:
            raise unreadable(self._catalog, [digest])
        return original


def _listed(connection: Connection, digest: bytes) -> Listed:
    found = serving.listed(connection, digest)
    if found is None:
        raise Refusal("no_asset")
    return found


def _type_of(original: OpenOriginal, mime: str) -> str:
    try:
        head = original.read_at(0, HEAD_BYTES) if original.at.stat.size_bytes else b""
    except FileUnreadable:
        original.close()
        raise Refusal("no_original") from None
    return content_type(head, mime)


def _embedded(known: Listed) -> Span | None:
    """Where the film lies in the content, if there is one."""
    facts = msgspec.json.decode(known.facts or "[]", type=list[Fact])
    found = {one.name: one.value for one in facts if one.name in ("motion_offset", "motion_bytes")}
    offset, size_bytes = found.get("motion_offset"), found.get("motion_bytes")
    if not isinstance(offset, int | float) or not isinstance(size_bytes, int | float):
        return None
    return Span(int(offset), int(size_bytes)) if offset > 0 and size_bytes > 0 else None
