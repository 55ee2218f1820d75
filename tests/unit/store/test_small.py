"""Small renditions: nothing half-written, and always there to be made anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from media_server.store import ledger
from media_server.store.files import RenditionFiles
from media_server.store.large import LargeStore
from media_server.store.room import Room
from media_server.store.small import Rendition, SmallStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def rendition(number: int = 1, data: bytes = b"data", *, kind: str = "grid") -> Rendition:
    return Rendition(bytes([number]) * 32, kind, "image/webp", 4, 3, False, data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "renditions.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SmallStore]:
    store = SmallStore(str(path))
    yield store
    store.close()


def test_gives_back_what_was_put(store: SmallStore) -> None:
    store.put([rendition(1), rendition(2, b"other")])
    assert store.get(b"\1" * 32, "grid") == rendition(1)
    assert store.get(b"\2" * 32, "grid") == rendition(2, b"other")
    assert store.get(b"\1" * 32, "preview") is None
    assert store.get(b"\3" * 32, "grid") is None
    assert store.count() == 2


def test_later_one_replaces_the_earlier(store: SmallStore) -> None:
    store.put([rendition(1, b"rough")])
    store.put([rendition(1, b"fine")])
    assert store.count() == 1
    assert store.get(b"\1" * 32, "grid") == rendition(1, b"fine")


def test_all_or_none_are_put(store: SmallStore) -> None:
    bad = rendition(2)._replace(mime=None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        store.put([rendition(1), bad])
    assert store.count() == 0
    store.put([])
    store.put([rendition(1)])
    assert store.count() == 1


def test_store_that_is_full_can_be_used_on(store: SmallStore) -> None:
    store.put([rendition(1)])
    store._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.put([rendition(2, bytes(1_000_000))])
    store._connection.execute("PRAGMA max_page_count = 1000000")
    store.put([rendition(3)])
    assert store.count() == 2


def test_removes_all_kinds_of_an_asset(store: SmallStore) -> None:
    store.put([rendition(1), rendition(1, kind="preview"), rendition(2)])
    store.remove([b"\1" * 32, b"\7" * 32])
    assert store.count() == 1


def test_is_the_same_store_when_opened_again(path: Path, store: SmallStore) -> None:
    store.put([rendition(1)])
    with closing(SmallStore(str(path))) as other:
        assert other.store_id == store.store_id
        assert other.get(b"\1" * 32, "grid") == rendition(1)


def test_made_anew_it_is_another_store(path: Path) -> None:
    with closing(SmallStore(str(path))) as first:
        known = first.store_id
    path.unlink()
    with closing(SmallStore(str(path))) as second:
        assert second.store_id != known


def test_opening_a_whole_store_waits_for_nobody(path: Path, store: SmallStore) -> None:
    store._connection.execute("BEGIN IMMEDIATE")
    with closing(SmallStore(str(path))) as other:
        assert other.count() == 0
    store._connection.execute("ROLLBACK")


def test_replacing_counts_the_difference(store: SmallStore) -> None:
    store.put([rendition(1, bytes(10)), rendition(2, bytes(5))])
    store.put([rendition(1, bytes(3)), rendition(2, bytes(50))])
    assert ledger.kept(store._connection).small_bytes == 53
    store.remove([b"\1" * 32])
    assert ledger.kept(store._connection).small_bytes == 50


def test_large_ones_make_room(path: Path, tmp_path: Path) -> None:
    files = RenditionFiles(str(tmp_path / "renditions"))
    large = LargeStore(files, str(path), limit_bytes=100)
    for number in (3, 4):
        assert large.put(bytes([number]) * 32, "thumbnail", bytes(40))
    with closing(SmallStore(str(path), room=Room(files, 100))) as store:
        store.put([rendition(1, bytes(30))])
        assert large.find(b"\3" * 32, "thumbnail") is None
        assert large.find(b"\4" * 32, "thumbnail") is not None
        assert large.size() == (100, 30, 40)


def test_they_stay_where_they_alone_exceed_the_limit_and_that_is_said_once(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = RenditionFiles(str(tmp_path / "renditions"))
    large = LargeStore(files, str(path), limit_bytes=100)
    assert large.put(b"\7" * 32, "preview", bytes(90), mime="image/jpeg")
    with closing(SmallStore(str(path), room=Room(files, 100))) as store:
        store.put([rendition(1, bytes(60)), rendition(2, bytes(60))])
        assert not large.size().large_bytes
        assert large.size().too_small
        store.put([rendition(3, bytes(60))])
        assert store.count() == 3
        assert large.put(b"\7" * 32, "preview", b"x", mime="image/jpeg") is None
    assert [one.levelname for one in caplog.records] == ["WARNING"]
    assert "--max_store" in caplog.text
