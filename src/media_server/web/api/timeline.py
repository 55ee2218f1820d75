"""`/api/v1/timeline`: the whole library's shape, and what stands at a place in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import msgspec

from media_server.catalog import changes, timeline
from media_server.catalog.publishing import SHAPE_SIGNS
from media_server.catalog.search import condition
from media_server.catalog.timeline import EVERYTHING, Order
from media_server.web.api import follow, values
from media_server.web.api.assets import digest_of
from media_server.web.api.items import item_of
from media_server.web.api.values import SearchText  # noqa: TC001 - msgspec reads it at run time
from media_server.web.json_answer import JsonAnswer
from media_server.web.route import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.catalog.timeline import Condition
    from media_server.model.query.tree import Tree
    from media_server.web.route import Call

_EPOCH = date(1970, 1, 1).toordinal()
_MOST = 1_000


class ShapeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which timeline.

    Attributes:
        order: `local` by the calendar where each was taken, `taken` by the world's clock (UTC).
        q: only what this [search](docs#searching) finds; empty for everything.
    """

    order: Order = "local"
    q: SearchText = ""


class DayShape(msgspec.Struct, frozen=True, array_like=True):
    """One day.

    Attributes:
        day: `YYYY-MM-DD`.
        shapes: two signs for each asset, newest first.
    """

    day: str
    shapes: str


class Shape(msgspec.Struct, frozen=True):
    """The whole timeline.

    Attributes:
        cursor: `since` of `/api/v1/changes` and `/api/v1/events`, for what comes after this.
        signs: digits of shapes, from 0 to 63.
        days: each with the shapes of its assets, newest first.
    """

    cursor: str
    signs: str
    days: list[DayShape]


class ItemsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to begin, and how many.

    Attributes:
        day: `YYYY-MM-DD`. One without assets begins at the next older one that has some.
        offset: how many assets to pass over, from the newest of that day on.
        limit: how many at most. Behind the last one of that day older days follow.
        order: of the timeline, as for its shape.
        q: only what this [search](docs#searching) finds, as for the shape.
    """

    day: date
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=_MOST)] = 200
    order: Order = "local"
    q: SearchText = ""


class Items(msgspec.Struct, frozen=True):
    """What stands there.

    Attributes:
        cursor: as in the shape; another one means that the shape may be another by now. It is not
            for going on: that is what `day` and `offset` are for.
        items: newest first.
    """

    cursor: str
    items: list[values.Item]


class StandingQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of what, and in which timeline.

    Attributes:
        digest: of the asset, 64 hex digits.
        order: of the timeline, as for its shape.
        q: only what this [search](docs#searching) finds, as for the shape.
    """

    digest: str
    order: Order = "local"
    q: SearchText = ""


class Standing(msgspec.Struct, frozen=True):
    """Where it stands, as `/api/v1/timeline/items` takes it.

    Attributes:
        cursor: as in the shape; another one means that the shape may be another by now.
        day: `YYYY-MM-DD`; null where this timeline does not show it: it is not in the library, a
            part of another, or not found by `q`.
        offset: how many assets of that day come before it; null as above.
    """

    cursor: str
    day: str | None
    offset: int | None


_SHAPE_DETAIL = """
`days` is a list of `[day, shapes]`, newest first. `shapes` has two signs for each asset of that
day, in the order in which `/api/v1/timeline/items` gives them, so that a client knows how tall a
million pictures are without asking for one of them.

Two signs are a number `n` from 0 to 4095: 64 times the place of the first in `signs`, and the
place of the second. From 2048 on the picture is landscape: height / width = 1 − (n − 2048) / 2047.
Below it is portrait: width / height = 1 − (2047 − n) / 2047. What has no known size is a square,
2048. In JavaScript, width / height of each asset of a day:

```
function ratios(signs, shapes) {
  return Array.from({ length: shapes.length / 2 }, (_, at) => {
    const n = 64 * signs.indexOf(shapes[2 * at]) + signs.indexOf(shapes[2 * at + 1]);
    return n >= 2048 ? 1 / (1 - (n - 2048) / 2047) : 1 - (2047 - n) / 2047;
  });
}
```

The extremes are 0 and infinity, so give a picture some least and greatest ratio. Without `q` the
answer has an `ETag`.
"""
_ITEMS_DETAIL = f"""
Any place of the shape at once: the day, and how many of that day come before. Older days follow, so
cut at the day's count in the shape. A day with more than {_MOST:,} assets is paged by `offset`.
"""
_STANDING_DETAIL = """
So that a link to one photo need not read a whole day to know what stands beside it. Its place in
the whole shape is `offset` behind the first asset of its day.
"""


class Timeline:
    """Answers about the timeline."""

    def __init__(self, catalog: Catalog, ask: Callable[[str], Tree]) -> None:
        """Take where the assets are, and what reads the text of a search."""
        self._catalog = catalog
        self._ask = ask
        # Of each order the last answer with its tag: two bytes for each asset.
        self._shapes: dict[Order, tuple[str, bytes]] = {}

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/timeline",
                needs="read",
                answer=self._shape,
                group="Timeline",
                summary="The shape of the whole library",
                detail=_SHAPE_DETAIL,
                query=ShapeQuery,
                gives=Shape,
                refuses=("bad_query",),
            ),
            Route(
                method="GET",
                path="/api/v1/timeline/items",
                needs="read",
                answer=self._items,
                group="Timeline",
                summary="What stands at a place of the timeline",
                detail=_ITEMS_DETAIL,
                query=ItemsQuery,
                gives=Items,
                refuses=("bad_query",),
            ),
            Route(
                method="GET",
                path="/api/v1/timeline/position",
                needs="read",
                answer=self._position,
                group="Timeline",
                summary="Where an asset stands in the timeline",
                detail=_STANDING_DETAIL,
                query=StandingQuery,
                gives=Standing,
                refuses=("bad_digest", "bad_query"),
            ),
        ]

    def _shape(self, call: Call[ShapeQuery, None]) -> ASGIApp:
        order = call.query.order
        with self._catalog.read() as connection:
            catalog_id, number = changes.state(connection)
            if call.query.q:  # what it finds may depend on the day, too
                wanted = condition(self._ask(call.query.q))
                return JsonAnswer(_shape_of(connection, order, wanted))
            etag = f"{catalog_id}-{number}-{order}"
            known, body = self._shapes.get(order, ("", b""))
            if known != etag:
                body = _shape_of(connection, order, EVERYTHING)
                self._shapes[order] = (etag, body)
        return JsonAnswer(body, etag=etag)

    def _items(self, call: Call[ItemsQuery, None]) -> ASGIApp:
        asked = call.query
        wanted = condition(self._ask(asked.q))
        with self._catalog.read() as connection:
            catalog_id, _ = changes.state(connection)
            cursor = follow.write(catalog_id, changes.now(connection))
            rows = timeline.items(
                connection,
                asked.order,
                day=asked.day.toordinal() - _EPOCH,
                offset=asked.offset,
                most=asked.limit,
                condition=wanted,
            )
        return JsonAnswer(Items(cursor, [item_of(row) for row in rows]))

    def _position(self, call: Call[StandingQuery, None]) -> ASGIApp:
        asked = call.query
        digest = digest_of(asked.digest)
        wanted = condition(self._ask(asked.q))
        with self._catalog.read() as connection:
            catalog_id, _ = changes.state(connection)
            cursor = follow.write(catalog_id, changes.now(connection))
            found = timeline.standing(connection, asked.order, digest, wanted)
        if found is None:
            return JsonAnswer(Standing(cursor, None, None))
        return JsonAnswer(Standing(cursor, _iso(found.day), found.offset))


def _shape_of(connection: Connection, order: Order, wanted: Condition) -> bytes:
    catalog_id, _ = changes.state(connection)
    cursor = follow.write(catalog_id, changes.now(connection))
    days = [DayShape(_iso(one.day), one.shapes) for one in timeline.days(connection, order, wanted)]
    return msgspec.json.encode(Shape(cursor, SHAPE_SIGNS, days))


def _iso(day: int) -> str:
    """ISO 8601 of days since 1970-01-01; the ends of the calendar for what lies beyond."""
    ordinal = min(max(day + _EPOCH, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal).isoformat()
