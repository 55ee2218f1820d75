"""Sidecars of a folder, kept in step with what it lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.catalog import files, links, sidecars
from media_server.catalog.links import LinkRow
from support.shelf import NOW_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from media_server.catalog.files import PlainStat
    from support.shelf import Shelf

STAT: PlainStat = (10, NOW_NS, NOW_NS, 5)
LATER: PlainStat = (11, NOW_NS + 1, NOW_NS + 1, 5)


def list_folder(
    shelf: Shelf, found: Sequence[tuple[bytes, PlainStat]], *, unknown: Sequence[bytes] = ()
) -> None:
    with shelf.catalog.write() as connection:
        folder_id = files.root_folder(connection, shelf.library_id).folder_id
        sidecars.reconcile(connection, folder_id, found, unknown=unknown)


def unread(shelf: Shelf) -> list[bytes]:
    with shelf.catalog.read() as connection:
        return [one.name for one in sidecars.unread(connection, most=100)]


def read_all(shelf: Shelf, facts: str | None = "{}") -> None:
    with shelf.catalog.write() as connection:
        pending = sidecars.unread(connection, most=100)
        sidecars.keep(connection, [(at, facts) for at in pending])


def described(shelf: Shelf) -> dict[bytes, int]:
    with shelf.catalog.read() as connection:
        rows = connection.exec_driver_sql("SELECT digest, described FROM asset").all()
        return {row[0]: row[1] for row in rows}


def set_described(shelf: Shelf) -> None:
    with shelf.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE asset SET described = 1")
        connection.exec_driver_sql("UPDATE folder SET linked = 1")


def link(shelf: Shelf, name: bytes, sidecar: bytes) -> None:
    with shelf.catalog.write() as connection:
        folder_id = files.root_folder(connection, shelf.library_id).folder_id
        (beside,) = [one for one in links.sidecars(connection, folder_id) if one.name == sidecar]
        row = LinkRow("sidecar_xmp", shelf.file_id(name), None, beside.row_id)
        links.replace(connection, folder_id, [row], [])


def test_new_and_changed_ones_are_to_be_read(shelf: Shelf) -> None:
    list_folder(shelf, [(b"a.xmp", STAT), (b"b.xmp", STAT)])
    assert unread(shelf) == [b"a.xmp", b"b.xmp"]
    read_all(shelf)
    assert unread(shelf) == []
    list_folder(shelf, [(b"a.xmp", STAT), (b"b.xmp", LATER)])
    assert unread(shelf) == [b"b.xmp"]


def test_reading_one_has_the_folder_linked_again(shelf: Shelf) -> None:
    list_folder(shelf, [(b"a.xmp", STAT)])
    set_described(shelf)
    with shelf.catalog.read() as connection:
        assert links.next_unlinked(connection, behind=0) is None
    read_all(shelf)
    with shelf.catalog.read() as connection:
        assert links.next_unlinked(connection, behind=0) is not None


def test_a_folder_with_unread_things_is_not_linked_yet(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "a")
    list_folder(shelf, [(b"a.xmp", STAT)])
    with shelf.catalog.read() as connection:
        assert links.next_unlinked(connection, behind=0) is None
    read_all(shelf)
    with shelf.catalog.read() as connection:
        assert links.next_unlinked(connection, behind=0) is not None
    shelf.add(b"b.jpg")
    with shelf.catalog.read() as connection:
        assert links.next_unlinked(connection, behind=0) is None


def test_one_that_is_gone_leaves_nothing_and_has_its_picture_described_anew(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "a")
    other = shelf.put(b"b.jpg", "b")
    list_folder(shelf, [(b"a.xmp", STAT)])
    read_all(shelf)
    link(shelf, b"a.jpg", b"a.xmp")
    set_described(shelf)
    list_folder(shelf, [], unknown=[b"a.xmp"])
    assert described(shelf) == {digest: 1, other: 1}
    list_folder(shelf, [])
    assert described(shelf) == {digest: 0, other: 1}
    with shelf.catalog.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM link").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM sidecar").scalar() == 0


def test_a_changed_one_has_its_picture_described_anew_once_it_is_read(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "a")
    list_folder(shelf, [(b"a.xmp", STAT)])
    read_all(shelf)
    link(shelf, b"a.jpg", b"a.xmp")
    set_described(shelf)
    list_folder(shelf, [(b"a.xmp", LATER)])
    assert described(shelf) == {digest: 1}
    read_all(shelf, '{"facts":[]}')
    assert described(shelf) == {digest: 0}
    with shelf.catalog.read() as connection:
        assert sidecars.of_files(connection, [digest]) == [(digest, "sidecar_xmp", '{"facts":[]}')]


def test_what_turned_out_to_be_no_sidecar_says_nothing(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "a")
    list_folder(shelf, [(b"a.xmp", STAT)])
    read_all(shelf, None)
    link(shelf, b"a.jpg", b"a.xmp")
    with shelf.catalog.read() as connection:
        assert sidecars.of_files(connection, [digest]) == []


def test_other_sidecars_of_an_asset_have_it_described_anew(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "a")
    list_folder(shelf, [(b"a.xmp", STAT)])
    read_all(shelf)
    set_described(shelf)
    link(shelf, b"a.jpg", b"a.xmp")
    assert described(shelf) == {digest: 0}
    set_described(shelf)
    link(shelf, b"a.jpg", b"a.xmp")
    assert described(shelf) == {digest: 1}


def test_removed_files_and_folders_take_their_links_along(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "a")
    list_folder(shelf, [(b"a.xmp", STAT)])
    read_all(shelf)
    link(shelf, b"a.jpg", b"a.xmp")
    shelf.lose(b"a.jpg")
    shelf.remove_gone()
    with shelf.catalog.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM link").scalar() == 0
    shelf.put(b"sub/b.jpg", "b")
    folder_id = shelf.folder(b"sub")
    with shelf.catalog.write() as connection:
        sidecars.reconcile(connection, folder_id, [(b"b.xmp", STAT)], unknown=())
        links.replace(connection, folder_id, [], [(b"b.xmp", "orphan_sidecar")])
        files.mark_folder_gone(connection, shelf.library_id, b"sub")
    shelf.remove_gone()
    with shelf.catalog.read() as connection:
        for table in ("sidecar", "loose"):
            query = f"SELECT count(*) FROM {table} WHERE folder_id = {folder_id}"
            assert connection.exec_driver_sql(query).scalar() == 0
