"""Small renditions: nothing half-written, and always there to be made anew."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from media_server.store import small
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


def nothing(path: Path) -> None:
    path.write_bytes(b"no database" * 1_000)


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE rendition (something)")


def other_state(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE store_state (id INTEGER PRIMARY KEY)")


@pytest.mark.parametrize("damage", [nothing, foreign, other_state])
def test_file_that_is_no_store_is_replaced(path: Path, damage: object) -> None:
    SmallStore(str(path)).close()
    damage(path)  # type: ignore[operator]
    with closing(SmallStore(str(path))) as store:
        store.put([rendition(1)])
        assert store.count() == 1


def test_opening_a_whole_store_waits_for_nobody(path: Path, store: SmallStore) -> None:
    store._connection.execute("BEGIN IMMEDIATE")
    with closing(SmallStore(str(path))) as other:
        assert other.count() == 0
    store._connection.execute("ROLLBACK")


def test_mend_removes_a_damaged_store_and_no_other(path: Path) -> None:
    with closing(SmallStore(str(path))) as store:
        store.put([rendition(number, os.urandom(50_000)) for number in range(20)])
    small.mend(str(path))
    assert path.exists()
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(4096 * page)
            file.write(os.urandom(100))
    small.mend(str(path))
    assert not path.exists()
