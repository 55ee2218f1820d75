"""BMP: its size. Source: Microsoft's BITMAPCOREHEADER and BITMAPINFOHEADER."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.layout import Layout

if TYPE_CHECKING:
    from media_server.media.source import Source

_CORE_BYTES = 12
_CORE_SIZE = struct.Struct("<HH")
_INFO_SIZE = struct.Struct("<ll")


def read_bmp(source: Source) -> Layout:
    """The size of a BMP.

    Raises:
        TruncatedError: the file ends within its header.
        CorruptError: a side is zero, or the width negative.
    """
    head = source.read_at(14, 12)
    if len(head) < 12:
        raise TruncatedError("the BMP ends within its header")
    if int.from_bytes(head[:4], "little") == _CORE_BYTES:
        width_px, height_px = _CORE_SIZE.unpack(head[4:8])
    else:
        width_px, height_px = _INFO_SIZE.unpack(head[4:12])
        height_px = abs(height_px)  # negative: rows run from top to bottom
    if width_px < 1 or height_px < 1:
        raise CorruptError("the BMP claims a side that no picture has")
    return Layout(width_px, height_px)
