"""The head of PMTiles files, sound and otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.errors import (
    CorruptError,
    MediaError,
    TruncatedError,
    UnrecognisedError,
    UnsupportedError,
)
from media_server.media.pmtiles import TileFile, read_tile_file
from support.tiles import PNG, archive

if TYPE_CHECKING:
    from collections.abc import Callable

TILES = {(0, 0, 0): b"", (3, 1, 2): b"tile"}
OSM = '<a href="https://www.openstreetmap.org/copyright">&copy; OpenStreetMap</a> contributors'


def reader(data: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, most: data[offset : offset + most]


def read(data: bytes) -> TileFile:
    return read_tile_file(reader(data))


def test_what_it_has() -> None:
    found = read(
        archive(TILES, bounds=(12, 41, 13, 42.5), words={"name": "Rome", "attribution": OSM})
    )
    assert found == TileFile(
        "vector", 0, 3, 12, 41, 13, 42.5, "Rome", "© OpenStreetMap contributors"
    )
    assert read(archive(TILES, kind=PNG)).kind == "png"


@pytest.mark.parametrize(
    ("words", "attribution"),
    [
        (b"", ""),
        (b"[]", ""),
        (b"{", ""),
        (b"\xff", ""),
        (b"[" * 100_000, ""),
        ({"attribution": 7}, ""),
        ({"attribution": "a\n\x00<b>b</b>\u202e c"}, "a b c"),
        ({"attribution": "<" * 3_000_000}, "<" * 200),
        ({"attribution": "x" * 500}, "x" * 200),
        (b'{"attribution":"x","more":"' + b" " * (5 << 20) + b'"}', ""),
    ],
)
def test_words_that_cannot_be_had_are_left_out(words: Any, attribution: str) -> None:
    assert read(archive(TILES, words=words)).attribution == attribution


def test_where_it_is_unknown_it_is_the_world() -> None:
    found = read(archive(TILES, bounds=(0, 0, 0, 0)))
    assert (found.west, found.south, found.east, found.north) == (-180, -90, 180, 90)


SOUND = archive(TILES)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnrecognisedError),
        (b"<!doctype html>", UnrecognisedError),
        (b"PMTiles\x03", TruncatedError),
        (archive(TILES, version=2), UnsupportedError),
        (archive(TILES, compression=3), UnsupportedError),
        (archive(TILES, kind=6), UnsupportedError),
        (SOUND[:100] + b"\x09\x03" + SOUND[102:], CorruptError),
        (SOUND[:100] + b"\x00\x63" + SOUND[102:], CorruptError),
    ],
)
def test_what_cannot_be_shown_is_refused(data: bytes, error: type[MediaError]) -> None:
    with pytest.raises(error):
        read(data)


@given(at=st.integers(0, 126), data=st.binary(max_size=80))
def test_damage_anywhere_is_an_error_or_within_bounds(at: int, data: bytes) -> None:
    damaged = bytearray(SOUND)
    damaged[at : at + len(data)] = data
    asked = []

    def read_some(offset: int, most: int) -> bytes:
        asked.append(most)
        return bytes(damaged[offset : offset + most])

    try:
        found = read_tile_file(read_some)
    except MediaError:
        return
    assert max(asked) <= 1 << 20
    assert -180 <= found.west < found.east <= 180
    assert -90 <= found.south < found.north <= 90
    assert 0 <= found.min_zoom <= found.max_zoom <= 26
    assert all(len(one) <= 200 for one in (found.name, found.attribution))
