"""Small files of map tiles, written by the books: PMTiles version 3, Mapbox Vector Tiles 2.1."""

from __future__ import annotations

import gzip
import json
import math
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EXTENT: Final = 4096
POINT, LINE, POLYGON = 1, 2, 3
MVT, PNG = 1, 2
Tile = tuple[int, int, int]
Feature = tuple[int, "Sequence[Sequence[tuple[int, int]]]", "Mapping[str, str | int]"]


def varint(number: int) -> bytes:
    """A number of Protocol Buffers."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _geometry(kind: int, parts: Sequence[Sequence[tuple[int, int]]]) -> bytes:
    out: list[int] = []
    x = y = 0
    for part in parts:
        for at, (to_x, to_y) in enumerate(part):
            if at == 0:
                out.append(1 | 1 << 3)
            elif at == 1:
                out.append(2 | (len(part) - 1) << 3)
            out += [_zigzag(to_x - x), _zigzag(to_y - y)]
            x, y = to_x, to_y
        if kind == POLYGON:
            out.append(7 | 1 << 3)
    return b"".join(map(varint, out))


def vector_tile(layers: Mapping[str, Iterable[Feature]]) -> bytes:
    """A tile with features: kind, parts in units of 1/4096 of its edge, and words."""
    tile = b""
    for name, features in layers.items():
        keys: dict[str, int] = {}
        values: dict[str | int, int] = {}
        layer = _field(15, 2) + _field(1, name.encode())
        for kind, parts, words in features:
            tags = b"".join(
                varint(keys.setdefault(key, len(keys)))
                + varint(values.setdefault(value, len(values)))
                for key, value in words.items()
            )
            layer += _field(
                2, _field(2, tags) + _field(3, kind) + _field(4, _geometry(kind, parts))
            )
        for key in keys:
            layer += _field(3, key.encode())
        for value in values:
            said = _field(1, value.encode()) if isinstance(value, str) else _field(4, value)
            layer += _field(4, said)
        tile += _field(3, layer + _field(5, EXTENT))
    return tile


def tile_at(zoom: int, latitude: float, longitude: float) -> Tile:
    """The tile that a position is in: zoom, column, row."""
    size = 1 << zoom
    up = math.asinh(math.tan(math.radians(latitude))) / math.pi
    return zoom, int((longitude + 180) / 360 * size), int((1 - up) / 2 * size)


def number_of(zoom: int, x: int, y: int) -> int:
    """The number of a tile: those of the levels above, and its place on Hilbert's curve."""
    number = ((1 << 2 * zoom) - 1) // 3
    step = 1 << zoom >> 1
    while step:
        right, down = int(bool(x & step)), int(bool(y & step))
        number += step * step * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = step - 1 - x, step - 1 - y
            x, y = y, x
        step >>= 1
    return number


def directory(entries: Sequence[tuple[int, int, int, int]]) -> bytes:
    """Entries of number, run, length and offset; a run of 0 leads to another directory."""
    out = [varint(len(entries))]
    out += [varint(one[0] - last) for one, last in zip(entries, _before(entries), strict=True)]
    out += [varint(one[1]) for one in entries]
    out += [varint(one[2]) for one in entries]
    out += [varint(one[3] + 1) for one in entries]
    return b"".join(out)


def _before(entries: Sequence[tuple[int, int, int, int]]) -> list[int]:
    return [0, *(one[0] for one in entries)][: len(entries)]


def archive(
    tiles: Mapping[Tile, bytes],
    *,
    kind: int = MVT,
    bounds: tuple[float, float, float, float] = (-180, -85, 180, 85),
    words: Mapping[str, object] | bytes = b"{}",
    version: int = 3,
    compression: int = 2,
) -> bytes:
    """A PMTiles file.

    Args:
        tiles: by zoom, column and row; not yet compressed.
        kind: of the tiles, as the format numbers it.
        bounds: west, south, east, north.
        words: the JSON in it.
        version: of the format.
        compression: of directories and vector tiles; 2 is gzip.
    """
    packed = {number_of(*at): data for at, data in tiles.items()}
    if kind == MVT:
        packed = {at: gzip.compress(data, mtime=0) for at, data in packed.items()}
    entries, data = [], b""
    for at in sorted(packed):
        entries.append((at, 1, len(packed[at]), len(data)))
        data += packed[at]
    root = gzip.compress(directory(entries), mtime=0)
    told = words if isinstance(words, bytes) else json.dumps(words).encode()
    told = gzip.compress(told, mtime=0)
    levels = [zoom for zoom, _, _ in tiles] or [0]
    behind = 127 + len(root)
    head = struct.pack(
        "<7sB11Q6B4iB2i",
        b"PMTiles",
        version,
        *(127, len(root), behind, len(told), behind + len(told), 0, behind + len(told), len(data)),
        *(len(packed), len(packed), len(packed)),
        *(1, compression, compression if kind == MVT else 1, kind, min(levels), max(levels)),
        *(round(side * 10**7) for side in bounds),
        *(max(levels), 0, 0),
    )
    return head + root + told + data
