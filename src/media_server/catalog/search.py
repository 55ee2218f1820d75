"""The search box's questions: what is found, how much it is, and what goes on from here."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from heapq import nsmallest
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from media_server.catalog.search_match import match_of
from media_server.catalog.search_place import ASSET_MASK, Range
from media_server.catalog.search_row import FACET_SIGNS
from media_server.catalog.search_words import folded, prepared
from media_server.catalog.timeline import Condition
from media_server.model.query.tree import And, Not, Or, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from media_server.model.query.tree import Tree

Order = Literal["newest", "oldest"]

MAX_COUNTED: Final = 20_000
"""Up to here the number of what is found is exact."""

_MAX_WORDS = 200
_MAX_OF_KIND = 50


class Found(NamedTuple):
    """Some of what is found.

    Attributes:
        asset_ids: in the order asked for.
        last: number of the last row, where the next ones go on; None at the end.
    """

    asset_ids: list[int]
    last: int | None


class Total(NamedTuple):
    """How much is found: so many, or more than that where it is not exact."""

    assets: int
    exact: bool


class Facet(NamedTuple):
    """A property, and how many assets have it."""

    kind: str
    value: str
    assets: int


def condition(tree: Tree) -> Condition:
    """The assets that a search finds, as a condition on rows of `timeline`."""
    if tree == And(()):
        return Condition()
    where, values = match_of(tree).where()
    return Condition(
        f"timeline.asset_id IN (SELECT search.rowid & {ASSET_MASK} "  # noqa: S608
        f"FROM search WHERE {where})",
        values,
    )


def find(
    connection: Connection, tree: Tree, *, order: Order, behind: int | None, most: int
) -> Found:
    """Some of what a search finds.

    Args:
        connection: any transaction.
        tree: what is asked for.
        order: by the local time, as the timeline's order `local`.
        behind: `last` of the ones before; None to begin.
        most: how many, at least 1.
    """
    match = match_of(tree)
    low, high = match.numbers
    if behind is not None and order == "newest":
        high = min(high, behind - 1)
    elif behind is not None:
        low = max(low, behind + 1)
    where, values = match._replace(numbers=Range(low, high)).where()
    direction = "DESC" if order == "newest" else "ASC"
    query = f"SELECT rowid FROM search WHERE {where} ORDER BY rowid {direction} LIMIT ?"  # noqa: S608
    found = connection.exec_driver_sql(query, (*values, most + 1)).scalars().all()
    numbers = found[:most]
    last = numbers[-1] if len(found) > most else None
    return Found([number & ASSET_MASK for number in numbers], last)


def count(connection: Connection, tree: Tree) -> Total:
    """How much a search finds."""
    if tree == And(()):
        everything = connection.exec_driver_sql(
            "SELECT coalesce(sum(assets), 0) FROM facet WHERE kind = 'type'"
        ).scalar_one()
        return Total(everything, exact=True)
    where, values = match_of(tree).where()
    query = f"SELECT count(*) FROM (SELECT 1 FROM search WHERE {where} LIMIT ?)"  # noqa: S608
    found = connection.exec_driver_sql(query, (*values, MAX_COUNTED + 1)).scalar_one()
    exact = found <= MAX_COUNTED
    return Total(found if exact else found - 1, exact)


def facets(connection: Connection, tree: Tree, kinds: Sequence[str]) -> tuple[list[Facet], Total]:
    """Properties of what a search finds, of each kind the most frequent first.

    Where it finds more than `MAX_COUNTED`, they are those of the newest of these.

    Returns:
        Up to 50 of each kind, and of how many assets they are.
    """
    if tree == And(()):
        return _all_facets(connection, kinds), count(connection, tree)
    where, values = match_of(tree).where()
    # The text's rows lie in the order of their numbers: no index is jumped about in.
    query = (
        "SELECT facets FROM search_text WHERE id IN "  # noqa: S608 (no outside text in it)
        f"(SELECT rowid FROM search WHERE {where} ORDER BY rowid DESC LIMIT ?)"
    )
    rows = connection.exec_driver_sql(query, (*values, MAX_COUNTED + 1)).scalars().all()
    total = Total(min(len(rows), MAX_COUNTED), len(rows) <= MAX_COUNTED)
    counted = Counter(" ".join(rows[-MAX_COUNTED:]).split())
    return _named(connection, counted, kinds), total


def _all_facets(connection: Connection, kinds: Sequence[str]) -> list[Facet]:
    query = (
        "SELECT kind, value, assets FROM facet WHERE kind = ? AND assets > 0 "
        "ORDER BY assets DESC, id LIMIT ?"
    )
    return [
        Facet(*row)
        for kind in kinds
        for row in connection.exec_driver_sql(query, (kind, _MAX_OF_KIND))
    ]


def _named(connection: Connection, counted: Counter[str], kinds: Sequence[str]) -> list[Facet]:
    by_kind: dict[str, list[tuple[int, int]]] = {FACET_SIGNS[kind]: [] for kind in kinds}
    for signed, assets in counted.items():
        if signed[0] in by_kind:
            by_kind[signed[0]].append((-assets, int(signed[1:])))
    query = "SELECT value FROM facet WHERE id = ?"
    return [
        Facet(kind, connection.exec_driver_sql(query, (number,)).scalar_one(), -less)
        for kind in kinds
        for less, number in nsmallest(_MAX_OF_KIND, by_kind[FACET_SIGNS[kind]])
    ]


def facets_like(
    connection: Connection, text: str, kinds: Sequence[str], *, most: int
) -> list[Facet]:
    """Properties in which a word begins like this, the most frequent first; years before others."""
    marks = ",".join("?" * len(kinds))
    query = (
        "SELECT facet.kind, facet.value, facet.assets FROM facet_words "  # noqa: S608 (only marks)
        "JOIN facet ON facet.id = facet_words.rowid "
        f"WHERE facet_words MATCH ? AND facet.assets > 0 AND facet.kind IN ({marks}) "
        "ORDER BY facet.assets DESC, facet.kind != 'year', facet.id LIMIT ?"
    )
    words = '"' + prepared(text).replace('"', '""') + '" *'
    return [Facet(*row) for row in connection.exec_driver_sql(query, (words, *kinds, most))]


def grown(connection: Connection, tree: Tree) -> Tree:
    """A tree in which beginnings of words have become the words that there are.

    SQLite puts all that begins in one way together before it gives the first row, which takes long
    where it is much; that one of many words is there, it tells as it goes. At most 200 words, the
    shortest, take the place of each beginning. One with digits in it stays as it is.
    """
    if isinstance(tree, Not):
        return Not(grown(connection, tree.item))
    if isinstance(tree, And | Or):
        return type(tree)(tuple(grown(connection, item) for item in tree.items))
    if not isinstance(tree, Text) or not tree.prefix:
        return tree
    begins = folded(tree.text)
    if not begins.isalpha() or prepared(begins) != begins:
        return tree
    rows = connection.exec_driver_sql(
        "SELECT word FROM word WHERE word >= ? AND word < ? ORDER BY length(word), word LIMIT ?",
        (begins, begins + "\U0010ffff", _MAX_WORDS),
    )
    words = tuple(replace(tree, text=one, prefix=False) for one in rows.scalars())
    if not words:
        return replace(tree, prefix=False)
    return words[0] if len(words) == 1 else Or(words)
