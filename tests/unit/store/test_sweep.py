"""Files and rows that have parted come together again."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from media_server.model.digest import Digest
from media_server.store.files import RenditionFiles
from media_server.store.large import LargeStore
from media_server.store.sweep import Swept, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def digest(number: int) -> Digest:
    return Digest(bytes([number % 7]) + number.to_bytes(31, "big"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LargeStore]:
    files = RenditionFiles(str(tmp_path / "renditions"))
    database_path = str(tmp_path / "renditions.sqlite")
    with closing(LargeStore(files, database_path, limit_bytes=1_000)) as store:
        yield store


def plant(store: LargeStore, number: int, kind: str, data: bytes, *, mtime_s: int = 0) -> str:
    """A file without a row."""
    path = store.path(digest(number), kind)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.utime(path, (mtime_s, mtime_s))
    return path


def test_of_a_sound_store_changes_nothing(store: LargeStore) -> None:
    store.put(digest(1), "thumbnail", bytes(10))
    store.put(digest(1), "preview", bytes(10), mime="image/webp")
    assert sweep(store, pause_s=0) == Swept(0, 0, 0)
    assert store.size().large_bytes == 20


def test_of_a_store_without_rows_keeps_the_newest_within_the_limit(store: LargeStore) -> None:
    for number in range(600):
        plant(store, number, "thumbnail", bytes(10), mtime_s=number)
    assert sweep(store, pause_s=0).adopted == 600
    assert store.size().large_bytes == 1_000
    assert {number for number in range(600) if store.find(digest(number), "thumbnail")} == set(
        range(500, 600)
    )
    assert store.put(digest(1_000), "thumbnail", bytes(10))


def test_a_file_of_a_type_nobody_knows_and_an_empty_one_go(store: LargeStore) -> None:
    paths = [plant(store, 1, "preview", b"data"), plant(store, 2, "thumbnail", b"")]
    assert sweep(store, pause_s=0) == Swept(0, 2, 0)
    assert not any(map(os.path.exists, paths))


def test_a_row_whose_file_somebody_deleted_goes(store: LargeStore) -> None:
    for number in range(3):
        store.put(digest(number), "thumbnail", bytes(10))
    os.unlink(store.path(digest(1), "thumbnail"))
    assert sweep(store, pause_s=0) == Swept(0, 0, 1)
    assert store.size().large_bytes == 20


def test_what_is_being_written_is_left_alone(tmp_path: Path) -> None:
    swept = []

    class Watched(RenditionFiles):
        def write(self, incoming: str, data: bytes) -> None:
            swept.append(sweep(watched, pause_s=0))
            super().write(incoming, data)
            swept.append(sweep(watched, pause_s=0))

    files = Watched(str(tmp_path / "renditions"))
    with closing(LargeStore(files, str(tmp_path / "renditions.sqlite"))) as watched:
        assert watched.put(digest(1), "thumbnail", b"data")
        assert swept == [(0, 0, 0)] * 2
        assert watched.find(digest(1), "thumbnail")


def test_names_that_are_not_ours_are_left_alone(store: LargeStore) -> None:
    store.put(digest(1), "thumbnail", bytes(10))
    folder = os.path.dirname(store.path(digest(1), "thumbnail"))
    strange = [f"{folder}/note.txt", f"{folder}/{'0' * 64}", f"{folder}/{'ff' * 32}.png"]
    for path in strange:
        with open(path, "wb") as file:
            file.write(b"x")
    os.mkdir(store.path(digest(8), "thumbnail"))
    assert sweep(store, pause_s=0) == Swept(0, 0, 0)
    assert all(map(os.path.exists, strange))


def test_a_limit_that_was_higher_before_is_kept_again(store: LargeStore) -> None:
    for number in range(3):
        store.put(digest(number), "thumbnail", bytes(300))
    store.room.limit_bytes = 600
    assert sweep(store, pause_s=0) == Swept(0, 0, 0)
    assert store.size().large_bytes == 600
    assert store.find(digest(0), "thumbnail") is None
