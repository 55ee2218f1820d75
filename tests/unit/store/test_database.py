"""The store's file: damage is replaced, and what an older version kept is counted."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from media_server.store import database, ledger
from media_server.store.database import open_database, writing
from media_server.store.small import Rendition, SmallStore

if TYPE_CHECKING:
    from pathlib import Path


def rendition(number: int = 1, data: bytes = b"data") -> Rendition:
    return Rendition(bytes([number]) * 32, "grid", "image/webp", 4, 3, False, data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "renditions.sqlite"


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


def other_large(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE large_rendition (id INTEGER PRIMARY KEY)")


def other_sums(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY)")


@pytest.mark.parametrize("damage", [nothing, foreign, other_state, other_large, other_sums])
def test_file_that_is_no_store_is_replaced(path: Path, damage: object) -> None:
    SmallStore(str(path)).close()
    damage(path)  # type: ignore[operator]
    with closing(SmallStore(str(path))) as store:
        store.put([rendition(1)])
        assert store.count() == 1


def test_file_that_is_no_store_is_not_replaced_under_others(path: Path) -> None:
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(sqlite3.DatabaseError):
        open_database(str(path))
    assert path.stat().st_size == 11_000


def test_what_a_version_without_sums_has_kept_is_counted(path: Path) -> None:
    with closing(SmallStore(str(path))) as store:
        store.put([rendition(1, bytes(10)), rendition(2, bytes(20))])
    with closing(sqlite3.connect(path)) as connection:
        for kind, name in connection.execute(
            "SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR name IN "
            "('kept', 'large_rendition')"
        ).fetchall():
            connection.execute(f"DROP {kind} IF EXISTS {name}")
    for _ in range(2):
        with closing(open_database(str(path))) as connection:
            assert ledger.kept(connection) == (30, 0, False)


def test_a_transaction_is_kept_whole_or_not_at_all(path: Path) -> None:
    with closing(open_database(str(path))) as connection:
        with pytest.raises(KeyError), writing(connection):
            connection.execute("UPDATE kept SET small_bytes = 7")
            raise KeyError
        assert ledger.kept(connection).small_bytes == 0


def test_mend_removes_a_damaged_store_and_no_other(path: Path) -> None:
    with closing(SmallStore(str(path))) as store:
        store.put([rendition(number, os.urandom(50_000)) for number in range(20)])
    database.mend(str(path))
    assert path.exists()
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(4096 * page)
            file.write(os.urandom(100))
    database.mend(str(path))
    assert not path.exists()
