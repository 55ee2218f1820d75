"""The head of a PMTiles file: which tiles of a map it has. The tiles are read by browsers alone.

Source: PMTiles, version 3 (github.com/protomaps/PMTiles, `spec/v3/spec.md`): 127 bytes, numbers in
little endian, then anywhere in the file directories, tiles, and a JSON object with what people
should know.
"""

from __future__ import annotations

import html
import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from media_server.media.errors import (
    CorruptError,
    TruncatedError,
    UnrecognisedError,
    UnsupportedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TileKind = Literal["vector", "png", "jpeg", "webp", "avif"]

HEAD_BYTES: Final = 127
_MAGIC: Final = b"PMTiles"
_VERSION: Final = 3
# 11 offsets and counts, then: clustered, compression of directories, of tiles, type of tiles,
# zooms, bounds in 1/10,000,000 of a degree (west, south, east, north), and the middle.
_HEAD: Final = struct.Struct("<8x 11Q 6B 4i B 2i")
_KINDS: Final[dict[int, TileKind]] = {1: "vector", 2: "png", 3: "jpeg", 4: "webp", 5: "avif"}
_NONE, _GZIP = 1, 2
_DEEPEST: Final = 26  # numbers of tiles beyond it are no sound numbers in a browser
_DEGREE: Final = 10**7
_MOST_WORDS_BYTES: Final = 1 << 20
_MOST_INFLATED_BYTES: Final = 4 << 20
_MOST_SIGNS: Final = 200
_MARKUP: Final = re.compile(r"<[^<>]{0,1000}>")


@dataclass(frozen=True, slots=True)
class TileFile:
    """What a PMTiles file has.

    Attributes:
        kind: what its tiles are; `vector` is Mapbox Vector Tiles.
        min_zoom, max_zoom: the shallowest and deepest level, 0 to 26.
        west, south, east, north: what it is about, in WGS 84 degrees.
        name: what it calls itself, plain text of at most 200 signs; may be empty.
        attribution: whose data it is, the same.
    """

    kind: TileKind
    min_zoom: int
    max_zoom: int
    west: float
    south: float
    east: float
    north: float
    name: str
    attribution: str


class _Words(msgspec.Struct, frozen=True):
    name: object = ""
    attribution: object = ""


def read_tile_file(read: Callable[[int, int], bytes]) -> TileFile:
    """Read the head, and the words for people.

    Args:
        read: gives bytes from an offset on, at most so many; fewer at the file's end.

    Raises:
        UnrecognisedError: it is no PMTiles file.
        UnsupportedError: of another version, or of a kind that browsers cannot show.
        TruncatedError: it ends within its head.
        CorruptError: its levels contradict each other.
    """
    head = read(0, HEAD_BYTES)
    if not head.startswith(_MAGIC):
        raise UnrecognisedError("it is no PMTiles file")
    if head[7:8] != bytes([_VERSION]):
        raise UnsupportedError("it is PMTiles of another version than 3")
    if len(head) < HEAD_BYTES:
        raise TruncatedError("it ends within its head")
    numbers = _HEAD.unpack(head)
    words_at, words_bytes = numbers[2:4]
    inner, outer, kind, min_zoom, max_zoom = numbers[12:17]
    if kind not in _KINDS:
        raise UnsupportedError("its tiles are neither vectors (MVT) nor pictures")
    if inner not in (_NONE, _GZIP) or outer not in (_NONE, _GZIP):
        raise UnsupportedError("it is compressed in another way than by gzip")
    if not min_zoom <= max_zoom <= _DEEPEST:
        raise CorruptError("its levels contradict each other")
    name, attribution = _words(read, words_at, words_bytes, is_gzip=inner == _GZIP)
    west, south, east, north = _bounds(*numbers[17:21])
    return TileFile(_KINDS[kind], min_zoom, max_zoom, west, south, east, north, name, attribution)


def _bounds(*sides: int) -> tuple[float, float, float, float]:
    """As given; the whole world where they are none."""
    west, south, east, north = (one / _DEGREE for one in sides)
    if -180 <= west < east <= 180 and -90 <= south < north <= 90:
        return west, south, east, north
    return -180.0, -90.0, 180.0, 90.0


def _words(
    read: Callable[[int, int], bytes], offset: int, size_bytes: int, *, is_gzip: bool
) -> tuple[str, str]:
    """Name and attribution; empty where they cannot be had, as the map does not need them."""
    if not 0 < size_bytes <= _MOST_WORDS_BYTES or offset >= 2**62:
        return "", ""
    try:
        data = read(offset, size_bytes)
        if is_gzip:
            data = zlib.decompressobj(wbits=31).decompress(data, _MOST_INFLATED_BYTES)
        words = msgspec.json.decode(data, type=_Words)
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", ""
    return _plain(words.name), _plain(words.attribution)


def _plain(value: object) -> str:
    """Text without the links that attributions are written with, on one line."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(_MARKUP.sub("", value[:10_000]))
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[
        :_MOST_SIGNS
    ]
