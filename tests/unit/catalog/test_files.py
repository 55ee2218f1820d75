"""Folders and files: what a scan reads and writes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from media_server.catalog import assets, files
from media_server.catalog.files import FileStat
from media_server.catalog.schema import Pending
from support.shelf import NOW_NS

if TYPE_CHECKING:
    from support.shelf import Shelf


def gone(shelf: Shelf) -> set[bytes]:
    with shelf.catalog.read() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM file WHERE gone = 1")
        return {name for (name,) in rows}


def folders(shelf: Shelf) -> set[bytes]:
    with shelf.catalog.read() as connection:
        return {path for (path,) in connection.exec_driver_sql("SELECT path FROM folder")}


def test_root_folder_is_made_once(shelf: Shelf) -> None:
    assert shelf.folder(b"") == shelf.folder(b"")


def test_children_are_those_directly_below(shelf: Shelf) -> None:
    shelf.folder(b"a/b/c")
    shelf.folder(b"ab")
    with shelf.catalog.read() as connection:
        root = files.root_folder(connection, shelf.library_id)
        children = files.child_folders(connection, root.folder_id)
    assert set(children) == {b"a", b"ab"}


def test_folder_takes_those_below_with_it_and_no_other(shelf: Shelf) -> None:
    for path in (b"a/1.jpg", b"a/b/2.jpg", b"a.b/3.jpg", b"ab/4.jpg", b"a0/5.jpg", b"6.jpg"):
        shelf.put(path, path.decode())
    with shelf.catalog.write() as connection:
        files.mark_folder_gone(connection, shelf.library_id, b"a")
    assert gone(shelf) == {b"1.jpg", b"2.jpg"}
    assert shelf.remove_gone() == 2
    assert folders(shelf) == {b"", b"a.b", b"ab", b"a0"}


def test_folder_without_files_below_a_gone_one_goes_too(shelf: Shelf) -> None:
    shelf.folder(b"a/b/c/d")
    with shelf.catalog.write() as connection:
        files.mark_folder_gone(connection, shelf.library_id, b"a")
    shelf.remove_gone()
    assert folders(shelf) == {b""}


def test_fingerprint_says_that_the_folder_is_there(shelf: Shelf) -> None:
    folder_id = shelf.folder(b"a")
    with shelf.catalog.write() as connection:
        files.mark_folder_gone(connection, shelf.library_id, b"a")
        files.set_fingerprint(connection, folder_id, b"print", mounted=True)
        root = files.root_folder(connection, shelf.library_id)
        (child,) = files.child_folders(connection, root.folder_id).values()
    assert (child.gone, child.mounted, child.fingerprint) == (0, 1, b"print")


def test_changed_file_goes_on_holding_its_asset_until_it_is_read(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    with shelf.catalog.write() as connection:
        files.mark_changed(connection, [shelf.file_id(b"a.jpg")])
    (at,) = shelf.unread()
    assert at.digest == digest
    with shelf.catalog.read() as connection:
        assert assets.originals(connection, digest) == []  # but it is not opened for it


def test_found_again_it_is_not_gone(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "x")
    shelf.lose(b"a.jpg")
    with shelf.catalog.write() as connection:
        files.mark_found(connection, [shelf.file_id(b"a.jpg")])
    assert gone(shelf) == set()


def test_unread_files_are_tried_again_in_their_library_only(shelf: Shelf) -> None:
    shelf.add(b"a.jpg")
    (at,) = shelf.unread()
    failed = assets.Failed(None, at.file_id, "read", "unreadable", "", 1, parked=False)
    with shelf.catalog.write() as connection:
        assets.leave_unread(connection, [failed])
    assert shelf.unread() == []
    with shelf.catalog.write() as connection:
        files.retry_unread(connection, shelf.library_id + 1)
    assert shelf.unread() == []
    with shelf.catalog.write() as connection:
        files.retry_unread(connection, shelf.library_id)
    assert shelf.unread() == [at]


class TestAdopt:
    def adopt(self, shelf: Shelf) -> int:
        with shelf.catalog.write() as connection:
            return files.adopt_moved(connection, now_ns=NOW_NS)

    def test_same_inode_and_times_is_the_same_file(self, shelf: Shelf) -> None:
        digest = shelf.put(b"old/a.jpg", "x")
        shelf.lose(b"old/a.jpg")
        shelf.add(b"new/a.jpg")
        assert self.adopt(shelf) == 1
        assert shelf.unread() == []
        with shelf.catalog.read() as connection:
            found = [one.relative_path for one in assets.originals(connection, digest)]
        assert found == [b"new/a.jpg", b"old/a.jpg"]

    @pytest.mark.parametrize("of", ["size", "mtime", "still there", "still unread"])
    def test_anything_else_is_read(self, shelf: Shelf, of: str) -> None:
        shelf.add(b"old/a.jpg")
        if of != "still unread":
            shelf.hold(shelf.unread()[0], "x")
        if of != "still there":
            shelf.lose(b"old/a.jpg")
        mtime_ns = NOW_NS + 1 if of == "mtime" else NOW_NS
        shelf.add(b"new/a.jpg", mtime_ns=mtime_ns, size_bytes=11 if of == "size" else 10)
        assert self.adopt(shelf) == 0


class TestRemoved:
    def count(self, shelf: Shelf) -> tuple[int, int]:
        with shelf.catalog.read() as connection:
            return (
                files.count_lost(connection, shelf.library_id),
                files.count_uncertain(connection, shelf.library_id),
            )

    def test_moved_is_not_lost(self, shelf: Shelf) -> None:
        shelf.put(b"a.jpg", "x")
        shelf.lose(b"a.jpg")
        assert self.count(shelf) == (1, 0)
        shelf.put(b"b.jpg", "x")
        assert self.count(shelf) == (0, 0)
        assert shelf.remove_gone("moved") == 1

    def test_copy_that_has_changed_since_does_not_count(self, shelf: Shelf) -> None:
        shelf.put(b"a.jpg", "x")
        shelf.put(b"b.jpg", "x")
        shelf.lose(b"a.jpg")
        with shelf.catalog.write() as connection:
            files.mark_changed(connection, [shelf.file_id(b"b.jpg")])
        assert self.count(shelf) == (1, 1)
        assert shelf.remove_gone("moved") == 0
        assert shelf.remove_gone("certain") == 0

    def test_file_of_the_size_of_an_unread_one_waits(self, shelf: Shelf) -> None:
        shelf.put(b"a.jpg", "x")
        shelf.put(b"b.jpg", "y")
        shelf.lose(b"a.jpg")
        shelf.add(b"c.jpg", size_bytes=11)
        assert self.count(shelf) == (1, 0)
        shelf.add(b"d.jpg", size_bytes=10)
        assert self.count(shelf) == (1, 1)
        assert shelf.remove_gone("certain") == 0
        assert shelf.remove_gone("all") == 1

    def test_nothing_waits_for_what_cannot_be_read_now(self, shelf: Shelf) -> None:
        shelf.put(b"a.jpg", "x")
        shelf.lose(b"a.jpg")
        shelf.add(b"d.jpg")
        with shelf.catalog.write() as connection:
            connection.exec_driver_sql(
                f"UPDATE file SET pending = {Pending.NEXT_SCAN:d}, gone = gone"
            )
        assert self.count(shelf)[1] == 0

    def test_failure_goes_with_the_file(self, shelf: Shelf) -> None:
        shelf.add(b"a.jpg")
        failed = assets.Failed(None, shelf.file_id(b"a.jpg"), "read", "x", "", 1, parked=False)
        with shelf.catalog.write() as connection:
            assets.record_failures(connection, [failed], now_ns=NOW_NS)
        shelf.lose(b"a.jpg")
        shelf.remove_gone()
        with shelf.catalog.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM failure").scalar_one() == 0


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ((1, 2, 3, 4), (1, 2, 3, 4)),
        ((1, 2**63, 2**64, 5), (1, 2**63 - 1, 2**63 - 1, 5)),
        ((1, -(2**70), -1, 5), (1, -(2**63), -1, 5)),
        ((1, 2, 3, 2**64 - 1), (1, 2, 3, -1)),
        ((1, 2, 3, 2**63), (1, 2, 3, -(2**63))),
    ],
)
def test_numbers_that_the_catalog_cannot_hold_are_bent(
    shelf: Shelf, raw: tuple[int, int, int, int], kept: tuple[int, int, int, int]
) -> None:
    size_bytes, mtime_ns, ctime_ns, inode = raw
    sequence = [0o100644, inode, 1, 1, 0, 0, size_bytes, 0, 0, 0]
    times = {"st_mtime_ns": mtime_ns, "st_ctime_ns": ctime_ns}
    found = files.stat_values(os.stat_result(sequence, times))
    assert found == kept
    with shelf.catalog.write() as connection:
        root = files.root_folder(connection, shelf.library_id)
        files.add_files(connection, root.folder_id, [(b"a.jpg", FileStat(*found))])
        (known,) = files.known_files(connection, root.folder_id)
    assert known.stat == kept
