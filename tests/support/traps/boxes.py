"""HEIC and AVIF whose items lead to themselves, share their bytes, or are made of thousands."""

from __future__ import annotations

import io
import struct
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

import pillow_heif

from support.clips import box, full_box
from support.stills import scene
from support.traps.trap import Trap

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 2**32 - 1
_EDGE = 64


class _Tile(NamedTuple):
    """What a coded picture of 64×64 pixels needs: how it is to be decoded, and its bytes."""

    setup: bytes
    data: bytes


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, beginning, end) of each box of a sound file."""
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], at, at + size
        at += size


@lru_cache(maxsize=1)
def _tile() -> _Tile:
    file = io.BytesIO()
    pillow_heif.from_pillow(scene(_EDGE, _EDGE)).save(file, quality=30)
    data = file.getvalue()
    at = data.index(b"hvcC") - 4
    setup = data[at : at + int.from_bytes(data[at : at + 4], "big")]
    [(start, end)] = [(at, end) for kind, at, end in _boxes(data, 0, len(data)) if kind == b"mdat"]
    return _Tile(setup, data[start + 8 : end])


def _size(width: int, height: int) -> bytes:
    return full_box(b"ispe", struct.pack(">LL", width, height))


class _Heif:
    """A file with one coded tile, item 1, and what else is wanted."""

    def __init__(self, primary: int = 1) -> None:
        self.primary = primary
        self.items: list[tuple[int, bytes]] = [(1, b"hvc1")]
        self.references: list[tuple[bytes, int, list[int]]] = []
        self.properties: list[bytes] = [_tile().setup, _size(_EDGE, _EDGE)]
        self.owned: list[tuple[int, list[int]]] = [(1, [0x81, 2])]
        # Extents in the box `idat`, or, of item 1, in the file.
        self.places: list[tuple[int, int, list[tuple[int, int]]]] = []
        self.inside = b""

    def add(self, item: int, kind: bytes, data: bytes, owned: list[int]) -> None:
        """An item whose bytes stand in the box `idat`."""
        self.items.append((item, kind))
        self.places.append((item, 1, [(len(self.inside), len(data))]))
        self.inside += data
        self.owned.append((item, owned))

    def pack(self, brand: bytes = b"heic", behind: bytes = b"") -> bytes:
        """The file; of the brand `hevc` it has a film behind the picture."""
        head = box(b"ftyp", brand, bytes(4), b"mif1", brand)
        at = len(head) + len(self._meta(0)) + 8
        return head + self._meta(at) + box(b"mdat", _tile().data) + behind

    def _meta(self, at: int) -> bytes:
        entries = b"".join(
            box(b"infe", struct.pack(">LHH", 2 << 24, item, 0), kind, b"\0")
            for item, kind in self.items
        )
        places = [(1, 0, [(at, len(_tile().data))]), *self.places]
        located = b"".join(
            struct.pack(">HHHH", item, method, 0, len(extents))
            + b"".join(struct.pack(">LL", *extent) for extent in extents)
            for item, method, extents in places
        )
        references = b"".join(
            box(kind, struct.pack(f">HH{len(to)}H", item, len(to), *to))
            for kind, item, to in self.references
        )
        owned = b"".join(
            struct.pack(">HB", item, len(numbers)) + bytes(numbers) for item, numbers in self.owned
        )
        return full_box(
            b"meta",
            full_box(b"hdlr", bytes(4), b"pict", bytes(13)),
            full_box(b"pitm", struct.pack(">H", self.primary)),
            full_box(b"iinf", struct.pack(">H", len(self.items)), entries),
            full_box(b"iref", references),
            box(
                b"iprp",
                box(b"ipco", *self.properties),
                full_box(b"ipma", struct.pack(">L", len(self.owned)), owned),
            ),
            box(b"iloc", b"\1\0\0\0\x44\0", struct.pack(">H", len(places)), located),
            box(b"idat", self.inside),
        )


def _grid(columns: int, rows: int, size: tuple[int, int], told: tuple[int, int]) -> bytes:
    """A picture of tiles which are all the same one."""
    file = _Heif(primary=2)
    file.properties.append(_size(*told))
    layout = struct.pack(">BBBBLL", 0, 1, rows - 1, columns - 1, *size)
    file.add(2, b"grid", layout, [3])
    file.references.append((b"dimg", 2, [1] * (columns * rows)))
    return file.pack()


def _itself(kind: bytes, reference: bytes) -> bytes:
    """An item that is made of itself."""
    file = _Heif(primary=2)
    layout = struct.pack(">BBBBHH", 0, 0, 0, 0, _EDGE, _EDGE) if kind == b"grid" else b""
    file.add(2, kind, layout, [2])
    file.references.append((reference, 2, [2]))
    return file.pack()


def _circle() -> bytes:
    """Each is the alpha plane and the thumbnail of the other."""
    file = _Heif()
    file.properties.append(full_box(b"auxC", b"urn:mpeg:hevc:2015:auxid:1\0"))
    file.items.append((2, b"hvc1"))
    file.owned.append((2, [0x81, 2, 3]))
    for kind in (b"auxl", b"thmb"):
        file.references += [(kind, 1, [2]), (kind, 2, [1])]
    return file.pack()


def _shared(count: int) -> bytes:
    """An EXIF item of pieces of which each is all of the file."""
    file = _Heif()
    file.items.append((2, b"Exif"))
    file.places.append((2, 0, [(0, _MOST)] * count))
    file.references.append((b"cdsc", 2, [1]))
    return file.pack()


def _claim() -> bytes:
    file = _Heif()
    file.properties[1] = _size(_MOST, _MOST)
    return file.pack()


def _many_items() -> bytes:
    data = _Heif().pack()
    at = data.index(b"iinf") + 8
    return data[:at] + b"\xff\xff" + data[at + 2 :]


def _many_properties() -> bytes:
    file = _Heif()
    file.properties += [_size(_EDGE, _EDGE)] * 60_000
    return file.pack()


def _overlays() -> bytes:
    """Overlays of overlays, each of two of the one before: 2³⁰ pictures."""
    file = _Heif(primary=31)
    for item in range(2, 32):
        layout = struct.pack(">BBHHHHHHHhhhh", 0, 0, 0, 0, 0, 0, _EDGE, _EDGE, 0, 0, 0, 0, 0)
        file.add(item, b"iovl", layout[:-2], [2])
        file.references.append((b"dimg", item, [item - 1, item - 1]))
    return file.pack()


def _sequence(samples_per_chunk: int) -> bytes:
    """A film beside the picture, whose chunks hold no samples."""
    tile = _tile()
    entry = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HH", _EDGE, _EDGE) + bytes(50)
    table = box(
        b"stbl",
        full_box(b"stsd", struct.pack(">L", 1), box(b"hvc1", entry, tile.setup)),
        full_box(b"stts", struct.pack(">LLL", 1, 10, 1)),
        full_box(b"stsc", struct.pack(">LLLL", 1, 1, samples_per_chunk, 1)),
        full_box(b"stsz", struct.pack(">LL", len(tile.data), 10)),
        full_box(b"stco", struct.pack(">LL", 1, 40)),
    )
    track = box(
        b"trak",
        full_box(b"tkhd", bytes(8), struct.pack(">LLL", 1, 0, 10), bytes(60)),
        box(
            b"mdia",
            full_box(b"mdhd", bytes(8), struct.pack(">LLL", 25, 10, 0)),
            full_box(b"hdlr", bytes(4), b"pict", bytes(13)),
            box(b"minf", full_box(b"vmhd", bytes(8)), table),
        ),
    )
    movie = box(b"moov", full_box(b"mvhd", bytes(8), struct.pack(">LL", 25, 10), bytes(80)), track)
    return _Heif().pack(b"hevc", movie)


BOXES: tuple[Trap, ...] = (
    Trap(
        "heic of 65,280 tiles",
        "tiles.heic",
        partial(_grid, 256, 255, (16_384, 16_320), (16_384, 16_320)),
        "one tile of 64 pixels makes 267 MP",
        "failed",
    ),
    Trap(
        "heic of hidden tiles",
        "hidden.heic",
        partial(_grid, 256, 255, (16_384, 16_320), (64, 64)),
        "the same, which calls itself 64 pixels wide",
        "failed",
    ),
    Trap(
        "heic of 10,000 tiles",
        "many.heic",
        partial(_grid, 100, 100, (6_400, 6_400), (6_400, 6_400)),
        "one tile makes 41 MP: each is decoded anew",
        "failed",
    ),
    Trap(
        "heic of 900 tiles",
        "some.heic",
        partial(_grid, 30, 30, (1_920, 1_920), (1_920, 1_920)),
        "one tile makes 4 MP: as many as libheif lets through",
        "shown",
    ),
    Trap(
        "heic grid of itself",
        "grid.heic",
        partial(_itself, b"grid", b"dimg"),
        "a picture made of itself",
        "shown",
    ),
    Trap(
        "heic turned itself",
        "turned.heic",
        partial(_itself, b"iden", b"dimg"),
        "a picture derived of itself",
        "shown",
    ),
    Trap("heic in a circle", "circle.heic", _circle, "alpha planes of each other", "failed"),
    Trap("heic overlays", "overlays.heic", _overlays, "thirty doublings of one picture", "failed"),
    Trap(
        "heic extents",
        "extents.heic",
        partial(_shared, 60_000),
        "60,000 extents that each hold the file",
        "failed",
    ),
    Trap("heic of 18 EP", "claim.heic", _claim, "2³² pixels a side", "failed"),
    Trap("heic of 65,535 items", "items.heic", _many_items, "of which one is there", "failed"),
    Trap("heic properties", "properties.heic", _many_properties, "60,000 properties", "failed"),
    Trap(
        "heic sequence",
        "sequence.heic",
        partial(_sequence, 0),
        "no samples in a chunk: 792 bytes that crashed libheif, CVE-2026-32738",
        "failed",
    ),
    Trap(
        "heic sequence of 2³² samples",
        "samples.heic",
        partial(_sequence, _MOST),
        "more samples than bytes",
        "failed",
    ),
)
