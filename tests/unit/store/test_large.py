"""Large renditions: what has its final name is whole, and all of them keep to the limit."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from media_server.model.digest import Digest
from media_server.store import ledger
from media_server.store.database import open_database
from media_server.store.files import RenditionFiles
from media_server.store.large import LargeStore
from support.powers import obeying_permissions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE, TWO, THREE = (Digest(bytes([number]) * 32) for number in (1, 2, 3))
LIMIT_BYTES = 100


def open_store(tmp_path: Path, limit_bytes: int = 0, *, refresh_s: float = 0.0) -> LargeStore:
    files = RenditionFiles(str(tmp_path / "renditions"))
    database_path = str(tmp_path / "renditions.sqlite")
    return LargeStore(files, database_path, limit_bytes=limit_bytes, refresh_s=refresh_s)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LargeStore]:
    with closing(open_store(tmp_path)) as store:
        yield store


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[LargeStore]:
    with closing(open_store(tmp_path, LIMIT_BYTES)) as store:
        yield store


def names(store: LargeStore) -> set[str]:
    return {name for _, _, found in os.walk(store.files.folder) for name in found}


def content(path: str | None) -> bytes:
    assert path is not None
    with open(path, "rb") as file:
        return file.read()


def test_gives_back_what_was_put(store: LargeStore) -> None:
    path = store.put(ONE, "thumbnail", b"data")
    assert path == store.path(ONE, "thumbnail")
    assert content(path) == b"data"
    assert names(store) == {f"{ONE}.png"}
    assert store.find(ONE, "thumbnail") == (path, "image/png", 4)
    assert store.find(ONE, "preview") is None


@pytest.mark.parametrize("mime", ["image/jpeg", "image/webp"])
def test_a_preview_is_found_without_knowing_its_type(store: LargeStore, mime: str) -> None:
    path = store.put(ONE, "preview", b"data", mime=mime)
    assert store.find(ONE, "preview") == (path, mime, 4)
    assert names(store) == {str(ONE)}


def test_later_one_replaces_the_earlier(store: LargeStore) -> None:
    store.put(ONE, "preview", b"longer data", mime="image/jpeg")
    assert content(store.put(ONE, "preview", b"new", mime="image/webp")) == b"new"
    assert store.find(ONE, "preview") == (store.path(ONE, "preview"), "image/webp", 3)
    assert store.size().large_bytes == 3


def test_removes_all_kinds_of_an_asset(store: LargeStore) -> None:
    store.put(ONE, "thumbnail", b"x")
    store.put(ONE, "preview", b"x", mime="image/jpeg")
    store.put(TWO, "preview", b"x", mime="image/jpeg")
    store.remove([ONE, Digest(b"\7" * 32)])
    assert names(store) == {str(TWO)}
    assert store.size().large_bytes == 1


def test_a_file_that_is_gone_is_not_found(store: LargeStore) -> None:
    path = store.put(ONE, "thumbnail", b"x")
    assert path
    os.unlink(path)
    assert store.find(ONE, "thumbnail") is None
    assert content(store.put(ONE, "thumbnail", b"again")) == b"again"
    assert store.size().large_bytes == 5


def test_failure_leaves_nothing_behind(store: LargeStore) -> None:
    os.makedirs(store.path(ONE, "thumbnail"))  # a file cannot take a folder's place
    with pytest.raises(OSError, match="directory"):
        store.put(ONE, "thumbnail", b"x")
    assert names(store) == set()
    assert store.size().large_bytes == 0


def test_folder_that_may_not_be_written(store: LargeStore) -> None:
    store.put(TWO, "thumbnail", b"x")
    os.chmod(os.path.join(store.files.folder, "incoming"), 0o555)
    with obeying_permissions(), pytest.raises(PermissionError):
        store.put(ONE, "thumbnail", b"x")
    assert names(store) == {f"{TWO}.png"}
    assert store.size().large_bytes == 1


def test_what_is_removed_while_it_is_written_does_not_come_back(tmp_path: Path) -> None:
    class Slow(RenditionFiles):
        def write(self, incoming: str, data: bytes) -> None:
            super().write(incoming, data)
            slow.remove([ONE])

    files = Slow(str(tmp_path / "renditions"))
    with closing(LargeStore(files, str(tmp_path / "renditions.sqlite"))) as slow:
        assert slow.put(ONE, "thumbnail", b"x") is None
        assert names(slow) == set()
        assert slow.size().large_bytes == 0


def test_who_only_looks_does_not_wait_for_who_writes(store: LargeStore) -> None:
    path = store.put(ONE, "thumbnail", b"x")
    found = []
    with store.transaction():
        looking = threading.Thread(target=lambda: found.append(store.find(ONE, "thumbnail")))
        looking.start()
        looking.join(5)
    assert found == [(path, "image/png", 1)]


class TestLimit:
    def test_the_least_recently_used_goes_first(self, limited: LargeStore) -> None:
        limited.put(ONE, "thumbnail", bytes(40))
        limited.put(TWO, "preview", bytes(40), mime="image/jpeg")
        limited.note_use(ONE, "thumbnail")
        limited.put(THREE, "thumbnail", bytes(40))
        assert names(limited) == {f"{ONE}.png", f"{THREE}.png"}
        assert limited.find(TWO, "preview") is None
        assert limited.size() == (LIMIT_BYTES, 0, 80)

    def test_no_more_goes_than_must(self, limited: LargeStore) -> None:
        for digest in (ONE, TWO, THREE):
            limited.put(digest, "thumbnail", bytes(33))
        limited.put(Digest(b"\4" * 32), "thumbnail", bytes(34))
        assert names(limited) == {f"{TWO}.png", f"{THREE}.png", f"{Digest(bytes([4]) * 32)}.png"}

    def test_one_that_is_larger_than_the_limit_takes_nobodys_place(
        self, limited: LargeStore
    ) -> None:
        limited.put(ONE, "thumbnail", bytes(40))
        assert limited.put(TWO, "thumbnail", bytes(101)) is None
        assert names(limited) == {f"{ONE}.png"}
        assert limited.put(TWO, "thumbnail", bytes(100)) is not None
        assert names(limited) == {f"{TWO}.png"}

    def test_replacing_counts_once(self, limited: LargeStore) -> None:
        limited.put(ONE, "thumbnail", bytes(30))
        limited.put(TWO, "thumbnail", bytes(60))
        limited.put(TWO, "thumbnail", bytes(70))
        assert limited.size().large_bytes == 100
        assert len(names(limited)) == 2

    def test_the_limit_is_lower_than_at_the_last_start(self, tmp_path: Path) -> None:
        with closing(open_store(tmp_path, 100_000)) as store:
            for number in range(500):
                store.put(Digest(number.to_bytes(32, "big")), "thumbnail", bytes(100))
        with closing(open_store(tmp_path, 3_000)) as store:
            store.shrink()
            assert store.size().large_bytes == 3_000
            newest = {f"{number.to_bytes(32, 'big').hex()}.png" for number in range(470, 500)}
            assert names(store) == newest

    def test_one_the_system_will_not_remove_is_passed_over(self, limited: LargeStore) -> None:
        limited.put(ONE, "thumbnail", bytes(60))
        limited.put(TWO, "thumbnail", bytes(40))
        stuck = limited.path(ONE, "thumbnail")
        os.unlink(stuck)
        os.mkdir(stuck)
        assert limited.put(THREE, "thumbnail", bytes(40))
        assert limited.size().large_bytes == 100
        assert limited.put(TWO, "thumbnail", bytes(90)) is None
        assert limited.put(ONE, "thumbnail", bytes(10)) is None

    def test_nothing_is_kept_while_there_are_files_that_nobody_has_counted(
        self, limited: LargeStore
    ) -> None:
        path = limited.path(ONE, "thumbnail")
        os.makedirs(os.path.dirname(path))
        with open(path, "wb") as file:
            file.write(bytes(90))
        assert limited.put(TWO, "thumbnail", bytes(40)) is None
        limited.room.limit_bytes = 0
        assert limited.put(TWO, "thumbnail", bytes(40)) is not None


class TestUses:
    def used_ns(self, store: LargeStore, digest: bytes) -> int:
        with store.reading() as connection:
            query = "SELECT used_ns FROM large_rendition WHERE digest = ?"
            return int(connection.execute(query, (digest,)).fetchone()[0])

    def test_a_use_is_written_once_in_a_while(self, tmp_path: Path) -> None:
        with closing(open_store(tmp_path, refresh_s=3_600)) as store:
            store.put(ONE, "thumbnail", b"x")
            made_ns = self.used_ns(store, ONE)
            store.note_use(ONE, "thumbnail")
            store.write_uses()
            assert self.used_ns(store, ONE) == made_ns  # it was made a moment ago
        with closing(open_store(tmp_path, refresh_s=0)) as store:
            store.note_use(ONE, "thumbnail")
            store.note_use(TWO, "thumbnail")  # which has no row
            store.write_uses()
            assert self.used_ns(store, ONE) > made_ns

    def test_nothing_is_written_where_nothing_is_due(self, tmp_path: Path) -> None:
        with (
            closing(open_store(tmp_path, refresh_s=3_600)) as store,
            closing(open_database(str(tmp_path / "renditions.sqlite"))) as other,
        ):
            store.put(ONE, "thumbnail", b"x")
            other.execute("BEGIN IMMEDIATE")
            store.note_use(ONE, "thumbnail")
            store.write_uses()  # would wait for the other one, and fail
            other.execute("ROLLBACK")


class TestKilled:
    """What the next start makes of what a killed process left behind."""

    def reserve(self, store: LargeStore, data: bytes, *, written: bool) -> None:
        row = ledger.Row(ONE, "thumbnail", "image/png", len(data), "half")
        with store.transaction() as connection:
            ledger.add(connection, row, used_ns=1)
        if written:
            store.files.write("half", data)

    def test_before_its_file_was_there(self, limited: LargeStore) -> None:
        limited.put(TWO, "thumbnail", b"x")
        self.reserve(limited, b"data", written=False)
        assert limited.find(ONE, "thumbnail") is None
        limited.prepare()
        assert limited.size().large_bytes == 1

    def test_before_its_file_had_its_name(self, limited: LargeStore) -> None:
        self.reserve(limited, b"data", written=True)
        assert names(limited) == {"half"}
        limited.prepare()
        assert names(limited) == set()
        assert limited.size().large_bytes == 0

    def test_before_its_row_knew_of_that(self, limited: LargeStore) -> None:
        self.reserve(limited, b"data", written=True)
        limited.files.arrive("half", ONE, "thumbnail")
        limited.prepare()
        assert limited.find(ONE, "thumbnail") is not None
        with limited.reading() as connection:
            assert ledger.arriving(connection) == []

    def test_the_next_one_takes_its_place(self, limited: LargeStore) -> None:
        self.reserve(limited, bytes(90), written=True)
        assert limited.put(ONE, "thumbnail", bytes(95))
        assert names(limited) == {f"{ONE}.png"}
        assert limited.size().large_bytes == 95

    def test_removing_and_making_room_take_it_away(self, limited: LargeStore) -> None:
        self.reserve(limited, bytes(90), written=True)
        limited.remove([ONE])
        assert names(limited) == set()
        self.reserve(limited, bytes(90), written=True)
        limited.put(TWO, "thumbnail", bytes(20))
        assert names(limited) == {f"{TWO}.png"}

    def test_nothing_to_settle_writes_nothing(self, tmp_path: Path, store: LargeStore) -> None:
        store.put(ONE, "thumbnail", b"x")
        with closing(sqlite3.connect(tmp_path / "renditions.sqlite")) as other:
            other.execute("BEGIN IMMEDIATE")
            store.prepare()
            other.rollback()


def test_half_a_file_goes_even_where_the_database_takes_nothing_more(tmp_path: Path) -> None:
    class Failing(RenditionFiles):
        def write(self, incoming: str, data: bytes) -> None:
            super().write(incoming, data)
            full.is_full = True
            raise OSError("the disk is full")

    class Full(LargeStore):
        is_full = False

        @contextmanager
        def transaction(self) -> Iterator[sqlite3.Connection]:
            if self.is_full:
                raise sqlite3.OperationalError("the disk is full")
            with super().transaction() as connection:
                yield connection

    files = Failing(str(tmp_path / "renditions"))
    with closing(Full(files, str(tmp_path / "renditions.sqlite"))) as full:
        with pytest.raises(OSError, match="full"):
            full.put(ONE, "thumbnail", b"x")
        assert names(full) == set()


def test_a_damaged_database_is_told_and_not_replaced_under_others(tmp_path: Path) -> None:
    path = tmp_path / "renditions.sqlite"
    path.write_bytes(b"no database" * 1_000)
    with closing(open_store(tmp_path)) as store, pytest.raises(sqlite3.DatabaseError):
        store.put(ONE, "thumbnail", b"x")
    assert path.stat().st_size == 11_000


def test_files_that_no_row_knows_any_more_are_cleared(store: LargeStore) -> None:
    store.put(ONE, "thumbnail", b"x")
    store.files.write("left", b"half")
    store.prepare()
    assert names(store) == {f"{ONE}.png"}
