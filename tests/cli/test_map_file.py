"""A file of map tiles that cannot be used is told, and costs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.server import Server
from support.tiles import archive

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory"),
        (b"a,b,c", "it is no PMTiles file"),
        (archive({(0, 0, 0): b""}, version=2), "it is PMTiles of another version than 3"),
        (archive({(0, 0, 0): b""}), ""),
    ],
)
def test_what_is_said_of_it(tmp_path: Path, content: bytes | None, said: str) -> None:
    path, photos = tmp_path / "map.pmtiles", tmp_path / "photos"
    photos.mkdir()
    if content is not None:
        path.write_bytes(content)
    with Server(photos, "--map_file", str(path)) as server:
        file = server.get("/api/v1/map/file").json()["file"]
        assert server.get("/list").json() == {}
    assert (file is None) == bool(said)
    warned = [line for line in server.log().splitlines() if "--map_file" in line]
    assert len(warned) == bool(said)
    assert all(said in line and str(path) in line for line in warned)
