"""The Multi-Picture index of a JPEG: where the camera put its larger previews.

Source: CIPA DC-007-2009 section 5.2.
"""

from __future__ import annotations

from media_server.media.layout import within
from media_server.media.tiff import Tiff, TiffError

_ENTRIES = 0xB002
_ENTRY_BYTES = 16
_MAX_ENTRIES = 16
_TYPE_MASK = 0xFF_FFFF
# 'Large thumbnail' of VGA and of full HD size. Other types are gain maps, depth, other views.
_PREVIEW_TYPES = frozenset({0x01_0001, 0x01_0002})
_MAX_PREVIEW_BYTES = 4_000_000


def find_preview(block: bytes) -> tuple[int, int] | None:
    """The smallest preview listed.

    Args:
        block: the index from its byte-order mark on.

    Returns:
        (offset from the byte-order mark, length), both > 0, unchecked against the file; or None.
    """
    try:
        tiff = Tiff(within(block))
        entries = tiff.directory(tiff.first, frozenset({_ENTRIES})).entries
        raw = tiff.data(entries.get(_ENTRIES), _ENTRY_BYTES * _MAX_ENTRIES) or b""
    except TiffError:
        return None
    found: list[tuple[int, int]] = []
    for at in range(0, len(raw) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        kind, size, offset = (
            int.from_bytes(raw[at + field : at + field + 4], tiff.order) for field in (0, 4, 8)
        )
        if kind & _TYPE_MASK in _PREVIEW_TYPES and offset and 0 < size <= _MAX_PREVIEW_BYTES:
            found.append((offset, size))
    return min(found, key=lambda span: span[1], default=None)
