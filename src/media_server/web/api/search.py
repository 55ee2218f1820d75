"""`/api/v1/search`: what one text box finds, how it divides, and how a text may go on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal
from zlib import crc32

import msgspec

from media_server.catalog import items, search
from media_server.model.errors import BadQuery
from media_server.model.query import completing, printing
from media_server.model.query.parsing import parse
from media_server.model.query.tokens import MAX_SIGNS
from media_server.model.query.tree import Dates, leaves
from media_server.web.api import cursor, values
from media_server.web.api.items import item_of
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.route import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.catalog.search import Total
    from media_server.model.query.parsing import FindPlace
    from media_server.model.query.tree import Leaf, Tree
    from media_server.web.route import Call

ADDRESS = "/api/v1/search"
MAX_ITEMS = 1_000
FacetKind = Literal[
    "year",
    "type",
    "rating",
    "camera",
    "lens",
    "country",
    "region",
    "city",
    "person",
    "keyword",
    "folder",
]
_KINDS: tuple[FacetKind, ...] = (
    "year",
    "type",
    "rating",
    "camera",
    "lens",
    "country",
    "region",
    "city",
    "person",
    "keyword",
    "folder",
)


# Told only: the language itself refuses what is longer, and says where.
_Text = Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": MAX_SIGNS})]


class SearchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to look for.

    Attributes:
        q: the [text](docs#searching) of the search box, at most 1,000 characters; empty for
            everything.
        order: by the wall time where it was taken.
        limit: how many items at most.
        cursor: `next` of an earlier answer to the same text in the same order, to go on behind it.
        typing: whether the last word may still go on: then its beginning is enough. Of plain words
            alone, not behind a field; what is not understood is refused all the same.
    """

    q: _Text = ""
    order: search.Order = "newest"
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_ITEMS)] = 100
    cursor: str = ""
    typing: bool = False


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is looked for, as it was understood.

    Attributes:
        text: what would be written for it: a date in words has become days.
        field: such as `camera`; `taken` for a date, null for free words.
        without: whether it is excluded.
        start: where it stands in the text, in code points of Unicode from 0.
        end: behind its last character.
    """

    text: str
    field: str | None
    without: bool
    start: int = msgspec.field(name="from")
    end: int = msgspec.field(name="to")


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is found.

    Attributes:
        items: in the order asked for.
        next: cursor of what follows; null at the end.
        total: how many are found. Null behind a cursor, and where there are more than are counted.
        total_at_least: how many were counted, where there are more.
        query: the text in one fixed spelling, which finds the same on any day.
        chips: what was understood, in the order of the text.
    """

    items: list[values.Item]
    next: str | None
    total: int | None
    total_at_least: int | None
    query: str
    chips: list[Chip]


class FacetsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to divide.

    Attributes:
        q: the [text](docs#searching) of a search; empty for everything.
    """

    q: _Text = ""


class FacetCount(msgspec.Struct, frozen=True):
    """A property of some of what is found.

    Attributes:
        value: as people read it. assets: how many have it.
        query: the text that asks for it.
    """

    value: str
    assets: int
    query: str


class Facets(msgspec.Struct, frozen=True):
    """How what is found divides.

    Attributes:
        assets: of how many this tells.
        exact: whether these are all that is found. Where they are not, they are the newest.
        kinds: up to 50 of each kind, the most frequent first; kinds without any are absent.
    """

    assets: int
    exact: bool
    kinds: dict[FacetKind, list[FacetCount]]


class SuggestQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that is being written.

    Attributes:
        q: the [text](docs#searching) of a search, up to where it is being written.
        limit: how many suggestions at most.
    """

    q: _Text
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """How the text may go on, or what its end means.

    Attributes:
        text: what to put in the place of what stands between `from` and `to`.
        value: as people read it.
        kind: of facet, or `field`, `value` of a field, or `date`: in words (`last summer`), or what
            the end of the text means (`2016-08-12`), with how much all of the text finds.
        assets: how many have it; null where that is not counted.
        start: where the last word or date begins, in code points of Unicode from 0. end: where it
            ends.
    """

    text: str
    value: str
    kind: FacetKind | Literal["field", "value", "date"]
    assets: int | None
    start: int = msgspec.field(name="from")
    end: int = msgspec.field(name="to")


class Suggestions(msgspec.Struct, frozen=True):
    """Ways in which the text may go on.

    Attributes:
        suggestions: the likeliest first.
    """

    suggestions: list[Suggestion]


_DETAIL = f"""
The text is what people type: `rome july 2021 -camera:canon rating>=4`; see
[searching](docs#searching) for all of it. It is also the way to ask for many assets by type, date,
folder, camera, rating or position: `type:photo 2021 in:holidays city:rome rating>=4`, where
`in:` is a folder and `city:` where it was taken. What is shown with another asset (`part`) is left
out, as in the timeline.

`total` is exact up to {search.MAX_COUNTED:,}, and `total_at_least` is there beyond that. A text
that is not understood gets `bad_query` with `at`, the place of the mistake in code points of
Unicode from 0. To lay out all that is found at once, ask [/api/v1/timeline](docs#get_timeline) with
the same `q`.
"""


class SearchApi:
    """Answers what the search box asks."""

    def __init__(
        self,
        catalog: Catalog,
        find_place: FindPlace,
        *,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Take where the assets are.

        Args:
            catalog: with a limit on the time of each question.
            find_place: latitude, longitude and radius in kilometres of a place by its name.
            today: by the calendar of whoever searches.
        """
        self._catalog = catalog
        self._find_place = find_place
        self._today = today

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path=ADDRESS,
                needs="read",
                answer=self._search,
                group="Search",
                summary="Assets that a text finds",
                detail=_DETAIL,
                query=SearchQuery,
                gives=SearchPage,
                refuses=("bad_query", "bad_cursor"),
            ),
            Route(
                method="GET",
                path=f"{ADDRESS}/facets",
                needs="read",
                answer=self._facets,
                group="Search",
                summary="How what a text finds divides by year, camera, place and so on",
                query=FacetsQuery,
                gives=Facets,
                refuses=("bad_query",),
            ),
            Route(
                method="GET",
                path=f"{ADDRESS}/suggestions",
                needs="read",
                answer=self._suggest,
                group="Search",
                summary="How a text that is being written may go on",
                query=SuggestQuery,
                gives=Suggestions,
                refuses=("bad_query",),
            ),
        ]

    def tree(self, text: str, *, typing: bool = False) -> Tree:
        """What a text asks for.

        Raises:
            Refusal: it is not understood.
        """
        try:
            return parse(text, self._today(), find_place=self._find_place, typing=typing)
        except BadQuery as error:
            raise Refusal("bad_query", wrong=error) from None

    def _search(self, call: Call[SearchQuery, None]) -> ASGIApp:
        asked = call.query
        tree = self.tree(asked.q, typing=asked.typing)
        behind = _read(asked) if asked.cursor else None
        with self._catalog.read() as connection:
            wanted = search.grown(connection, tree)
            found = search.find(
                connection, wanted, order=asked.order, behind=behind, most=asked.limit
            )
            rows = items.by_ids(connection, found.asset_ids)
            total = None if asked.cursor else search.count(connection, wanted)
        return JsonAnswer(
            SearchPage(
                items=[item_of(row) for row in rows],
                next=None if found.last is None else cursor.write((_of(asked), found.last)),
                total=total.assets if total and total.exact else None,
                total_at_least=total.assets if total and not total.exact else None,
                query=printing.text_of(tree),
                chips=[_chip(leaf, without) for leaf, without in leaves(tree)],
            )
        )

    def _facets(self, call: Call[FacetsQuery, None]) -> ASGIApp:
        tree = self.tree(call.query.q)
        with self._catalog.read() as connection:
            found, total = _facets_of(connection, tree)
        kinds: dict[FacetKind, list[FacetCount]] = {}
        for one in found:
            text = completing.text_for(one.kind, one.value)
            counted = FacetCount(one.value, one.assets, text)
            kinds.setdefault(_kind(one.kind), []).append(counted)
        return JsonAnswer(Facets(total.assets, total.exact, kinds))

    def _suggest(self, call: Call[SuggestQuery, None]) -> ASGIApp:
        asked = call.query
        try:
            word = completing.last_word(asked.q)
        except BadQuery as error:
            raise Refusal("bad_query", wrong=error) from None
        fixed = completing.fixed(word)
        kinds = completing.kinds_for(word)
        counted = []
        if kinds and word.text.strip():
            with self._catalog.read() as connection:
                counted = search.facets_like(connection, word.text, kinds, most=asked.limit)
        end = len(asked.q)
        found = self._date_at_the_end(asked.q)
        found += [
            Suggestion(
                text=word.minus + one.text,
                value=one.text,
                kind=one.kind,
                assets=None,
                start=word.start,
                end=end,
            )
            for one in fixed
        ]
        found += [
            Suggestion(
                text=word.minus + completing.text_for(one.kind, one.value),
                value=one.value,
                kind=_kind(one.kind),
                assets=one.assets,
                start=word.start,
                end=end,
            )
            for one in counted
        ]
        return JsonAnswer(Suggestions(found[: asked.limit]))

    def _date_at_the_end(self, text: str) -> list[Suggestion]:
        """What the last words of a text mean together, where that is a date of more than a year."""
        try:
            tree = parse(text, self._today(), find_place=self._find_place, typing=True)
        except BadQuery:
            return []
        *_, (leaf, without) = [(None, False), *leaves(tree)]
        if not isinstance(leaf, Dates) or without or text[leaf.span.end :].strip():
            return []
        days = printing.leaf_text(leaf)
        if len(days) == len("2016"):  # it is a facet, too
            return []
        with self._catalog.read() as connection:
            total = search.count(connection, search.grown(connection, tree))
        return [
            Suggestion(
                text=days,
                value=days,
                kind="date",
                assets=total.assets if total.exact else None,
                start=leaf.span.start,
                end=len(text),
            )
        ]


def _facets_of(connection: Connection, tree: Tree) -> tuple[list[search.Facet], Total]:
    return search.facets(connection, search.grown(connection, tree), _KINDS)


def _kind(text: str) -> FacetKind:
    (found,) = (one for one in _KINDS if one == text)
    return found


def _chip(leaf: Leaf, without: bool) -> Chip:
    return Chip(
        text=printing.leaf_text(leaf),
        field=printing.field_of(leaf),
        without=without,
        start=leaf.span.start,
        end=leaf.span.end,
    )


class _Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    question: int
    last: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


def _of(asked: SearchQuery) -> int:
    """A number of the question, so that a cursor of another one is noticed."""
    return crc32(f"{asked.order} {asked.typing} {asked.q}".encode())


def _read(asked: SearchQuery) -> int:
    found = cursor.read(asked.cursor, _Cursor)
    if found.question != _of(asked):
        raise Refusal("bad_cursor")
    return found.last
