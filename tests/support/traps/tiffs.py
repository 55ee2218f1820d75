"""TIFF directories that loop, lie about lengths, or say what cannot be: files, EXIF blocks."""

from __future__ import annotations

import struct
from functools import partial

from support.stills import ASCII, LONG, RATIONAL, SHORT, Row, directory, jpeg, scene, text
from support.traps.stills import chunk, claiming, packed_zeros, png
from support.traps.trap import Trap

UNDEFINED, DOUBLE = 7, 12
_EXIF, _GPS = 0x8769, 0x8825
_SIDE = 8
_MOST = 2**32 - 1


def _rows(width: int, height: int, *changes: Row, bands: int = 3) -> list[Row]:
    """The main rows of a picture whose pixels stand behind the header; later ones replace."""
    usual: list[Row] = [
        (0x0100, LONG, [width]),
        (0x0101, LONG, [height]),
        (0x0102, SHORT, [8] * bands),
        (0x0103, SHORT, [1]),
        (0x0106, SHORT, [2 if bands == 3 else 1]),
        (0x0111, LONG, [8]),
        (0x0115, SHORT, [bands]),
        (0x0116, LONG, [height]),
        (0x0117, LONG, [width * height * bands]),
    ]
    return list({row[0]: row for row in (*usual, *changes)}.values())


def tiff(rows: list[Row], pixels: bytes, behind: bytes = b"", following: int = 0) -> bytes:
    """A TIFF whose pixels come first."""
    pixels += bytes(len(pixels) % 2)
    at = 8 + len(pixels)
    return struct.pack("<2sHL", b"II", 42, at) + pixels + directory(rows, at, following) + behind


_PIXELS = bytes(_SIDE * _SIDE * 3)


def _small(*changes: Row, following: int = 0, behind: bytes = b"") -> bytes:
    return tiff(_rows(_SIDE, _SIDE, *changes), _PIXELS, behind, following)


def _pages(count: int) -> bytes:
    """Sound pages of the same pixels, every one leading to the next."""
    first = len(_small())
    rows = _rows(_SIDE, _SIDE, (0x0102, SHORT, [8]), (0x0115, SHORT, [1]), (0x0106, SHORT, [1]))
    page = directory(rows, 0)[:-4]
    step = len(page) + 4
    starts = range(first + step, first + step * count, step)
    pages = b"".join(page + struct.pack("<L", at) for at in starts)
    return _small(following=first, behind=pages + page + bytes(4))


def claim(data: bytes, tag: int, count: int, value: int, kind: int | None = None) -> bytes:
    """The same, whose last entry of a tag says another count and value."""
    found = max(
        at
        for form in (1, 2, 3, 4, 5, 7, 12)
        if (at := data.rfind(struct.pack("<HH", tag, form))) >= 0
    )
    old = struct.unpack_from("<H", data, found + 2)[0]
    row = struct.pack("<HHLL", tag, kind or old, count, value)
    return data[:found] + row + data[found + 12 :]


def _big(entries: int, offset: int) -> bytes:
    head = b"II+\0" + struct.pack("<HHQ", 8, 0, 16 if entries else offset)
    return head + struct.pack("<QHHQQ", entries, 0x0100, 4, 2**63, offset) * bool(entries)


def _tiles() -> bytes:
    rows = _rows(14_000, 14_000)
    rows = [row for row in rows if row[0] not in (0x0111, 0x0116, 0x0117)]
    rows += [(0x0142, LONG, [16]), (0x0143, LONG, [16]), (0x0144, LONG, [8]), (0x0145, LONG, [768])]
    return claim(claim(tiff(rows, _PIXELS), 0x0144, 765_625, 8), 0x0145, 765_625, 8)


def _packed(width: int, height: int, *, tiled: bool = False) -> bytes:
    pixels = packed_zeros(width * height * 3)
    rows = _rows(width, height, (0x0103, SHORT, [8]), (0x0117, LONG, [len(pixels)]))
    if tiled:
        parts = {0x0111: 0x0144, 0x0117: 0x0145}
        rows = [(parts.get(row[0], row[0]), *row[1:]) for row in rows if row[0] != 0x0116]
        rows += [(0x0142, LONG, [width]), (0x0143, LONG, [height])]
    return tiff(rows, pixels)


def _with_jpeg() -> bytes:
    pixels = claiming(jpeg(scene(_SIDE, _SIDE)), 65_500, 65_500)
    return tiff(_rows(_SIDE, _SIDE, (0x0103, SHORT, [7]), (0x0117, LONG, [len(pixels)])), pixels)


# EXIF


def exif(main: list[Row], inner: list[Row] | None = None, behind: bytes = b"") -> bytes:
    """A block: a main directory that leads to an EXIF one where `inner` is given."""
    if inner is None:
        return struct.pack("<2sHL", b"II", 42, 8) + directory(main, 8) + behind
    at = 8 + len(directory([*main, (_EXIF, LONG, [0])], 8))
    block = directory([*main, (_EXIF, LONG, [at])], 8) + directory(inner, at)
    return struct.pack("<2sHL", b"II", 42, 8) + block + behind


def with_exif(block: bytes) -> bytes:
    """A sound JPEG with an EXIF block."""
    sound, part = jpeg(scene(400, 300)), b"Exif\0\0" + block
    return sound[:2] + b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part + sound[2:]


def _cycle() -> bytes:
    """The directories lead to themselves and to each other."""
    block = exif([(0x010F, ASCII, text("Nobody")), (_EXIF, LONG, [8]), (_GPS, LONG, [8])])
    return block.replace(bytes(4) + b"Nobody", struct.pack("<L", 8) + b"Nobody")


def _gps(kind: int, raw: bytes) -> bytes:
    """Latitude and longitude of three numbers each, whatever they are."""
    at = 8 + 2 + 12 + 4
    values_at = at + 2 + 4 * 12 + 4
    entry = struct.pack("<HHLL", 2, kind, 3, values_at) + struct.pack("<HHL4s", 3, 2, 2, b"E")
    entry = struct.pack("<HHL4s", 1, 2, 2, b"N") + entry
    entry += struct.pack("<HHLL", 4, kind, 3, values_at)
    below = struct.pack("<H", 4) + entry + bytes(4) + raw
    return exif([(_GPS, LONG, [at])]) + below


def _thumbnail(picture: bytes) -> bytes:
    main = directory([(0x0112, SHORT, [1])], 8)
    at = 8 + len(main)
    rows: list[Row] = [(0x0103, SHORT, [6]), (0x0201, LONG, [0]), (0x0202, LONG, [len(picture)])]
    start = at + len(directory(rows, at))
    rows[1] = (0x0201, LONG, [start])
    main = directory([(0x0112, SHORT, [1])], 8, at)
    return struct.pack("<2sHL", b"II", 42, 8) + main + directory(rows, at) + picture


def _maker_loop() -> bytes:
    note = b"Apple iOS\0\0\1MM" + struct.pack(">H", 2)
    note += struct.pack(">HHLL", 0x0011, 2, _MOST, 0) + struct.pack(">HHLL", 0x0003, 7, _MOST, 14)
    note += struct.pack(">L", 14)
    rows: list[Row] = [(0x927C, 1, list(note))]
    return claim(exif([(0x010F, ASCII, text("Apple"))], rows), 0x927C, len(note), 0x38, UNDEFINED)


def _dated(stamp: str) -> bytes:
    return exif([], [(0x9003, ASCII, text(stamp)), (0x9291, ASCII, text("9" * 30))])


def _long_comment() -> bytes:
    words = list(b"UNICODE\0" + b"x\0" * 500_000)
    return png((1, 1), chunk(b"eXIf", exif([], [(0x9286, 1, words)])))


def _bad_utf16() -> bytes:
    words = list(b"\0\xd8\0\xd8\0\xdc" * 20 + b"x")
    return exif([(0x9C9B, 1, words), (0x9C9E, 1, words)], [(0x9286, 1, list(b"UNICODE\0") + words)])


TIFFS: tuple[Trap, ...] = (
    Trap(
        "tiff loop",
        "loop.tif",
        lambda: _small(following=8 + len(_PIXELS)),
        "the second page is the first",
        "shown",
    ),
    Trap(
        "tiff of 65,000 pages",
        "pages.tif",
        partial(_pages, 65_000),
        "each page may be counted",
        "shown",
    ),
    Trap(
        "tiff strip of 4 GB",
        "strip.tif",
        lambda: claim(_small(), 0x0117, 1, _MOST),
        "one strip, longer than the file",
        "shown",
    ),
    Trap(
        "tiff of 2³² strips",
        "strips.tif",
        lambda: claim(claim(_small(), 0x0111, _MOST, 8), 0x0117, _MOST, 8),
        "lists of 16 GB",
        "truncated",
    ),
    Trap(
        "tiff strip packed",
        "packed.tif",
        partial(_packed, 14_000, 14_000),
        "one strip of 590 kB that unpacks to 588 MB",
        "shown",
    ),
    Trap(
        "tiff tile packed",
        "tile.tif",
        partial(_packed, 14_000, 14_000, tiled=True),
        "the same as one tile, which would be unpacked as a whole",
        "failed",
    ),
    Trap(
        "bigtiff far away",
        "far.tif",
        partial(_big, 0, 2**63 - 1),
        "a directory at 2⁶³",
        "truncated",
    ),
    Trap(
        "bigtiff of 2⁶³ entries",
        "entries.tif",
        partial(_big, 2**63, 2**62),
        "a directory without end",
        "failed",
    ),
    Trap(
        "tiff of small tiles", "tiles.tif", _tiles, "765,625 tiles that are not there", "truncated"
    ),
    Trap(
        "tiff of 65,535 channels",
        "channels.tif",
        lambda: _small((0x0115, SHORT, [65_535])),
        "12 MB a row",
        "failed",
    ),
    Trap("tiff with a jpeg", "jpeg.tif", _with_jpeg, "64 pixels, in a JPEG of 4.3 GP", "failed"),
    Trap(
        "tiff below itself",
        "below.tif",
        lambda: _small((0x014A, LONG, [8 + len(_PIXELS)] * 500)),
        "500 directories below the first, each the first",
        "shown",
    ),
    Trap(
        "exif cycle",
        "cycle.jpg",
        lambda: with_exif(_cycle()),
        "directories lead in circles",
        "shown",
    ),
    Trap(
        "exif count of 2³²",
        "count.jpg",
        lambda: with_exif(claim(exif([(0x010F, ASCII, text("Nobody"))]), 0x010F, _MOST, 8)),
        "a text of 4 GB",
        "shown",
    ),
    Trap(
        "exif orientation 9",
        "orientation.jpg",
        lambda: with_exif(exif([(0x0112, SHORT, [9])])),
        "one more than there are",
        "shown",
    ),
    Trap(
        "exif ratios by zero",
        "ratios.jpg",
        lambda: with_exif(
            exif([], [(tag, RATIONAL, [1, 0]) for tag in (0x829A, 0x829D, 0x9202, 0x920A)])
        ),
        "exposure, aperture and focal length of n / 0",
        "shown",
    ),
    Trap(
        "gps 0 / 0",
        "gps zero.jpg",
        lambda: with_exif(_gps(RATIONAL, bytes(24))),
        "a place of 0 / 0 degrees",
        "shown",
    ),
    Trap(
        "gps nan",
        "gps nan.jpg",
        lambda: with_exif(_gps(DOUBLE, struct.pack("<3d", *[float("nan")] * 2, float("inf")))),
        "a place that is no number: JSON has none for it",
        "shown",
    ),
    Trap(
        "exif date 0000-99-99",
        "date.jpg",
        lambda: with_exif(_dated("0000:99:99 99:99:99")),
        "no day of any calendar",
        "undated",
    ),
    Trap(
        "exif date 9999-12-31",
        "late.jpg",
        lambda: with_exif(_dated("9999:12:31 23:59:60")),
        "beyond what 64 bits of nanoseconds hold",
        "shown",
    ),
    Trap("exif long comment", "comment.png", _long_comment, "a UserComment of 1 MB", "shown"),
    Trap(
        "exif broken UTF-16",
        "utf16.jpg",
        lambda: with_exif(_bad_utf16()),
        "halves of characters, and an odd number of bytes",
        "shown",
    ),
    Trap(
        "exif thumbnail larger than its picture",
        "thumbnail.jpg",
        lambda: with_exif(_thumbnail(claiming(jpeg(scene(_SIDE, _SIDE)), 65_500, 65_500))),
        "a preview of 4.3 GP",
        "shown",
    ),
    Trap(
        "exif maker note loop",
        "note.jpg",
        lambda: with_exif(_maker_loop()),
        "a directory of Apple's that leads to itself",
        "shown",
    ),
    Trap(
        "tiff of 8,000 entries",
        "directory.tif",
        lambda: _small(*((57_000 + number, SHORT, [1]) for number in range(8_000))),
        "nobody's tags",
        "failed",
    ),
)
