"""`/api/v1/changes` and `/api/v1/events`: what has changed since a client last looked."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

import msgspec
from anyio import CapacityLimiter, to_thread

from media_server.catalog import changes, items
from media_server.catalog.changes import BEGINNING
from media_server.web.api import follow, values
from media_server.web.api.items import item_of
from media_server.web.gate import Shares, client_of, may_go_on
from media_server.web.headers import header
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.route import Media, Route

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from media_server.catalog.database import Catalog
    from media_server.catalog.lookup import Lookup
    from media_server.web.route import Call

_MOST = 1_000
# How often the catalog is asked whether anything has changed, once for all who listen.
_LOOK_S = 0.5
# A client hears of changes at most so often, however fast they come.
_PAUSE_S = 1.0
# Proxies cut connections on which nothing comes for a minute.
_BEAT_S = 15.0
_MOST_LISTENERS = 1_000
_LISTENERS_OF_ONE = 64
_RETRY_S = 30
# When there is a change, all who listen read it: so many at the same time.
_READERS = 2
_SCANS = (
    "The server sees changed files only when it scans: at the start, with `--watch` or "
    "`--rescan_interval`, or after [POST /api/v1/libraries/scan](docs#post_libraries_scan). See "
    "[keeping up](docs#keeping-up)."
)
# How soon a stream ends when whoever opened it has signed out.
_CHECK_S = 5.0


class ChangesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where, and how many.

    Attributes:
        since: `cursor` of an earlier answer, of this or of the timeline; `now` for one that begins
            here; absent for everything from the beginning.
        limit: how many at most.
    """

    since: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=_MOST)] = _MOST


class EventsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where.

    Attributes:
        since: as in `/api/v1/changes`, but that absent means now. The header `Last-Event-ID` wins.
    """

    since: str = "now"


class Changes(msgspec.Struct, frozen=True):
    """Some changes, the oldest first.

    Attributes:
        items: assets that are new, or of which something an item shows may have changed: put each
            in the place of the one with its `digest`. A moved or renamed file is its item again.
        removed: digests of assets that are not listed any more.
        cursor: behind these changes, the next `since`.
        more: whether there are more already.
    """

    items: list[values.Item]
    removed: list[values.DigestText]
    cursor: str
    more: bool


class ChangesApi:
    """Answers about changes, and tells them to those who listen."""

    def __init__(self, catalog: Catalog, lookup: Lookup) -> None:
        """Take the parts; `lookup` is asked on the event loop."""
        self._catalog = catalog
        self._lookup = lookup
        self.listening = Shares(_MOST_LISTENERS, each=_LISTENERS_OF_ONE, retry_s=_RETRY_S)
        self._readers = CapacityLimiter(_READERS)
        self._listeners = 0
        self._changed = asyncio.Condition()
        self._number = 0
        self._looking: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/changes",
                needs="read",
                answer=self._since,
                group="Changes",
                summary="What has changed since a cursor",
                detail="A client that was away for a month catches up exactly: ask again with the "
                "cursor of the answer while `more` is true. An asset that changes several times is "
                f"told once. After `gone` begin anew without a cursor.\n\n{_SCANS}",
                query=ChangesQuery,
                gives=Changes,
                refuses=("bad_cursor", "gone"),
            ),
            Route(
                method="GET",
                path="/api/v1/events",
                needs="read",
                answer=self._events,
                group="Changes",
                summary="The same, told as it happens",
                detail="Server-sent events: each `change` has an answer of `/api/v1/changes` as "
                "its data and its cursor as its id, so that a browser that reconnects misses "
                "nothing. `reset` means that the cursor is gone: begin anew without it. At most "
                "one comes in a second, except that more than 1,000 changes are several in a row. "
                f"Without `since` the first one comes at once, and is empty.\n\n{_SCANS}",
                query=EventsQuery,
                gives=Media("text/event-stream", "events named `change` and `reset`"),
                refuses=("bad_cursor", "busy"),
            ),
        ]

    def _since(self, call: Call[ChangesQuery, None]) -> ASGIApp:
        return JsonAnswer(self._read(call.query.since, call.query.limit))

    def _read(self, since: str, most: int) -> Changes:
        with self._catalog.read() as connection:
            catalog_id, _ = changes.state(connection)
            if since == "now":
                return Changes([], [], follow.write(catalog_id, changes.now(connection)), False)
            position = follow.read(since, catalog_id) if since else BEGINNING
            found = changes.since(connection, position, most=most)
            rows = items.by_ids(connection, found.published) if found.published else []
        return Changes(
            [item_of(row) for row in rows],
            [digest.hex() for digest in found.removed],
            follow.write(catalog_id, found.position),
            found.more,
        )

    async def _events(self, call: Call[EventsQuery, None]) -> ASGIApp:
        return _Events(self, header(call.scope, b"last-event-id") or call.query.since)

    async def read(self, since: str, most: int) -> Changes:
        """Some changes from a cursor on.

        Raises:
            Refusal: it is no cursor, or gone.
        """
        return await to_thread.run_sync(self._read, since, most, limiter=self._readers)

    async def check(self, since: str) -> None:
        """See that this is a cursor. One that is gone is told in the stream: browsers come back.

        Raises:
            Refusal: it is none.
        """
        try:
            await self.read(since, 1)
        except Refusal as refusal:
            if refusal.code != "gone":
                raise

    async def told(self, since: str) -> AsyncGenerator[bytes, None]:
        """Events from a cursor on, and now and then a comment that keeps the connection open."""
        self._listeners += 1
        try:
            while True:
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look())
                number = self._number
                try:
                    found = await self.read(since, _MOST)
                except Refusal:
                    # The empty id has a browser forget the cursor before it comes back.
                    yield b"event: reset\nid\ndata: {}\n\n"
                    return
                if found.items or found.removed or since == "now":
                    yield _event(found)
                    since = found.cursor
                if found.more:
                    continue
                await asyncio.sleep(_PAUSE_S)
                if not await self._wait(number):
                    yield b": still here\n\n"
        finally:
            self._listeners -= 1

    async def _wait(self, number: int) -> bool:
        """Wait until there is a change behind that number; False after some quiet seconds."""
        try:
            async with asyncio.timeout(_BEAT_S), self._changed:
                await self._changed.wait_for(lambda: self._number != number)
        except TimeoutError:
            return False
        return True

    async def _look(self) -> None:
        """Look for changes as long as anybody listens."""
        while self._listeners:
            number = self._lookup.changes()
            if number != self._number:
                self._number = number
                async with self._changed:
                    self._changed.notify_all()
            await asyncio.sleep(_LOOK_S)


class _Events:
    """Sends events until the client leaves, or has no right to them any more."""

    def __init__(self, source: ChangesApi, since: str) -> None:
        self._source = source
        self._since = since

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._source.listening.place(client_of(scope)):
            if self._since != "now":
                await self._source.check(self._since)
            headers = [
                (b"content-type", b"text/event-stream"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),  # else nginx may keep events back
            ]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
            else:
                await self._tell_while_allowed(scope, receive, send)

    async def _tell_while_allowed(self, scope: Scope, receive: Receive, send: Send) -> None:
        telling = asyncio.ensure_future(self._tell(send))
        leaving = asyncio.ensure_future(_left(receive))
        both, ended = {telling, leaving}, None
        try:
            # Without an end of the body the server cuts the connection, whatever is on its way.
            while not ended and may_go_on(scope):
                ended, _ = await asyncio.wait(
                    both, timeout=_CHECK_S, return_when=asyncio.FIRST_COMPLETED
                )
        finally:
            leaving.cancel()
            telling.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._source.told(self._since)) as events:
            async for event in events:
                await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    """Return once the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(found: Changes) -> bytes:
    data = msgspec.json.encode(found)
    return b"event: change\nid: %s\ndata: %s\n\n" % (found.cursor.encode(), data)
