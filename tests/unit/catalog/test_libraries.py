"""Which libraries are served, and the state each is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from media_server.catalog import assets, counts, files, libraries
from media_server.catalog.schema import Grid
from support.shelf import NOW_NS

if TYPE_CHECKING:
    from support.shelf import Shelf


def serve(shelf: Shelf, *roots: bytes) -> list[libraries.Library]:
    with shelf.catalog.write() as connection:
        return libraries.serve(connection, roots, now_ns=NOW_NS)


def test_come_in_the_order_given_and_keep_their_number(shelf: Shelf) -> None:
    first = serve(shelf, b"/b", b"/a")
    assert [one.root for one in first] == [b"/b", b"/a"]
    again = serve(shelf, b"/a", b"/b")
    assert {one.root: one.library_id for one in again} == {
        one.root: one.library_id for one in first
    }
    with shelf.catalog.read() as connection:
        assert {one.root for one in libraries.served(connection)} == {b"/a", b"/b"}


def test_new_one_knows_nothing(shelf: Shelf) -> None:
    (library,) = serve(shelf, b"/n\xff")
    assert (library.state, library.device, library.inode, library.held_removals) == (
        "new",
        None,
        None,
        0,
    )
    assert library.shown == "/n\ufffd"


def test_state_and_identity_are_kept(shelf: Shelf) -> None:
    with shelf.catalog.write() as connection:
        libraries.set_state(connection, shelf.library_id, "held", held=7)
        libraries.set_identity(connection, shelf.library_id, 5, -6)
    (library,) = serve(shelf, b"/photos")
    assert (library.state, library.held_removals) == ("held", 7)
    assert (library.device, library.inode) == (5, -6)


def test_files_are_counted_with_the_missed_ones(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "x")
    shelf.add(b"b/c.jpg")
    shelf.lose(b"a.jpg")
    with shelf.catalog.read() as connection:
        assert libraries.count_files(connection, shelf.library_id) == 2
        assert libraries.count_files(connection, shelf.library_id + 1) == 0


def test_another_one_beside_it_changes_nothing_of_the_first(shelf: Shelf) -> None:
    """Only what a library holds is listed anew when it comes or goes."""
    shelf.put(b"a.jpg", "a")
    shelf.put(b"b.jpg", "b")
    before = published(shelf)
    serve(shelf, b"/photos", b"/new")
    assert published(shelf) == before
    serve(shelf, b"/new")
    assert published(shelf) == {}
    serve(shelf, b"/photos", b"/new")
    assert published(shelf).keys() == before.keys()


def published(shelf: Shelf) -> dict[int, int]:
    """Assets with the number of their last change."""
    with shelf.catalog.read() as connection:
        rows = connection.exec_driver_sql("SELECT asset_id, changed FROM timeline")
        return {asset_id: changed for asset_id, changed in rows}


@pytest.mark.parametrize("grace", [True, False])
def test_kept_counts_are_those_of_the_tables(shelf: Shelf, grace: bool) -> None:
    digests = [shelf.put(b"%d/%d.jpg" % (at % 3, at), f"{at % 7}") for at in range(12)]
    shelf.add(b"unread.jpg")
    shelf.lose(b"0/0.jpg", b"0/3.jpg", b"1/4.jpg", b"2/11.jpg")
    shelf.remove_gone()
    with shelf.catalog.write() as connection:
        files.mark_changed(connection, [shelf.file_id(b"1/1.jpg")])
        assets.set_grid(
            connection, [(digests[1], Grid.ROUGH, None), (digests[2], Grid.FINAL, None)]
        )
        if not grace:
            assets.purge(connection, assets.long_missing(connection, before_ns=2**62, most=9))
    with shelf.catalog.read() as connection:
        counted = counts.count(connection)
        known = libraries.count_files(connection, shelf.library_id)
        (row,) = connection.exec_driver_sql(_COUNTED).all()
    assert (counted.files, counted.assets, counted.unhashed, counted.unpictured, counted.rough,
            counted.missing) == tuple(row)  # fmt: skip
    assert known == counted.files == 9
    assert counted.missing == (1 if grace else 0)


_COUNTED = """
SELECT (SELECT count(*) FROM file), (SELECT count(*) FROM asset),
    (SELECT count(*) FROM file WHERE pending = 1 AND digest IS NULL),
    (SELECT count(*) FROM asset WHERE grid = 0 AND missing_since_ns IS NULL),
    (SELECT count(*) FROM asset WHERE grid = 1 AND missing_since_ns IS NULL),
    (SELECT count(*) FROM asset WHERE missing_since_ns IS NOT NULL)
"""
