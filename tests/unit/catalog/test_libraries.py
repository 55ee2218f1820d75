"""Which libraries are served, and the state each is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.catalog import libraries
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
