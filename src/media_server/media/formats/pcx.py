"""PCX: its size. Source: ZSoft's PCX File Format Technical Reference Manual (1991)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from media_server.media.errors import TruncatedError
from media_server.media.layout import Layout

if TYPE_CHECKING:
    from media_server.media.source import Source

_HEAD = struct.Struct("<BBBBHHHH")


def read_pcx(source: Source) -> Layout:
    """The size of a PCX.

    Raises:
        TruncatedError: the file ends within its header.
    """
    raw = source.read_at(0, _HEAD.size)
    if len(raw) < _HEAD.size:
        raise TruncatedError("the PCX ends within its header")
    _, _, _, _, left, top, right, bottom = _HEAD.unpack(raw)
    return Layout(max(right - left + 1, 1), max(bottom - top + 1, 1))
