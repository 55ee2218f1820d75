"""Large renditions: what has its final name is whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from media_server.model.digest import Digest
from media_server.store.large import LargeStore
from support.powers import obeying_permissions

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = Digest(b"\1" * 32), Digest(b"\2" * 32)


@pytest.fixture
def store(tmp_path: Path) -> LargeStore:
    return LargeStore(str(tmp_path / "renditions"), {"thumbnail": ".png", "preview": ".webp"})


def names(store: LargeStore) -> set[str]:
    return {name for _, _, found in os.walk(store.folder) for name in found}


def test_gives_back_what_was_put(store: LargeStore) -> None:
    path = store.put(ONE, "thumbnail", b"data")
    assert path == store.path(ONE, "thumbnail")
    with open(path, "rb") as file:
        assert file.read() == b"data"
    assert names(store) == {f"{ONE}.png"}


def test_later_one_replaces_the_earlier(store: LargeStore) -> None:
    store.put(ONE, "thumbnail", b"longer data")
    with open(store.put(ONE, "thumbnail", b"new"), "rb") as file:
        assert file.read() == b"new"


def test_removes_all_kinds_of_an_asset(store: LargeStore) -> None:
    store.put(ONE, "thumbnail", b"x")
    store.put(ONE, "preview", b"x")
    store.put(TWO, "preview", b"x")
    store.remove([ONE, Digest(b"\7" * 32)])
    assert names(store) == {f"{TWO}.webp"}


def test_failure_leaves_nothing_behind(store: LargeStore) -> None:
    os.makedirs(os.path.dirname(store.path(ONE, "thumbnail")))
    os.mkdir(store.path(ONE, "thumbnail"))  # a file cannot take a folder's place
    with pytest.raises(OSError, match="directory"):
        store.put(ONE, "thumbnail", b"x")
    assert names(store) == set()


def test_folder_that_may_not_be_written(store: LargeStore) -> None:
    os.chmod(os.path.join(store.folder, "incoming"), 0o555)
    with obeying_permissions(), pytest.raises(PermissionError):
        store.put(ONE, "thumbnail", b"x")
    assert names(store) == set()


def test_clears_what_a_killed_process_left(store: LargeStore) -> None:
    store.put(ONE, "thumbnail", b"x")
    left = os.path.join(store.folder, "incoming", "half")
    with open(left, "wb") as file:
        file.write(b"ha")
    store.clear_incoming()
    assert names(store) == {f"{ONE}.png"}
