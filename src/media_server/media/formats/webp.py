"""WebP: size, metadata and first frame.

Source: RFC 9649; RFC 6386 section 9.1 for the lossy frame header.
"""

from __future__ import annotations

import struct
from typing import Final

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.png import without_prefix
from media_server.media.layout import MAX_XMP_BYTES, Layout, within
from media_server.media.source import BytesSource, Source, Window

# An animation has two chunks a frame.
MAX_CHUNKS: Final = 20_000
MAX_EXIF_BYTES: Final = 1_000_000

_HEAD_BYTES = 4_096
_ANIMATION = 2  # among the flags of VP8X
_MAX_RIFF_BYTES = 2**32 - 2
_CHUNK = struct.Struct("<4sL")


def read_webp(source: Source) -> Layout:
    """Where the parts of a WebP lie.

    Raises:
        TruncatedError: the file ends within its first chunk.
        CorruptError: no size in its first chunk.
    """
    window = Window(source, _HEAD_BYTES, _HEAD_BYTES)
    first = window.take(12, 18)
    if len(first) < 18:
        raise TruncatedError("the WebP ends within its header")
    size = _size(first[:4], first[8:])
    if size is None:
        raise CorruptError("the WebP does not begin with a picture header")
    if first[:4] != b"VP8X":
        return Layout(size[0], size[1])
    exif, xmp = _find_metadata(window)
    return Layout(size[0], size[1], within(exif) if exif else None, xmp=(xmp,) if xmp else ())


def _size(kind: bytes, head: bytes) -> tuple[int, int] | None:
    """(width, height), both ≥ 1, from the first ten bytes of the first chunk."""
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if kind == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width_px = int.from_bytes(head[6:8], "little") & 0x3FFF
        height_px = int.from_bytes(head[8:10], "little") & 0x3FFF
        if width_px and height_px:
            return width_px, height_px
    return None


def _find_metadata(window: Window) -> tuple[bytes | None, bytes | None]:
    """(EXIF, XMP), the first of each."""
    exif = xmp = None
    at = 12
    for _ in range(MAX_CHUNKS):
        header = window.take(at, 8)
        if len(header) < 8:
            break
        kind, length = _CHUNK.unpack(header)
        if kind == b"EXIF":
            exif = exif or without_prefix(window.take(at + 8, min(length, MAX_EXIF_BYTES)))
        elif kind == b"XMP ":
            xmp = xmp or window.take(at + 8, min(length, MAX_XMP_BYTES))
        at += 8 + length + (length & 1)
    return exif, xmp


def first_frame(source: Source) -> Source:
    """The file without what follows its first frame; itself when it is no animation.

    libwebp looks for each frame by walking from the first one, so that all together take it the
    square of their number: 100,000 of one pixel more than half a minute.
    """
    window = Window(source, _HEAD_BYTES, _HEAD_BYTES)
    head = window.take(12, 9)
    if head[:4] != b"VP8X" or len(head) < 9 or not head[8] & _ANIMATION:
        return source
    at = 12
    for _ in range(MAX_CHUNKS):
        header = window.take(at, 8)
        if len(header) < 8:
            break
        kind, length = _CHUNK.unpack(header)
        at += 8 + length + (length & 1)
        if kind == b"ANMF":
            told = min(at - 8, _MAX_RIFF_BYTES).to_bytes(4, "little")
            data = source.read_at(0, at)
            return BytesSource(b"".join((data[:4], told, data[8:])))
    return source
