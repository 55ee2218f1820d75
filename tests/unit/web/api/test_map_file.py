"""The map's own file, told of and sent as it is now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from media_server.library import map_file
from media_server.media.pmtiles import read_tile_file
from support.site import Site
from support.tiles import archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from media_server.media.pmtiles import TileFile
    from support.library import Served

ABOUT, BYTES = "/api/v1/map/file", "/api/v1/map/tiles"
TILES = archive({(0, 0, 0): b"a", (5, 3, 4): b"b"}, bounds=(12, 41, 13, 42), words={"name": "Rome"})
OTHERS = archive({(2, 0, 0): b"c"}, words={"name": "Paris"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "map.pmtiles"
    found.write_bytes(TILES)
    return found


@pytest.fixture
def site(quick: Served, path: Path) -> Site:
    quick.run()
    return Site(quick, map_file=str(path))


def test_what_it_is(site: Site) -> None:
    told = site.get(ABOUT)["file"]
    assert told.pop("version")
    assert told == {
        "kind": "vector",
        "min_zoom": 0,
        "max_zoom": 5,
        "west": 12,
        "south": 41,
        "east": 13,
        "north": 42,
        "name": "Rome",
        "attribution": "",
    }


def test_its_bytes_come_in_ranges(site: Site) -> None:
    whole = site.ask(BYTES)
    assert (whole.status, whole.body) == (200, TILES)
    assert whole.headers["etag"] == f'"{site.get(ABOUT)["file"]["version"]}"'
    assert whole.headers["content-type"] == "application/vnd.pmtiles"
    assert whole.headers["cache-control"] == "private, no-cache"
    part = site.ask(BYTES, range="bytes=0-126")
    assert (part.status, part.body) == (206, TILES[:127])
    assert site.ask(BYTES, if_none_match=whole.headers["etag"]).status == 304
    assert site.refused(BYTES, range="bytes=99999999-") == (416, "bad_range")


def test_another_file_in_its_place_is_noticed(site: Site, path: Path) -> None:
    before = site.get(ABOUT)["file"]["version"]
    path.write_bytes(OTHERS)
    os.utime(path, ns=(1, 10**18))
    told = site.get(ABOUT)["file"]
    assert (told["name"], told["version"] != before) == ("Paris", True)
    assert site.ask(BYTES).body == OTHERS


def test_a_file_that_is_none_of_tiles_is_neither_told_nor_sent(site: Site, path: Path) -> None:
    path.write_bytes(b"root:x:0:0")
    assert site.get(ABOUT) == {"file": None}
    assert site.refused(BYTES) == (404, "not_found")


def test_what_is_sent_is_what_was_looked_at(
    site: Site, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles, other = path.rename(path.with_name("tiles")), path.with_name("passwords")
    other.write_bytes(b"root:x:0:0")
    path.symlink_to(tiles)

    def read_and_swap(read: Callable[[int, int], bytes]) -> TileFile:
        found = read_tile_file(read)
        path.unlink()
        path.symlink_to(other)
        return found

    monkeypatch.setattr(map_file, "read_tile_file", read_and_swap)
    assert site.ask(BYTES).body == TILES


@pytest.mark.parametrize("kind", ["gone", "folder", "pipe"])
def test_a_file_that_cannot_be_had(site: Site, path: Path, kind: str) -> None:
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)  # whose other end nobody opens
    assert site.get(ABOUT) == {"file": None}
    assert site.refused(BYTES) == (404, "not_found")


def test_without_one(quick: Served) -> None:
    quick.run()
    site = Site(quick)
    assert site.get(ABOUT) == {"file": None}
    assert site.refused(BYTES) == (404, "not_found")
