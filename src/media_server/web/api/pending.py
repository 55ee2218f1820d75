"""`/api/v1/pending`: files that a walk has found and nobody has read yet, so that they show."""

from __future__ import annotations

import threading
import time
from datetime import date  # noqa: TC003 - msgspec reads it at run time
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from media_server.catalog import changes, pending
from media_server.catalog.pending import Place, Point
from media_server.library.readings import is_read
from media_server.model.errors import FileUnreadable
from media_server.model.local_day import begin_of, day_at, end_of
from media_server.model.media_type import media_type
from media_server.web.address import address
from media_server.web.api import cursor, follow, times, values
from media_server.web.api.assets import ADDRESS as ASSETS
from media_server.web.conditional import matches
from media_server.web.file_answer import send_bytes, send_not_modified
from media_server.web.gate.client import client_of
from media_server.web.headers import header
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.recent import Recent
from media_server.web.route import Media, Route
from media_server.web.unreadable import RETRY_OFFLINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from media_server.catalog.database import Catalog
    from media_server.catalog.pending import Unread
    from media_server.media.picture import Picture
    from media_server.web.on_demand import OnDemand
    from media_server.web.route import Call

_ADDRESS: Final = "/api/v1/pending"
_MOST: Final = 1_000
# What the catalog's integers hold.
_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
# About a thousand pictures: some screens.
_RECENT_BYTES: Final = 16_000_000
# While files are read the shape is another one each second. So that asking for it in a row takes
# a tenth of a processor at most, an answer is good for so many times what it took. Where that is
# long, as the machine is busy, somebody waits for a first look: not longer than this.
_GOOD_FOR: Final = 10
_GOOD_FOR_MOST_S: Final = 1.0
_FOR_NOW: Final = (b"cache-control", b"private, max-age=60")
_ASK_AGAIN: Final = (b"cache-control", b"private, no-cache")


class DayCount(msgspec.Struct, frozen=True, array_like=True):
    """One day.

    Attributes:
        day: `YYYY-MM-DD`.
        files: how many there are on it.
    """

    day: date
    files: int


class PendingShape(msgspec.Struct, frozen=True):
    """What is still to be read.

    Attributes:
        cursor: `since` of `/api/v1/changes`; files whose assets came before it are not in here.
        files: how many there are.
        days: each with how many there are on it, newest first.
    """

    cursor: str
    files: int
    days: list[DayCount]


class PendingQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to begin, and how many.

    Attributes:
        day: `YYYY-MM-DD`; absent for the newest.
        offset: how many come before, of that day or behind the cursor.
        limit: how many at most; older days follow.
        cursor: `next` of an earlier answer, to go on behind it; then `day` does not count.
    """

    day: date | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=_MOST)] = 200
    cursor: str = ""


class PendingItem(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is still to be read.

    Attributes:
        id: its number, for its picture.
        name: of the file.
        folder: path of its folder below the library's root; empty for the root itself.
        library_id: of its library.
        kind: `photo`, `video` or `other`, as far as its name says.
        modified: its modification time, ISO 8601 in UTC.
    """

    id: int
    name: str
    folder: str
    library_id: int
    kind: values.KindName
    modified: str


class PendingItems(msgspec.Struct, frozen=True):
    """Some of them.

    Attributes:
        items: newest first.
        next: cursor of what follows; null at the end.
    """

    items: list[PendingItem]
    next: str | None


class _Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    mtime_ns: Annotated[int, msgspec.Meta(ge=_FIRST, le=_LAST)]
    file_id: Annotated[int, msgspec.Meta(ge=0, le=_LAST)]


_SHAPE_DETAIL = """
An asset has its digest, which takes reading all its bytes. Until then a file that was found is
here, on the day of its modification time by the server's calendar, which for most is the day on
which the timeline will show it. A file that has been read is here no more, and its asset is in
`/api/v1/changes`.

`days` is a list of `[day, files]`. Libraries that are offline are left out.
"""
_PICTURE_DETAIL = """
Made at once, ahead of all other work, from what the camera embedded, else from the whole file; it
may be small. When the file has been read meanwhile, the answer is a 303 to the grid picture of its
asset.
"""


class PendingApi:
    """Answers about files that have still to be read."""

    def __init__(self, catalog: Catalog, on_demand: OnDemand) -> None:
        """Take the parts."""
        self._catalog = catalog
        self._on_demand = on_demand
        self._point = Point(catalog)  # of the event loop
        self._recent = Recent(_RECENT_BYTES)
        self._shapes = _Shapes(catalog)

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path=_ADDRESS,
                needs="read",
                answer=self._shape,
                group="Timeline",
                summary="How many files are still to be read, by day",
                detail=_SHAPE_DETAIL,
                gives=PendingShape,
            ),
            Route(
                method="GET",
                path=f"{_ADDRESS}/items",
                needs="read",
                answer=self._items,
                group="Timeline",
                summary="The files that are still to be read, newest first",
                query=PendingQuery,
                gives=PendingItems,
                refuses=("bad_cursor",),
            ),
            Route(
                method="GET",
                path=f"{_ADDRESS}/{{id}}/picture",
                needs="read",
                answer=self._picture,
                group="Bytes",
                summary="A small picture of a file that is still to be read",
                detail=_PICTURE_DETAIL,
                gives=Media("image/*", "the picture: JPEG or WebP"),
                elsewhere="The file has been read: the grid picture of its asset.",
                refuses=("not_found", "no_rendition", "no_original", "offline", "busy"),
            ),
        ]

    def _shape(self, call: Call[None, None]) -> ASGIApp:
        del call
        body, etag = self._shapes.now()
        return JsonAnswer(body, etag=etag)

    def _items(self, call: Call[PendingQuery, None]) -> ASGIApp:
        asked = call.query
        with self._catalog.read() as connection:
            found = pending.items(
                connection, _place(asked), offset=asked.offset, most=asked.limit + 1
            )
        some = found[: asked.limit]
        follows = len(found) > len(some)
        behind = cursor.write((some[-1].mtime_ns, some[-1].file_id)) if follows else None
        return JsonAnswer(PendingItems([_item(one) for one in some], behind))

    async def _picture(self, call: Call[None, None]) -> ASGIApp:
        found = self._point.find(_number(call.path["id"]))
        if found is None:
            raise Refusal("not_found")
        at = found.at
        if at.digest is not None:
            if not found.listed:
                raise Refusal("not_found")
            path = f"{ASSETS}/{at.digest.hex()}/renditions/grid"
            return _Elsewhere(address(call.scope, path))
        if found.away:
            raise Refusal("offline", headers=RETRY_OFFLINE)
        etag = f'"{at.file_id}-{"-".join(f"{number:x}" for number in at.stat)}"'
        if matches(header(call.scope, b"if-none-match"), etag):
            return _PictureAnswer(etag, None)
        if etag not in self._recent:
            if not is_read(media_type(at.name)):
                raise Refusal("no_rendition")
            try:
                made = await self._on_demand.unread(at, client_of(call.scope))
            except FileUnreadable:
                raise Refusal("no_original", "The file cannot be read now.") from None
            self._recent.put(etag, made)
        picture = self._recent.get(etag)
        if picture is None:
            raise Refusal("no_rendition")
        return _PictureAnswer(etag, picture)


class _Shapes:
    """The shape, made once for all who ask at the same time."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._point = Point(catalog)
        self._lock = threading.Lock()
        self._version = -1
        self._good_until_s = 0.0
        self._shape = (b"", "")

    def now(self) -> tuple[bytes, str]:
        """JSON of the shape, and a word that differs whenever it may differ."""
        with self._lock:
            version = self._point.version()
            began_s = time.monotonic()
            if version != self._version and began_s >= self._good_until_s:
                self._shape = self._make()
                self._version = version
                ended_s = time.monotonic()
                good_for_s = min(_GOOD_FOR * (ended_s - began_s), _GOOD_FOR_MOST_S)
                self._good_until_s = ended_s + good_for_s
            return self._shape

    def _make(self) -> tuple[bytes, str]:
        with self._catalog.read() as connection:
            catalog_id, _ = changes.state(connection)
            position = follow.write(catalog_id, changes.now(connection))
            days = list(_days(pending.times(connection)))
        shape = PendingShape(position, sum(one.files for one in days), days)
        body = msgspec.json.encode(shape)
        return body, blake2b(body, digest_size=16).hexdigest()


def _days(times_ns: Iterable[int]) -> Iterator[DayCount]:
    """Count by day what comes newest first."""
    day, begin_ns, count = None, 0, 0
    for time_ns in times_ns:
        if day is None or time_ns < begin_ns:
            if day is not None:
                yield DayCount(day, count)
            day, count = day_at(time_ns), 0
            begin_ns = begin_of(day)
        count += 1
    if day is not None:
        yield DayCount(day, count)


def _place(asked: PendingQuery) -> Place:
    if asked.cursor:
        found = cursor.read(asked.cursor, _Cursor)
        return Place(found.mtime_ns, found.file_id)
    if asked.day is None:
        return Place(_LAST, _LAST)
    last_ns = end_of(asked.day) - 1
    return Place(min(last_ns, _LAST), _LAST) if last_ns >= _FIRST else Place(_FIRST, 0)


def _item(one: Unread) -> PendingItem:
    kind = media_type(one.name)
    shown: values.KindName = "other"
    if kind is not None and is_read(kind):
        shown = "video" if kind.kind == "video" else "photo"
    return PendingItem(
        id=one.file_id,
        name=one.shown,
        folder=one.folder,
        library_id=one.library_id,
        kind=shown,
        modified=times.instant_of_ns(one.mtime_ns),
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= _LAST):
        raise Refusal("not_found")
    return int(text)


class _Elsewhere:
    """Sends a client on to another address."""

    def __init__(self, location: str) -> None:
        self._location = location

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        del scope, receive
        headers = [
            (b"location", self._location.encode("ascii")),
            _ASK_AGAIN,
            (b"content-length", b"0"),
        ]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


class _PictureAnswer:
    """Sends a picture; none to who has it already."""

    def __init__(self, etag: str, picture: Picture | None) -> None:
        self._headers = [(b"etag", etag.encode()), _FOR_NOW]
        self._picture = picture

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        del receive
        if self._picture is None:
            await send_not_modified(send, self._headers)
            return
        mime = (b"content-type", self._picture.mime.encode())
        await send_bytes(scope, send, self._picture.data, [*self._headers, mime])
