"""GIF: the size of its canvas, and XMP.

Source: GIF89a sections 18 to 26; XMP Specification part 3 section 1.1.2.
"""

from __future__ import annotations

import struct
from typing import Final

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.layout import MAX_XMP_BYTES, Layout
from media_server.media.source import Source, Window

MAX_BLOCKS: Final = 4_000
"""How far XMP is looked for: 1 MB of pictures. Writers put it before the first one."""

_HEAD_BYTES = 4_096
_SCREEN = struct.Struct("<HH")
_EXTENSION, _PICTURE = b"\x21", b"\x2c"
_APPLICATION = 0xFF
_XMP = b"\x0bXMP DataXMP"
# The packet is no chain of blocks; these bytes bring a reader that takes it for one to its end.
_TRAILER = b"\x01\xff\xfe\xfd"


def read_gif(source: Source) -> Layout:
    """Where the parts of a GIF lie.

    Raises:
        TruncatedError: the file ends within its header.
        CorruptError: a side is zero.
    """
    window = Window(source, _HEAD_BYTES, _HEAD_BYTES)
    raw = window.take(6, _SCREEN.size)
    if len(raw) < _SCREEN.size:
        raise TruncatedError("the GIF ends within its header")
    width_px, height_px = _SCREEN.unpack(raw)
    if not width_px or not height_px:
        raise CorruptError("the GIF has a side of zero pixels")
    flags = window.take(10, 1)
    xmp = _find_xmp(window, 13 + _palette_bytes(flags[0])) if flags else None
    return Layout(width_px, height_px, xmp=(xmp,) if xmp else ())


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _find_xmp(window: Window, at: int) -> bytes | None:
    left = MAX_BLOCKS
    while left > 0:
        head = window.take(at, 14)
        if head[:1] == _PICTURE and len(head) >= 10:
            at += 10 + _palette_bytes(head[9]) + 1
        elif head[:1] == _EXTENSION and len(head) > 2:
            at += 2
            if head[1] == _APPLICATION and head[2:] == _XMP:
                return _packet(window, at + len(_XMP))
        else:
            return None
        at, left = _skip_blocks(window, at, left - 1)
    return None


def _skip_blocks(window: Window, at: int, left: int) -> tuple[int, int]:
    """(behind a chain of data blocks, how many may still be read)."""
    while left > 0:
        size = window.take(at, 1)
        at += 1 + (size[0] if size else 0)
        left -= 1
        if not size or not size[0]:
            break
    return at, left


def _packet(window: Window, at: int) -> bytes | None:
    data = window.take(at, MAX_XMP_BYTES)
    end = data.find(_TRAILER)
    return data[:end] if end > 0 else None
