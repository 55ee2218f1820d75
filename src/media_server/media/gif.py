"""GIF: the size of its canvas. Source: GIF89a section 18."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.layout import Layout

if TYPE_CHECKING:
    from media_server.media.source import Source

_SCREEN = struct.Struct("<HH")


def read_gif(source: Source) -> Layout:
    """The size of a GIF.

    Raises:
        TruncatedError: the file ends within its header.
        CorruptError: a side is zero.
    """
    raw = source.read_at(6, _SCREEN.size)
    if len(raw) < _SCREEN.size:
        raise TruncatedError("the GIF ends within its header")
    width_px, height_px = _SCREEN.unpack(raw)
    if not width_px or not height_px:
        raise CorruptError("the GIF has a side of zero pixels")
    return Layout(width_px, height_px)
