"""JPEG: size, EXIF block and preview, from the segments before the coded picture.

Source: ITU-T T.81 annex B; EXIF 3.0 section 4.7.
"""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING, Final

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.layout import Layout, within
from media_server.media.mpf import find_preview
from media_server.media.source import Source, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD_BYTES: Final = 65_536
"""What is read at once: an EXIF segment with its thumbnail fits with room to spare."""

# Extended XMP and colour profiles come in segments of 64 kB; no real file has this many.
MAX_SEGMENTS: Final = 2_000

_LEAD = 0xFF
# Start of scan, end of image.
_LAST = frozenset({0xDA, 0xD9})
_APP1, _APP2 = 0xE1, 0xE2
# SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length: TEM and RST0 to RST7.
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})

_SEGMENT = struct.Struct(">BBH")
_FRAME = struct.Struct(">HH")


def read_jpeg(source: Source) -> Layout:
    """Where the parts of a JPEG lie.

    Returns:
        Without a size when the file is broken but still holds EXIF.

    Raises:
        TruncatedError, CorruptError: neither size nor EXIF.
    """
    window = Window(source, HEAD_BYTES, HEAD_BYTES)
    width_px = height_px = exif = preview = None
    end = 2
    for marker, at, length in _segments(window):
        end = at + length
        if marker == _APP1:
            exif = exif or _exif_block(window.take(at, length))
        elif marker == _APP2:
            preview = preview or _preview(source, at, window.take(at, length))
        elif marker in _FRAMES:
            frame = window.take(at + 1, _FRAME.size)
            if len(frame) == _FRAME.size:
                height_px, width_px = _FRAME.unpack(frame)
    block = within(exif) if exif else None
    if width_px and height_px:
        return Layout(width_px, height_px, block, None, preview)
    if block is not None:
        return Layout(None, None, block)
    if end + _SEGMENT.size > source.size_bytes:
        raise TruncatedError("the JPEG ends within its header")
    raise CorruptError("the JPEG has no frame header")


def _segments(window: Window) -> Iterator[tuple[int, int, int]]:
    """(marker, offset of the content, its length) of what stands before the coded picture.

    Ends early where the file does, or where no marker stands.
    """
    at = 2
    for _ in range(MAX_SEGMENTS):
        header = window.take(at, _SEGMENT.size)
        if len(header) < _SEGMENT.size:
            return
        lead, marker, length = _SEGMENT.unpack(header)
        if lead != _LEAD or marker in _LAST:
            return
        if marker == _LEAD:  # padding before a marker
            at += 1
        elif marker in _BARE:
            at += 2
        else:
            yield marker, at + _SEGMENT.size, max(length - 2, 0)
            at += 2 + length


def _exif_block(segment: bytes) -> bytes | None:
    return segment[6:] if segment.startswith(b"Exif\0") else None


def _preview(source: Source, at: int, segment: bytes) -> Callable[[], bytes] | None:
    span = find_preview(segment[4:]) if segment.startswith(b"MPF\0") else None
    if span is None:
        return None
    # Offsets in the index count from its byte-order mark.
    return partial(source.read_at, at + 4 + span[0], span[1])
