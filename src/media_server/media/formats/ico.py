"""ICO and CUR: which picture is the largest. Source: Microsoft's ICONDIR and ICONDIRENTRY."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.png import read_png
from media_server.media.layout import Layout
from media_server.media.source import BytesSource

if TYPE_CHECKING:
    from media_server.media.source import Source

_ENTRY = struct.Struct("<BBBBHHLL")
_HEAD_BYTES = 6
_MAX_ENTRIES = 64
# The mask doubles the height.
_MAX_BITMAP_EDGE_PX = 2 * 256
_MAX_PNG_BYTES = 4_000_000
_PNG = b"\x89PNG\r\n\x1a\n"


class Icon(NamedTuple):
    """The largest picture of an icon.

    Attributes:
        width_px: 1 to 256, as the directory says.
        height_px: 1 to 256, as the directory says.
        png: the whole picture where it is a PNG; else it is a bitmap without its file header.
    """

    width_px: int
    height_px: int
    png: bytes | None


def read_ico(source: Source) -> Layout:
    """The size of the largest picture of an icon.

    Raises:
        TruncatedError: the file ends before it.
        CorruptError: it is a PNG without a header.
    """
    icon = largest_icon(source)
    if icon.png is not None:
        inner = read_png(BytesSource(icon.png))
        return Layout(inner.width_px, inner.height_px)
    return Layout(icon.width_px, icon.height_px)


def largest_icon(source: Source) -> Icon:
    """The picture that is shown for an icon: the one with most pixels, then most colours.

    Raises:
        TruncatedError: the file ends before it.
        CorruptError: there is none.
    """
    count = min(int.from_bytes(source.read_at(4, 2), "little"), _MAX_ENTRIES)
    rows = source.read_at(_HEAD_BYTES, count * _ENTRY.size)
    if len(rows) < count * _ENTRY.size:
        raise TruncatedError("the icon ends within its directory")
    if not rows:
        raise CorruptError("the icon has no picture")
    # A side of 256 is written as 0.
    found = [
        ((width or 256) * (height or 256), bits, width or 256, height or 256, length, at)
        for width, height, _, _, _, bits, length, at in _ENTRY.iter_unpack(rows)
    ]
    _, _, width_px, height_px, length, at = max(found)
    if at + length > source.size_bytes:
        raise TruncatedError("the icon ends before its picture does")
    head = source.read_at(at, 12)
    if head[:8] != _PNG:
        sides = (int.from_bytes(head[4:8], "little"), int.from_bytes(head[8:12], "little"))
        if max(sides) > _MAX_BITMAP_EDGE_PX:
            raise CorruptError("the icon claims a side that no icon has")
        return Icon(width_px, height_px, None)
    return Icon(width_px, height_px, source.read_at(at, min(length, _MAX_PNG_BYTES)))
