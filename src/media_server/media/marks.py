"""Formats whose mark is one or two bytes: whether the rest of the header fits, too.

Sources: Microsoft's ICONDIR and ICONDIRENTRY; ZSoft's PCX File Format Technical Reference Manual
(1991); the netpbm manual, pages pbm, pgm and ppm (5).
"""

from __future__ import annotations

import re
import struct

_ICON_ENTRY = struct.Struct("<HHBBBBHHLL")
_ICON_HEAD_BYTES, _ICON_ENTRY_BYTES = 6, 16
_MAX_ICONS = 64
_ICON_DEPTHS = frozenset({0, 1, 4, 8, 16, 24, 32})

_PCX = struct.Struct("<BBBBHHHH")
_PCX_HEADER_BYTES = 128
_PCX_VERSIONS = frozenset({0, 2, 3, 4, 5})
_PCX_DEPTHS = frozenset({1, 2, 4, 8})

# Comments may stand between the numbers.
_GAP = rb"(?:\s|#[^\r\n]{0,200}[\r\n]){1,20}"
_PNM = re.compile(rb"P[1-6]" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,9})\s")


def is_icon(head: bytes) -> bool:
    """Whether a file begins with an icon's directory or a cursor's, and its first entry is one."""
    if len(head) < 2 + _ICON_ENTRY.size or head[:4] not in (b"\0\0\1\0", b"\0\0\2\0"):
        return False
    _, count, _, _, _, reserved, planes, bits, length, at = _ICON_ENTRY.unpack_from(head, 2)
    is_cursor = head[2] == 2  # there the two fields say which pixel points
    return (
        1 <= count <= _MAX_ICONS
        and reserved in (0, 255)
        and (is_cursor or (planes <= 1 and bits in _ICON_DEPTHS))
        and length > 0
        and at >= _ICON_HEAD_BYTES + count * _ICON_ENTRY_BYTES
    )


def is_pcx(head: bytes) -> bool:
    """Whether a file begins with a PCX header."""
    if len(head) < _PCX_HEADER_BYTES or head[0] != 0x0A or head[64] != 0:
        return False
    _, version, packed, depth, left, top, right, bottom = _PCX.unpack_from(head)
    planes, row_bytes = head[65], int.from_bytes(head[66:68], "little")
    return (
        version in _PCX_VERSIONS
        and packed in (0, 1)
        and depth in _PCX_DEPTHS
        and left <= right
        and top <= bottom
        and 1 <= planes <= 4
        and row_bytes >= (depth * (right - left + 1) + 7) // 8
    )


def pnm_size(head: bytes) -> tuple[int, int] | None:
    """(width, height) in a header of PBM, PGM or PPM; None when there is no such header."""
    match = _PNM.match(head)
    return (int(match[1]), int(match[2])) if match else None
