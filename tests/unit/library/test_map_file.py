"""The user's own file of map tiles: noticed when it changes, and waited for by nobody else."""

from __future__ import annotations

import os
import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from media_server.library import map_file
from media_server.library.map_file import MapFile
from media_server.media.pmtiles import read_tile_file
from support.tiles import archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from media_server.media.pmtiles import TileFile

ROME, PERU = (
    archive({(0, 0, 0): b"a"}, bounds=bounds, words={"name": "Here"})
    for bounds in ((12, 41, 13, 42), (-77, -13, -76, -12))
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "map.pmtiles"
    found.write_bytes(ROME)
    return found


def test_a_copy_that_keeps_size_and_time_is_another_version(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pmtiles"
    other.write_bytes(PERU)
    os.utime(path, ns=(10**18, 10**18))
    shutil.copystat(path, other)
    assert len(ROME) == len(PERU)
    file = MapFile(str(path))
    before = file.look()
    shutil.copy2(other, path)
    after = file.look()
    assert (before[1].west, after[1].west) == (12, -77)
    assert before[0] != after[0]


def test_what_is_opened_is_what_was_looked_at(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, other = tmp_path / "link", tmp_path / "passwords"
    other.write_bytes(b"root:x:0:0")
    link.symlink_to(path)

    def read_and_swap(read_some: Callable[[int, int], bytes]) -> TileFile:
        found = read_tile_file(read_some)
        link.unlink()
        link.symlink_to(other)
        return found

    monkeypatch.setattr(map_file, "read_tile_file", read_and_swap)
    opened, has = MapFile(str(link)).open()
    assert (has.west, opened.read_at(0, 99_999)) == (12, ROME)
    opened.close()


def test_nobody_waits_for_the_disk_of_another(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, answered = threading.Event(), threading.Event()

    def read_first_never(read_some: Callable[[int, int], bytes]) -> TileFile:
        if not hanging.is_set():
            hanging.set()
            answered.wait()
        return read_tile_file(read_some)

    monkeypatch.setattr(map_file, "read_tile_file", read_first_never)
    file, found = MapFile(str(path)), list[str]()
    first = threading.Thread(target=file.look)
    second = threading.Thread(target=lambda: found.append(file.look()[1].name))
    first.start()
    hanging.wait()
    second.start()
    second.join(5)
    try:
        assert found == ["Here"]
    finally:
        answered.set()
        first.join()
        second.join()
