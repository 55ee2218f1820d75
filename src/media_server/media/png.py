"""PNG: size and EXIF block.

Source: PNG third edition (W3C, 2025), chunks IHDR, eXIf, tEXt, zTXt; ImageMagick's 'Raw profile
type' convention for EXIF in text chunks.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.layout import Layout, within
from media_server.media.source import Source, Window

# A screen-sized PNG has some hundred IDAT chunks, a huge one with 8 kB chunks ten thousand.
MAX_CHUNKS: Final = 50_000
MAX_EXIF_BYTES: Final = 1_000_000

_HEAD_BYTES = 4_096
_CHUNK = struct.Struct(">L4s")
_SIZE = struct.Struct(">LL")
_PROFILES = (b"Raw profile type exif\0", b"Raw profile type APP1\0")


def read_png(source: Source) -> Layout:
    """Where the parts of a PNG lie. EXIF may stand behind the picture.

    Raises:
        TruncatedError: the file ends within its first chunk.
        CorruptError: the first chunk is no image header, or a side is zero.
    """
    window = Window(source, _HEAD_BYTES, _HEAD_BYTES)
    head = window.take(8, 16)
    if len(head) < 16:
        raise TruncatedError("the PNG ends within its header")
    if head[4:8] != b"IHDR":
        raise CorruptError("the PNG does not begin with an image header")
    width_px, height_px = _SIZE.unpack(head[8:])
    if not width_px or not height_px:
        raise CorruptError("the PNG has a side of zero pixels")
    exif = _find_exif(window)
    return Layout(width_px, height_px, within(exif) if exif else None)


def _find_exif(window: Window) -> bytes | None:
    """The EXIF block; of several, one in eXIf before one in a text chunk."""
    from_text = None
    at = 8
    for _ in range(MAX_CHUNKS):
        header = window.take(at, 8)
        if len(header) < 8:
            break
        length, kind = _CHUNK.unpack(header)
        if kind == b"eXIf":
            return without_prefix(window.take(at + 8, min(length, MAX_EXIF_BYTES)))
        if kind in (b"tEXt", b"zTXt") and from_text is None:
            text = window.take(at + 8, min(length, 2 * MAX_EXIF_BYTES))
            from_text = _exif_in_text(text, packed=kind == b"zTXt")
        elif kind == b"IEND":
            break
        at += 12 + length
    return from_text


def without_prefix(block: bytes) -> bytes:
    """The block from its byte-order mark on; some writers leave JPEG's `Exif` prefix before it."""
    return block[6:] if block.startswith(b"Exif\0\0") else block


def _exif_in_text(text: bytes, *, packed: bool) -> bytes | None:
    """Undo the 'Raw profile' form: a name, a byte count, then hexadecimal digits in lines."""
    for keyword in _PROFILES:
        if text.startswith(keyword):
            break
    else:
        return None
    body = text[len(keyword) :]
    if packed:
        try:
            body = zlib.decompressobj().decompress(body[1:], 2 * MAX_EXIF_BYTES + 100)
        except zlib.error:
            return None
    lines = body.split(b"\n", 3)
    try:
        return without_prefix(bytes.fromhex(lines[3].decode("ascii")))
    except (IndexError, ValueError):
        return None
