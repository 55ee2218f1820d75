"""From the tree of a search to SQL over the index.

Whatever can be told by words and marks goes into one expression of FTS5. Sizes, durations and
areas are only bounded by marks: the expression then finds a little too much (`_upper`), and each
row that it gives is looked at (`_check`). Days are a range of numbers of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from media_server.catalog import search_place as place
from media_server.catalog.search_row import mime_mark, rating_mark
from media_server.catalog.search_words import MARK, prepared
from media_server.model.country import code_of
from media_server.model.media_type import BY_EXTENSION
from media_server.model.query.fields import MONTHS, RATINGS
from media_server.model.query.tree import (
    And,
    Box,
    Choice,
    Dates,
    Folder,
    Near,
    Not,
    Number,
    Or,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from media_server.catalog.search_place import Range
    from media_server.model.query.tree import TextField, Tree

_ALL: Final = f'"{MARK}all"'
_NONE: Final = f'"{MARK}none"'  # which no asset has
_COLUMNS: Final[Mapping[TextField, str]] = {
    "name": "names",
    "in": "folders",
    "camera": "camera",
    "lens": "lens",
    "country": "country",
    "region": "region",
    "city": "city",
    "person": "people",
    "tag": "keywords",
    "title": "title",
}
_LAST_STEP = place.step(2**53) + 1
# With the sign SQLite sees no column that an index might be of. It would ask the index once for
# each side of an OR, and then without the words.
_ROW = "+search.rowid"
_ASSET = f"(search.rowid & {place.ASSET_MASK})"


class Match(NamedTuple):
    """What must hold of a row of `search`.

    Attributes:
        words: for `MATCH`.
        numbers: of rows.
        check: SQL that looks at each row, empty where nothing is left to look at; values: its own.
    """

    words: str
    numbers: Range
    check: str
    values: tuple[object, ...]

    def where(self) -> tuple[str, tuple[object, ...]]:
        """SQL of all of it, with `?` for each value, and the values."""
        check = f" AND {self.check}" if self.check else ""
        sql = f"search MATCH ? AND search.rowid >= ? AND search.rowid <= ?{check}"
        return sql, (self.words, *self.numbers, *self.values)


def match_of(tree: Tree) -> Match:
    """What finds what a tree asks for."""
    items = tree.items if isinstance(tree, And) else (tree,)
    checks = [_check(one) for one in items if not (_is_exact(one) or isinstance(one, Dates))]
    return Match(
        _upper(tree),
        _numbers(tree),
        " AND ".join(sql for sql, _ in checks),
        tuple(value for _, values in checks for value in values),
    )


def _is_exact(tree: Tree) -> bool:
    """Whether words and marks tell all of it."""
    if isinstance(tree, Not):
        return _is_exact(tree.item)
    if isinstance(tree, And | Or):
        return all(_is_exact(item) for item in tree.items)
    return isinstance(tree, Text | Choice) or (isinstance(tree, Number) and tree.field == "rating")


def _numbers(tree: Tree) -> Range:
    """Between which numbers all of it lies."""
    if isinstance(tree, Dates):
        return place.days(tree.first, tree.last)
    if isinstance(tree, And | Or) and tree.items:
        ranges = [_numbers(item) for item in tree.items]
        low, high = (max, min) if isinstance(tree, And) else (min, max)
        return place.Range(low(one.low for one in ranges), high(one.high for one in ranges))
    return place.ALL


def _upper(tree: Tree) -> str:
    """An expression that finds all of it, if perhaps more."""
    return _expression(tree, _outside, _upper, _lower)


def _lower(tree: Tree) -> str:
    """An expression that finds nothing but it, if perhaps less."""
    return _expression(tree, _inside, _lower, _upper)


def _expression(
    tree: Tree,
    leaf: Callable[[_Looked], str],
    same: Callable[[Tree], str],
    opposite: Callable[[Tree], str],
) -> str:
    if isinstance(tree, Text):
        return _text(tree)
    if isinstance(tree, Choice):
        return _choice(tree)
    if isinstance(tree, Number) and tree.field == "rating":
        return _rating(tree)
    if isinstance(tree, Not):
        return _less(_ALL, opposite(tree.item))
    if isinstance(tree, Or):
        return _any(same(item) for item in tree.items)
    if isinstance(tree, And):
        # One list of what is taken away costs less than a walk over everything for each.
        found = _every(same(item) for item in tree.items if not isinstance(item, Not))
        taken = _any(opposite(item.item) for item in tree.items if isinstance(item, Not))
        return _less(found, taken)
    return leaf(tree)


def _every(expressions: Iterable[str]) -> str:
    found = [one for one in dict.fromkeys(expressions) if one != _ALL]
    if _NONE in found:
        return _NONE
    return _joined(found, " AND ") if found else _ALL


def _any(expressions: Iterable[str]) -> str:
    found = [one for one in dict.fromkeys(expressions) if one != _NONE]
    if _ALL in found:
        return _ALL
    return _joined(found, " OR ") if found else _NONE


def _joined(found: list[str], word: str) -> str:
    return found[0] if len(found) == 1 else f"({word.join(found)})"


def _less(found: str, taken: str) -> str:
    if taken == _NONE:
        return found
    return _NONE if taken == _ALL else f"({found} NOT {taken})"


def _mark(name: str) -> str:
    return f'"{MARK}{name}"'


def _text(leaf: Text) -> str:
    code = code_of(leaf.text) if leaf.field == "country" and len(leaf.text) == 2 else None
    if code is not None:
        return _mark(f"country{code.lower()}")
    words = '"' + prepared(leaf.text).replace('"', '""') + '"'
    if leaf.prefix:
        words += " *"
    return words if leaf.field is None else f"{_COLUMNS[leaf.field]} : {words}"


def _choice(leaf: Choice) -> str:
    value = leaf.value
    if leaf.field == "month":
        return _mark(f"month{MONTHS.index(value) + 1}")
    if leaf.field == "has":
        return _mark(f"has{value}")
    if leaf.field == "is":
        return _mark("rejected" if value == "rejected" else f"is{value}")
    if value in ("live", "raw"):
        return _mark(f"is{value}")
    if value in ("photo", "video", "other"):
        return _mark(f"kind{value}")
    return _mark(mime_mark(BY_EXTENSION[value.encode()].mime))


_COMPARISONS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "=": lambda one, other: one == other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
}


def _rating(leaf: Number) -> str:
    holds = _COMPARISONS[leaf.operator]
    return _any(_mark(rating_mark(one)) for one in RATINGS if holds(one, leaf.value))


def _outside(leaf: _Looked) -> str:
    if isinstance(leaf, Dates | Folder):
        return _ALL
    if isinstance(leaf, Near):
        some = place.cells_around(leaf.latitude, leaf.longitude, leaf.radius_km)
        return _any(_mark(one) for one in some)
    if isinstance(leaf, Box):
        within = place.cells_within(leaf.west, leaf.south, leaf.east, leaf.north)
        return _mark("hasgps") if within is None else _any(_mark(one) for one in within)
    return _steps(leaf, touching=True)


def _inside(leaf: _Looked) -> str:
    return _steps(leaf, touching=False) if isinstance(leaf, Number) else _NONE


def _steps(leaf: Number, *, touching: bool) -> str:
    """Marks of the steps in which some sizes are as asked for, or in which all are."""
    here = place.step(leaf.value)
    holds = _COMPARISONS[leaf.operator]
    found = [one for one in range(_LAST_STEP + 1) if one != here and holds(one, here)]
    if touching:
        found.append(here)
    return _any(_mark(f"{leaf.field}{one}") for one in found)


_Looked: TypeAlias = "Number | Dates | Near | Box | Folder"
_Checked = tuple[str, tuple[object, ...]]


def _check(tree: Tree) -> _Checked:
    """SQL that tells of one row of `search` whether it is as asked for."""
    if _is_exact(tree):
        sql = f"{_ROW} IN (SELECT rowid FROM search WHERE search MATCH ?)"  # noqa: S608
        return sql, (_upper(tree),)
    if isinstance(tree, Not):
        sql, values = _check(tree.item)
        return f"NOT {sql}", values
    if isinstance(tree, And | Or):
        checks = [_check(item) for item in tree.items]
        word = " AND " if isinstance(tree, And) else " OR "
        values = tuple(value for _, some in checks for value in some)
        return f"({word.join(sql for sql, _ in checks)})", values
    return _check_leaf(tree)


def _check_leaf(leaf: Tree) -> _Checked:
    if isinstance(leaf, Dates):
        return f"({_ROW} BETWEEN ? AND ?)", tuple(place.days(leaf.first, leaf.last))
    if isinstance(leaf, Near):
        return (
            f"EXISTS (SELECT 1 FROM detail WHERE detail.asset_id = {_ASSET} "  # noqa: S608
            "AND km_between(detail.latitude, detail.longitude, ?, ?) <= ?)",
            (leaf.latitude, leaf.longitude, leaf.radius_km),
        )
    if isinstance(leaf, Box):
        return _check_box(leaf)
    if isinstance(leaf, Folder):
        # A list that is made once, not for each row.
        sql = (
            f"{_ASSET} IN (SELECT asset.id FROM file JOIN asset ON asset.digest = file.digest "  # noqa: S608
            "WHERE file.folder_id = ?)"
        )
        return sql, (leaf.number,)
    assert isinstance(leaf, Number)
    if leaf.field == "size":
        sized = "asset JOIN file ON file.digest = asset.digest WHERE asset.id"
        column = "file.size_bytes"
    elif leaf.field == "duration":
        sized, column = "detail WHERE detail.asset_id", "detail.duration_ms"
    else:
        sized, column = "asset WHERE asset.id", f"asset.{leaf.field}_px"
    sql = f"EXISTS (SELECT 1 FROM {sized} = {_ASSET} AND {column} {leaf.operator} ?)"  # noqa: S608
    return sql, (leaf.value,)


def _check_box(leaf: Box) -> _Checked:
    if leaf.west <= leaf.east:
        between = "detail.longitude BETWEEN ? AND ?"
    else:
        between = "(detail.longitude >= ? OR detail.longitude <= ?)"
    return (
        f"EXISTS (SELECT 1 FROM detail WHERE detail.asset_id = {_ASSET} "  # noqa: S608
        f"AND detail.latitude BETWEEN ? AND ? AND {between})",
        (leaf.south, leaf.north, leaf.west, leaf.east),
    )
