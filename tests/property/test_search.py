"""The search box: any text, any tree, and any changes while somebody pages through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from media_server.catalog import libraries, search
from media_server.catalog.database import Catalog, open_catalog
from media_server.catalog.search_place import ASSET_MASK, km_between
from media_server.model.errors import BadQuery
from media_server.model.query.completing import fixed, kinds_for, last_word
from media_server.model.query.parsing import parse
from media_server.model.query.printing import text_of
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
from support.gallery import Gallery
from support.shelf import NOW_NS, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.model.query.tree import Tree

TODAY = date(2021, 10, 5)
_SIGNS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet='abO R-"()*:.<>=0129,“”ü東\0\ud800 ', max_size=60),
)
_LEAVES = st.sampled_from(
    [
        *("w0", "w1", "w2", "title:w1", "name:n*", '"w0 w1"', "tag:k", "year", "july", "last"),
        *("2019", "july 2020", "..2019-06", "2020-03..", "last year", "last 30 days", "month:june"),
        *("type:photo", "type:video", "is:live", "has:gps", "has:title", "country:it", "AND", "-"),
        *("rating>=2", "rating<0", "rating:1", "size>1kB", "size<=1kB", "size=1kB", "width>=100"),
        *("height<100", "duration>1s", "near:10,10,50", "near:10,10,5", "near:0,180,900"),
        *("near:89.9,0,30", "box:9,9,10.1,10.15", "box:170,-50,-170,50", "box:-180,-90,180,90"),
        *("in:#1", "folder:#2", 'in:"#1"'),
    ]
)
_QUERIES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) OR ({two[1]})"),
        inner.map(lambda one: f"-({one})"),
        inner.map(lambda one: f"({one})"),
    ),
    max_leaves=8,
)


def understood(text: str) -> Tree | None:
    """The tree of a text; a place of the text where there is none."""
    try:
        return parse(text, TODAY, find_place=lambda name: (1.0, 2.0, 3.0) if "a" in name else None)
    except BadQuery as error:
        assert 0 <= error.at <= len(text)
        return None


@given(_SIGNS)
@example('near:"a')
@example("a OR -")
@example("winter 2199")
def test_any_text_is_understood_or_refused(text: str) -> None:
    tree = understood(text)
    if tree is not None:
        printed = text_of(tree)
        if len(printed) <= 1_000:
            assert understood(printed) == tree
            assert text_of(tree) == printed


@given(_QUERIES)
def test_parse_print_parse(text: str) -> None:
    tree = understood(text)
    if tree is not None:
        assert understood(text_of(tree)) == tree


@given(_SIGNS)
def test_completing_never_fails(text: str) -> None:
    word = last_word(text)
    assert 0 <= word.start <= len(text)
    for one in fixed(word):
        understood(one.text)
    kinds_for(word)


@dataclass(frozen=True)
class One:
    """An asset, as the oracle sees it."""

    words: frozenset[str]
    title: str
    taken: datetime
    kind: str
    size_bytes: int
    edges: tuple[int, int]
    duration_ms: int | None
    rating: int | None
    place: tuple[float, float] | None


PLACES = [None, (10.0, 10.0), (10.2, 10.1), (0.1, -179.9), (89.9, 170.0), (-45.0, 60.0)]
TITLES = ["", "w0", "w1", "w0 w1", "w1 w0 w2"]


def make(number: int) -> One:
    """An asset that differs from the next one in most ways."""
    video = number % 5 == 0
    return One(
        frozenset(TITLES[number % 5].split()),
        TITLES[number % 5],
        datetime(2018, 5, 20) + timedelta(days=11 * number, seconds=number),
        "video" if video else "photo",
        (999, 1_000, 1_001, 5_000_000)[number % 4],
        ((99, 100), (100, 99), (4_000, 3_000))[number % 3],
        (number % 3) * 1_000 if video else None,
        (None, -1, 0, 1, 2, 5)[number % 6],
        PLACES[number % len(PLACES)],
    )


def put(gallery: Gallery, number: int, one: One) -> None:
    latitude, longitude = one.place or (None, None)
    gallery.add(
        f"n{number}.jpg",
        one.taken.isoformat(),
        mime="video/mp4" if one.kind == "video" else "image/jpeg",
        size=one.edges,
        size_bytes=one.size_bytes,
        title=one.title or None,
        duration_ms=one.duration_ms,
        rating=one.rating,
        latitude=latitude,
        longitude=longitude,
        country="IT" if one.place == PLACES[1] else None,
    )


def holds(tree: Tree, one: One) -> bool:
    """Whether an asset is what is asked for, the plain way."""
    if isinstance(tree, Not):
        return not holds(tree.item, one)
    if isinstance(tree, And):
        return all(holds(item, one) for item in tree.items)
    if isinstance(tree, Or):
        return any(holds(item, one) for item in tree.items)
    if isinstance(tree, Dates):
        day = one.taken.date()
        return (tree.first or date.min) <= day <= (tree.last or date.max)
    if isinstance(tree, Number):
        return _compares(tree, one)
    if isinstance(tree, Near):
        return (
            one.place is not None
            and (km_between(*one.place, tree.latitude, tree.longitude) or 0) <= tree.radius_km
        )
    if isinstance(tree, Box):
        return one.place is not None and _lies(tree, *one.place)
    if isinstance(tree, Folder):
        return tree.number == 1  # the root, where all of them lie
    return _says(tree, one)


def _lies(box: Box, latitude: float, longitude: float) -> bool:
    over = box.west > box.east
    east, north = longitude <= box.east, box.south <= latitude <= box.north
    west = longitude >= box.west
    return north and ((west or east) if over else (west and east))


def _compares(tree: Number, one: One) -> bool:
    value = {
        "rating": one.rating,
        "size": one.size_bytes,
        "width": one.edges[0],
        "height": one.edges[1],
        "duration": one.duration_ms,
    }[tree.field]
    if value is None:
        return False
    operator = "==" if tree.operator == "=" else tree.operator
    return bool(eval(f"{value} {operator} {tree.value}"))


def _says(tree: Text | Choice, one: One) -> bool:
    if isinstance(tree, Choice):
        return {
            "photo": one.kind == "photo",
            "video": one.kind == "video",
            "live": False,
            "gps": one.place is not None,
            "title": bool(one.title),
            "june": one.taken.month == 6,
        }[tree.value]
    if tree.field == "country":
        return one.place == PLACES[1]
    if tree.field in ("tag", "in"):
        return False
    if tree.prefix:
        return True  # the names begin with n
    return f" {tree.text} " in f" {one.title} "


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    catalog = open_catalog(str(tmp_path_factory.mktemp("search") / "catalog.sqlite"))
    made = Gallery(shelf_in(catalog))
    for number, one in enumerate(ASSETS):
        put(made, number, one)
    yield made
    catalog.close()


def shelf_in(catalog: Catalog) -> Shelf:
    with catalog.write() as connection:
        (library,) = libraries.serve(connection, [b"/photos"], now_ns=NOW_NS)
    return Shelf(catalog, library.library_id)


ASSETS = [make(number) for number in range(60)]


@settings(max_examples=300)
@given(_QUERIES)
@example("-(size>1kB) OR near:10,10,50")
@example("-(-(near:10,10,5) -(2019)) type:photo")
@example("-(width>=100 year) ")
def test_finds_exactly_what_is_asked_for(gallery: Gallery, text: str) -> None:
    tree = understood(text)
    if tree is None:
        return
    wanted = [at for at, one in enumerate(ASSETS) if holds(tree, one)]
    with gallery.shelf.catalog.read() as connection:
        found = search.find(connection, tree, order="oldest", behind=None, most=100)
        assert [number - 1 for number in found.asset_ids] == wanted
        assert search.count(connection, tree) == (len(wanted), True)
        condition = search.condition(tree)
        rows = connection.exec_driver_sql(
            f"SELECT asset_id - 1 FROM timeline WHERE {condition.sql} ORDER BY local_ms",
            condition.values,
        )
        assert list(rows.scalars()) == wanted
        _, total = search.facets(connection, tree, ["year", "rating"])
        assert total.assets == len(wanted)
        search.grown(connection, tree)


@settings(max_examples=300)
@given(_SIGNS, st.booleans())
def test_any_text_that_is_understood_can_be_asked(
    gallery: Gallery, text: str, typing: bool
) -> None:
    try:
        tree = parse(text, TODAY, typing=typing)
    except BadQuery:
        return
    with gallery.shelf.catalog.read() as connection:
        grown = search.grown(connection, tree)
        search.find(connection, grown, order="newest", behind=None, most=10)
        search.count(connection, grown)
        search.facets(connection, grown, ["year"])
        search.facets_like(connection, text.replace("\ud800", ""), ["keyword"], most=5)


_CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "move", "remove"]), st.integers(0, 59)), max_size=6
)


@settings(max_examples=25)
@given(st.lists(_CHANGES, max_size=6), st.sampled_from(["newest", "oldest"]), st.integers(1, 7))
def test_paging_loses_and_doubles_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    rounds: list[list[tuple[str, int]]],
    order: search.Order,
    most: int,
) -> None:
    """What is there all the time and stays where it is comes exactly once."""
    catalog = open_catalog(str(Path(tmp_path_factory.mktemp("paging")) / "catalog.sqlite"))
    gallery = Gallery(shelf_in(catalog))
    digests = [
        gallery.add(f"{number}.jpg", (ASSETS[number].taken).isoformat(), title="w0")
        for number in range(0, 60, 4)
    ]
    touched: set[int] = set()
    seen: list[int] = []
    behind, left = None, list(rounds)
    tree = parse("w0", TODAY)
    while True:
        with catalog.read() as connection:
            page = search.find(connection, tree, order=order, behind=behind, most=most)
        assert len(page.asset_ids) <= most
        seen += page.asset_ids
        behind = page.last
        if behind is None:
            break
        for what, number in left.pop() if left else []:
            at = number % len(digests)
            if what == "add":
                taken = (ASSETS[number].taken + timedelta(hours=1)).isoformat()
                gallery.add(f"new{next(gallery.numbers)}.jpg", taken, title="w0")
            elif at not in touched:
                touched.add(at)
                if what == "move":
                    gallery.describe(digests[at], ASSETS[number].taken.isoformat(), title="w0")
                else:
                    gallery.shelf.lose(b"%d.jpg" % (at * 4))
                    gallery.shelf.remove_gone()
    steady = {at + 1 for at in range(len(digests)) if at not in touched}
    assert {one for one in seen if one in steady} == steady
    assert len([one for one in seen if one in steady]) == len(steady)
    assert all(one <= ASSET_MASK for one in seen)
    catalog.close()
