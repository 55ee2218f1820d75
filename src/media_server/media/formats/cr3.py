"""CR3: Canon's raw files since 2018, a movie container with EXIF directories in boxes of their own.

Decodes nothing. Source: ISO/IEC 14496-12; L. Czajka's description of Canon's boxes (canon_cr3).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from media_server.media.errors import CorruptError
from media_server.media.formats.boxes import Box, Boxes
from media_server.media.layout import MAX_XMP_BYTES, Layout, within
from media_server.media.tiff import Tiff, TiffError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from media_server.media.source import Source

MAX_DIRECTORY_BYTES: Final = 65_536

_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_WIDTH, _HEIGHT = 0x0100, 0x0101
# Where EXIF keeps the directories that Canon puts into boxes: camera settings, position.
_POINTERS = {b"CMT2": 0x8769, b"CMT4": 0x8825}
_LONG = 4
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_EVERY_TAG = frozenset(range(1 << 16))
_ROW = struct.Struct("<HHL4s")

_Row = tuple[int, int, int, bytes]


def read_cr3(source: Source) -> Layout:
    """Where the parts of a CR3 lie.

    Raises:
        CorruptError: no EXIF directory, or no size in it.
    """
    boxes = Boxes(source)
    top = list(boxes.top())
    parts = {box.kind: boxes.read(box, MAX_DIRECTORY_BYTES) for box in _canon_boxes(boxes, top)}
    block = _joined(parts)
    tiff = Tiff(within(block))
    entries = tiff.directory(tiff.first, frozenset({_WIDTH, _HEIGHT})).entries
    width_px, height_px = tiff.integer(entries.get(_WIDTH)), tiff.integer(entries.get(_HEIGHT))
    if not width_px or not height_px:
        raise CorruptError("the raw file has no size")
    xmp = next(
        (boxes.read(box, 16 + MAX_XMP_BYTES)[16:] for box in _of_kind(boxes, top, _XMP)), b""
    )
    return Layout(width_px, height_px, within(block), xmp=(xmp,) if xmp else ())


def _canon_boxes(boxes: Boxes, top: list[Box]) -> list[Box]:
    for movie in top:
        if movie.kind == b"moov":
            for box in _of_kind(boxes, boxes.within(movie), _CANON):
                return [part for part in boxes.within(box, 16) if part.kind.startswith(b"CMT")]
    return []


def _of_kind(boxes: Boxes, among: Iterable[Box], identity: bytes) -> list[Box]:
    return [box for box in among if box.kind == b"uuid" and boxes.read(box, 16) == identity]


def _joined(parts: dict[bytes, bytes]) -> bytes:
    """One EXIF block of the directories that Canon keeps apart.

    Raises:
        CorruptError: there is no main directory.
    """
    if b"CMT1" not in parts:
        raise CorruptError("the raw file has no EXIF directory")
    main = _rows(parts[b"CMT1"])
    found = {tag: _rows(parts[kind]) for kind, tag in _POINTERS.items() if kind in parts}
    main = [row for row in main if row[0] not in found]
    below_at = 8 + _length([*main, *((tag, _LONG, 1, b"1234") for tag in found)])
    below = b""
    for tag, rows in found.items():
        main.append((tag, _LONG, 1, struct.pack("<L", below_at + len(below))))
        below += _directory(rows, below_at + len(below))
    return b"II*\0\x08\0\0\0" + _directory(main, 8) + below


def _rows(block: bytes) -> list[_Row]:
    """(tag, type, number of values, raw values in little-endian order) of a directory's entries.

    Raises:
        CorruptError: no TIFF structure.
    """
    tiff = Tiff(within(block))
    if tiff.order != "little":
        raise CorruptError("the raw file has an EXIF directory in an order of bytes it never has")
    rows: list[_Row] = []
    left = MAX_DIRECTORY_BYTES
    try:
        entries = tiff.directory(tiff.first, _EVERY_TAG).entries
    except TiffError:
        return rows
    for tag, kind, count, field in entries.values():
        size = count * _BYTES.get(kind, 0)
        at = 0 if size <= 4 else int.from_bytes(field, "little")
        raw = field[:size] if size <= 4 else block[at : at + size]
        left -= len(raw)
        if left < 0:
            break  # entries that share their bytes would make the block far longer than the box
        if size and len(raw) == size:
            rows.append((tag, kind, count, raw))
    return rows


def _length(rows: list[_Row]) -> int:
    return 2 + 12 * len(rows) + 4 + sum(len(raw) for _, _, _, raw in rows if len(raw) > 4)


def _directory(rows: list[_Row], at: int) -> bytes:
    head = struct.pack("<H", len(rows))
    data_at = at + 2 + 12 * len(rows) + 4
    data = b""
    for tag, kind, count, raw in rows:
        field = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack("<L", data_at + len(data))
        head += _ROW.pack(tag, kind, count, field)
        data += raw if len(raw) > 4 else b""
    return head + bytes(4) + data
