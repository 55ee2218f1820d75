"""Whether a picture moves: more than one frame, shown one after the other. Decodes nothing.

Sources: GIF89a sections 20 and 23; RFC 9649 section 2.7; PNG third edition section 11.3.6.1 (acTL);
AV1 Image File Format 1.1 section 5 and ISO/IEC 23008-12 section 7 (image sequences).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.errors import MediaError
from media_server.media.formats.jxl import read_jxl_header
from media_server.media.formats.png import chunks
from media_server.media.sniff import HEIF_MIMES
from media_server.media.source import Window

if TYPE_CHECKING:
    from media_server.media.sniff import Mime
    from media_server.media.source import Source

_SEQUENCE_BRANDS = frozenset({b"avis", b"hevc", b"hevx", b"msf1"})
# A first frame of a GIF has one block for each 255 bytes: 200,000 are 51 MB.
_MAX_BLOCKS = 200_000
_WINDOW_BYTES = 4_096


def is_animated(source: Source, mime: Mime) -> bool:
    """Whether a picture has a second frame.

    Args:
        source: the file.
        mime: its type, as `inspect.identify` tells it.

    Returns:
        False also for what is too broken to tell. Never fails.
    """
    if mime == "image/gif":
        return _gif_frames(source)
    if mime == "image/png":
        return _png_frames(source)
    if mime == "image/webp":
        head = source.read_at(12, 9)
        return head[:4] == b"VP8X" and len(head) == 9 and bool(head[8] & 2)
    if mime == "image/avif" or mime in HEIF_MIMES:
        return source.read_at(8, 4) in _SEQUENCE_BRANDS
    if mime == "image/jxl":
        try:
            return read_jxl_header(source).animated
        except MediaError:
            return False
    return False


def _png_frames(source: Source) -> bool:
    window = Window(source, _WINDOW_BYTES, _WINDOW_BYTES)
    for kind, at, _ in chunks(window):
        if kind == b"acTL":
            return int.from_bytes(window.take(at, 4), "big") > 1
        if kind == b"IDAT":
            break
    return False


def _gif_frames(source: Source) -> bool:
    """Whether a second frame begins behind the first."""
    window = Window(source, _WINDOW_BYTES, 16 * _WINDOW_BYTES)
    head = window.take(0, 13)
    if len(head) < 13:
        return False
    at = 13 + _palette_bytes(head[10])
    frames = 0
    inside = False  # a run of blocks, each with its length before it
    for _ in range(_MAX_BLOCKS):
        mark = window.take(at, 1)
        if not mark:
            break
        if inside:
            inside = mark[0] > 0
            at += 1 + mark[0]
        elif mark == b"!":
            inside = True
            at += 2
        elif mark == b",":
            frames += 1
            if frames == 2:
                return True
            frame = window.take(at, 10)
            inside = True
            at += 11 + (_palette_bytes(frame[9]) if len(frame) == 10 else 0)
        else:
            break
    return False


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
