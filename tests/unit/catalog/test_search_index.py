"""The index follows everything that is published, and nothing is left in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from media_server.catalog import libraries
from media_server.catalog.search_index import COLUMNS
from support.gallery import Gallery
from support.shelf import NOW_NS, digest_of

if TYPE_CHECKING:
    import pytest

    from support.shelf import Shelf


def rows(shelf: Shelf, query: str) -> list[Any]:
    with shelf.catalog.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def matches(shelf: Shelf, words: str) -> int:
    (found,) = rows(shelf, f"SELECT count(*) FROM search WHERE search MATCH '{words}'")
    return int(found[0])


def check(shelf: Shelf) -> None:
    """The index agrees with the texts, the facets with the rows, the timeline with both."""
    with shelf.catalog.write() as connection:
        for table in ("search", "facet_words"):
            connection.exec_driver_sql(
                f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
            )
    assert sorted(rows(shelf, "SELECT id FROM search_text")) == sorted(
        rows(shelf, "SELECT search_id FROM timeline WHERE search_id IS NOT NULL")
    )
    counted: dict[int, int] = {}
    for (text,) in rows(shelf, "SELECT facets FROM search_text"):
        for one in text.split():
            counted[int(one[1:])] = counted.get(int(one[1:]), 0) + 1
    assert dict(rows(shelf, "SELECT id, assets FROM facet WHERE assets != 0")) == counted


def test_what_is_not_described_is_not_indexed(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "a")
    assert rows(shelf, "SELECT search_id FROM timeline") == [(None,)]
    check(shelf)


def test_a_row_stays_as_it_was_until_its_asset_is_described_anew(shelf: Shelf) -> None:
    digest = Gallery(shelf).add("first.jpg", content="same")
    shelf.put(b"second.jpg", "same")
    assert (matches(shelf, "first"), matches(shelf, "second")) == (1, 0)
    check(shelf)
    Gallery(shelf).describe(digest, "2020-06-01T12:00:00")
    assert matches(shelf, "first second") == 1
    check(shelf)


def test_a_row_follows_its_asset(shelf: Shelf) -> None:
    gallery = Gallery(shelf)
    digest = gallery.add("a.jpg", "2019-01-01T00:00:00", title="old", keywords=["x"])
    (first,) = rows(shelf, "SELECT search_id FROM timeline")
    gallery.describe(digest, "2020-01-01T00:00:00", title="new", keywords=["y"])
    (second,) = rows(shelf, "SELECT search_id FROM timeline")
    assert second > first
    assert (matches(shelf, "old"), matches(shelf, "new")) == (0, 1)
    check(shelf)


def test_what_is_as_it_was_is_not_written_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = Gallery(shelf)
    digest = gallery.add("a.jpg", "2019-01-01T00:00:00", title="same")
    before = rows(shelf, "SELECT id, block FROM search_data ORDER BY id")
    gallery.describe(digest, "2019-01-01T00:00:00", title="same", altitude_m=5.0)
    assert rows(shelf, "SELECT id, block FROM search_data ORDER BY id") == before
    check(shelf)


def test_a_row_goes_with_its_asset(shelf: Shelf) -> None:
    gallery = Gallery(shelf)
    gallery.add("a.jpg", people=["Ann"])
    gallery.add("b.jpg", people=["Ann"])
    shelf.lose(b"a.jpg")
    shelf.remove_gone()
    assert matches(shelf, "ann") == 1
    check(shelf)


def test_a_copy_adds_its_name_and_takes_it_along(shelf: Shelf) -> None:
    gallery = Gallery(shelf)
    gallery.add("a/first.jpg", content="same")
    gallery.add("b/second.jpg", content="same")
    assert matches(shelf, "first second") == 1
    check(shelf)
    shelf.lose(b"b/second.jpg")
    shelf.remove_gone()
    gallery.describe(digest_of("same"), "2020-06-01T12:00:00")
    assert matches(shelf, "second") == 0
    check(shelf)


def test_a_part_is_found_under_its_whole_alone(shelf: Shelf) -> None:
    gallery = Gallery(shelf)
    gallery.add("a.jpg")
    gallery.add("a.nef", mime="image/x-nikon-nef", content="raw")
    assert matches(shelf, "nef") == 1
    gallery.join("raw_jpeg", "a.jpg", "a.nef")
    assert matches(shelf, "nef") == 1
    assert matches(shelf, "jpg nef") == 1
    assert len(rows(shelf, "SELECT id FROM search_text")) == 1
    check(shelf)
    # What is learned of the part later is noted too.
    with shelf.catalog.write() as connection:
        connection.exec_driver_sql(
            "UPDATE file SET name = x'622e6e6566' WHERE name = x'612e6e6566'"
        )
    from support.shelf import digest_of

    gallery.describe(digest_of("raw"), "2020-06-01T12:00:00")
    assert matches(shelf, "b") == 1
    check(shelf)


def test_a_library_that_is_not_served_leaves_nothing(shelf: Shelf) -> None:
    gallery = Gallery(shelf)
    gallery.add("a.jpg", people=["Ann"])
    with shelf.catalog.write() as connection:
        libraries.serve(connection, [b"/other"], now_ns=NOW_NS)
    assert matches(shelf, "ann") == 0
    check(shelf)


def test_large_and_strange_texts(shelf: Shelf) -> None:
    gallery = Gallery(shelf)
    gallery.add(
        "a.jpg",
        title="x " * 5_000,
        description='"\ue000all\ue000" \0 ' + "é" * 3_000,
        keywords=["❤", "", "a" * 9_000, "É", "e\u0301"],
        people=["Ann"] * 1_000,
    )
    check(shelf)
    (length,) = rows(shelf, "SELECT max(length(title)) FROM search_text")
    assert length[0] <= 2_000
    known = rows(shelf, "SELECT folded FROM facet WHERE kind = 'keyword' ORDER BY id")
    assert [one for (one,) in known] == ["❤", "a" * 9_000, "e"]


def test_the_columns_are_those_of_the_table(shelf: Shelf) -> None:
    with closing(sqlite3.connect(shelf.catalog.path)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(search_text)")]
    assert columns == ["id", "facets", *COLUMNS]
