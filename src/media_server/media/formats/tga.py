"""Truevision TGA: whether a file is one, and its size.

The format has no mark at its beginning, so a file counts as one only when every field of its header
fits, and the length of the file, too. Source: Truevision TGA File Format Specification 2.0 (1991).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from media_server.media.errors import CorruptError
from media_server.media.layout import Layout

if TYPE_CHECKING:
    from media_server.media.source import Source

_HEAD = struct.Struct("<BBBHHBHHHHBB")
_FOOTER = b"TRUEVISION-XFILE.\0"
_FOOTER_BYTES = 26
# Palette, colours, grey; from 8 on the same packed by run lengths.
_PALETTE, _COLOURS, _GREY = 1, 2, 3
_PACKED = 8
_DEPTHS = {_PALETTE: {8}, _COLOURS: {16, 24, 32}, _GREY: {8, 16}}
_PALETTE_DEPTHS = frozenset({15, 16, 24, 32})
_MAX_RUN = 128
# Extensions and the developer's area behind the picture; without a footer there is neither.
_MAX_TAIL_BYTES = 512


class _Header(NamedTuple):
    name_bytes: int
    palette: int
    kind: int
    first_colour: int
    colours: int
    colour_bits: int
    left: int
    top: int
    width_px: int
    height_px: int
    bits: int
    flags: int


def is_tga(source: Source) -> bool:
    """Whether a file that is nothing else is a TGA."""
    raw = source.read_at(0, _HEAD.size)
    if len(raw) < _HEAD.size:
        return False
    header = _Header(*_HEAD.unpack(raw))
    if not _is_plausible(header):
        return False
    tail = source.read_at(max(source.size_bytes - _FOOTER_BYTES, 0), _FOOTER_BYTES)
    return tail.endswith(_FOOTER) or _has_length(header, source.size_bytes)


def read_tga(source: Source) -> Layout:
    """The size of a file of which `is_tga` is true.

    Raises:
        CorruptError: a side is zero.
    """
    raw = source.read_at(12, 4).ljust(4, b"\0")
    width_px, height_px = struct.unpack("<HH", raw)
    if not width_px or not height_px:
        raise CorruptError("the TGA has a side of zero pixels")
    return Layout(width_px, height_px)


def _is_plausible(header: _Header) -> bool:
    kind = header.kind & ~_PACKED
    if header.bits not in _DEPTHS.get(kind, ()) or not header.width_px or not header.height_px:
        return False
    if header.flags & 0xD0:  # interleaved, or from right to left: nobody writes that
        return False
    alpha_bits = header.flags & 0x0F
    if alpha_bits not in (0, 1, 8) or (alpha_bits == 8 and header.bits < 16):
        return False
    palette = (header.first_colour, header.colours, header.colour_bits)
    if kind == _PALETTE:
        return (
            header.palette == 1
            and 1 <= header.colours <= 256
            and header.colour_bits in _PALETTE_DEPTHS
        )
    return header.palette == 0 and palette == (0, 0, 0)


def _has_length(header: _Header, size_bytes: int) -> bool:
    """Whether the file is as long as its picture needs."""
    size_bytes -= _HEAD.size + header.name_bytes
    size_bytes -= header.colours * ((header.colour_bits + 7) // 8)
    pixel_bytes = header.bits // 8
    pixels = header.width_px * header.height_px
    if header.kind & _PACKED:
        least = -(-pixels // _MAX_RUN) * (1 + pixel_bytes)
        return least <= size_bytes <= pixels * (1 + pixel_bytes) + _MAX_TAIL_BYTES
    return 0 <= size_bytes - pixels * pixel_bytes <= _MAX_TAIL_BYTES
