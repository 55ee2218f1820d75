"""JPEG 2000: size, colour profile and metadata, from the boxes and the codestream's header.

Decodes nothing. Source: ISO/IEC 15444-1 annexes A (SIZ, COD) and I (boxes), 15444-2 annex M.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from media_server.media.cicp import Cicp
from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.boxes import Box, Boxes
from media_server.media.formats.png import without_prefix
from media_server.media.layout import MAX_XMP_BYTES, Layout, within

if TYPE_CHECKING:
    from media_server.media.source import Source

MAX_EXIF_BYTES: Final = 1_000_000
MAX_PROFILE_BYTES: Final = 4_000_000

CODESTREAM: Final = b"\xff\x4f\xff\x51"
"""How a codestream begins, alone or in its box."""

# Written by Adobe's and Kakadu's programs, and by ExifTool.
_EXIF = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_CODING_STYLE = b"\xff\x52"
_AFTER_HEADER = (b"\xff\x90", b"\xff\x93", b"\xff\xd9")
_MAX_MARKERS = 100
_MAX_LEVELS = 32
_SIZE = struct.Struct(">LL")
_SIZ = struct.Struct(">LLLL")
_RESTRICTED, _ANY_PROFILE, _CODE_POINTS = 2, 3, 5


def read_jp2(source: Source) -> Layout:
    """Where the parts of a JPEG 2000 file lie.

    Raises:
        TruncatedError: the file ends before its picture's size.
        CorruptError: no size.
    """
    if source.read_at(0, 4) == CODESTREAM:
        return Layout(*_size_in_codestream(source.read_at(0, 24)))
    boxes = Boxes(source)
    size: tuple[int, int] | None = None
    exif: bytes | None = None
    xmp: tuple[bytes, ...] = ()
    for box in boxes.top():
        if box.kind == b"jp2h" and size is None:
            size = _size(boxes, box)
        elif box.kind == b"uuid":
            identity = boxes.read(box, 16)
            if identity in _EXIF and exif is None:
                exif = without_prefix(boxes.read(box, 16 + MAX_EXIF_BYTES)[16:]) or None
            elif identity == _XMP and not xmp:
                xmp = (boxes.read(box, 16 + MAX_XMP_BYTES)[16:],)
    if size is None:
        raise TruncatedError("the JPEG 2000 file ends before its picture's size")
    return Layout(*size, within(exif) if exif else None, xmp=xmp)


def read_jp2_colours(source: Source) -> tuple[bytes | None, Cicp | None]:
    """(ICC profile, code points) of the picture, where the file has them."""
    if source.read_at(0, 4) == CODESTREAM:
        return None, None
    boxes = Boxes(source)
    for header in boxes.top():
        if header.kind == b"jp2h":
            for box in boxes.within(header):
                if box.kind == b"colr":
                    colr = boxes.read(box, MAX_PROFILE_BYTES)
                    if colr[:1] in (bytes([_RESTRICTED]), bytes([_ANY_PROFILE])):
                        return colr[3:], None
                    if colr[:1] == bytes([_CODE_POINTS]) and len(colr) >= 7:
                        primaries, transfer = struct.unpack(">HH", colr[3:7])
                        return None, Cicp(primaries, transfer)
    return None, None


def resolution_levels(source: Source) -> int:
    """How often the picture can be halved while it is decoded; 0 where it does not say."""
    at = 0
    if source.read_at(0, 4) != CODESTREAM:
        found = [box.start for box in Boxes(source).top() if box.kind == b"jp2c"]
        if not found:
            return 0
        at = found[0]
    at += 2
    for _ in range(_MAX_MARKERS):
        raw = source.read_at(at, 10)
        if len(raw) < 10 or raw[0] != 0xFF or raw[:2] in _AFTER_HEADER:
            break
        if raw[:2] == _CODING_STYLE:
            return min(raw[9], _MAX_LEVELS)
        at += 2 + max(int.from_bytes(raw[2:4], "big"), 2)
    return 0


def ends_early(source: Source) -> bool:
    """Whether the codestream has no end mark, or a box reaches beyond the end of the file."""
    if source.read_at(0, 4) == CODESTREAM:
        return source.read_at(max(source.size_bytes - 2, 0), 2) != b"\xff\xd9"
    return not all(box.whole for box in Boxes(source).top())


def _size(boxes: Boxes, header: Box) -> tuple[int, int]:
    for box in boxes.within(header):
        raw = boxes.read(box, 8)
        if box.kind == b"ihdr" and len(raw) == 8:
            height_px, width_px = _SIZE.unpack(raw)
            if width_px and height_px:
                return width_px, height_px
    raise CorruptError("the JPEG 2000 file has no size")


def _size_in_codestream(head: bytes) -> tuple[int, int]:
    if len(head) < 24:
        raise TruncatedError("the JPEG 2000 file ends within its header")
    right, bottom, left, top = _SIZ.unpack(head[8:24])
    if right <= left or bottom <= top:
        raise CorruptError("the JPEG 2000 file has no size")
    return right - left, bottom - top
