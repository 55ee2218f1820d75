"""JPEG: size, metadata and preview, from the segments before the coded picture.

Source: ITU-T T.81 annex B; EXIF 3.0 section 4.7; XMP Specification part 3 section 1.1.3.
"""

from __future__ import annotations

import re
import struct
from functools import partial
from typing import TYPE_CHECKING, Final

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.mpf import find_preview
from media_server.media.layout import MAX_IPTC_BYTES, MAX_XMP_BYTES, Layout, within
from media_server.media.source import Source, Window
from media_server.media.tags.iptc import find_iptc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD_BYTES: Final = 65_536
"""What is read at once: an EXIF segment with its thumbnail fits with room to spare."""

# Extended XMP and colour profiles come in segments of 64 kB; no real file has this many.
MAX_SEGMENTS: Final = 2_000

_LEAD = 0xFF
# Start of scan, end of image.
_LAST = frozenset({0xDA, 0xD9})
_APP1, _APP2, _APP13 = 0xE1, 0xE2, 0xED
_TEXTS = frozenset({_APP1, _APP13})
# SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length: TEM and RST0 to RST7.
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})

_SEGMENT = struct.Struct(">BBH")
_FRAME = struct.Struct(">HH")

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
# Behind it: the id of the whole, its length, and where in it the segment's part belongs.
_EXTENSION = struct.Struct(">35s32sLL")
_EXTENSION_NAME = b"http://ns.adobe.com/xmp/extension/\0"
_HAS_EXTENSION = re.compile(rb"HasExtendedXMP\s*(?:=\s*[\"']|>)\s*([0-9A-Fa-f]{32})")


def read_jpeg(source: Source) -> Layout:
    """Where the parts of a JPEG lie.

    Returns:
        Without a size when the file is broken but still holds EXIF.

    Raises:
        TruncatedError, CorruptError: neither size nor EXIF.
    """
    window = Window(source, HEAD_BYTES, HEAD_BYTES)
    width_px = height_px = exif = preview = None
    others: list[tuple[int, int]] = []
    end = 2
    for marker, at, length in segments(window):
        end = at + length
        if marker == _APP1 and exif is None and window.take(at, 5) == b"Exif\0":
            exif = window.take(at + 6, length - 6)
        elif marker in _TEXTS:
            others.append((at, length))
        elif marker == _APP2:
            preview = preview or _preview(source, at, window.take(at, length))
        elif marker in _FRAMES:
            frame = window.take(at + 1, _FRAME.size)
            if len(frame) == _FRAME.size:
                height_px, width_px = _FRAME.unpack(frame)
    sized = bool(width_px and height_px)
    if sized or exif:
        xmp, iptc = _read_texts(window, others) if others else ((), None)
        return Layout(
            width_px if sized else None,
            height_px if sized else None,
            within(exif) if exif else None,
            preview=preview if sized else None,
            xmp=xmp,
            iptc=iptc,
        )
    if end + _SEGMENT.size > source.size_bytes:
        raise TruncatedError("the JPEG ends within its header")
    raise CorruptError("the JPEG has no frame header")


def segments(window: Window) -> Iterator[tuple[int, int, int]]:
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


def _preview(source: Source, at: int, segment: bytes) -> Callable[[], bytes] | None:
    span = find_preview(segment[4:]) if segment.startswith(b"MPF\0") else None
    if span is None:
        return None
    # Offsets in the index count from its byte-order mark.
    return partial(source.read_at, at + 4 + span[0], span[1])


def _read_texts(
    window: Window, segments: list[tuple[int, int]]
) -> tuple[tuple[bytes, ...], bytes | None]:
    """XMP and IPTC, gathered from the segments that they are spread over.

    Args:
        window: reads the file.
        segments: (offset, length) of those that may hold either.

    Returns:
        The main packet and the extension that it names; IPTC datasets. Both within their bounds.
    """
    main: bytes | None = None
    extensions: list[bytes] = []
    extensions_bytes = 0
    resources = bytearray()
    for at, length in segments:
        start = window.take(at, min(length, _EXTENSION.size))
        if start.startswith(_XMP):
            main = main or window.take(at + len(_XMP), length - len(_XMP))
        elif start.startswith(_PHOTOSHOP) and len(resources) < MAX_IPTC_BYTES:
            resources += window.take(at + len(_PHOTOSHOP), length - len(_PHOTOSHOP))
        elif _is_extension(start) and extensions_bytes < MAX_XMP_BYTES:
            extensions.append(window.take(at, length))
            extensions_bytes += length
    return (
        _packets(main, extensions) if main else (),
        find_iptc(bytes(resources)) if resources else None,
    )


def _is_extension(start: bytes) -> bool:
    """Whether a segment holds a part of an extension; a larger one holds a depth map or the like.

    Nothing that is read here needs so much.
    """
    if not start.startswith(_EXTENSION_NAME) or len(start) < _EXTENSION.size:
        return False
    total_bytes: int = _EXTENSION.unpack(start)[2]
    return total_bytes <= MAX_XMP_BYTES


def _packets(main: bytes, extensions: list[bytes]) -> tuple[bytes, ...]:
    named = _HAS_EXTENSION.search(main) if extensions else None
    if named is None:
        return (main,)
    parts: dict[int, bytes] = {}
    total_bytes = 0
    for segment in extensions:
        _, name, total_bytes_told, at = _EXTENSION.unpack_from(segment)
        if name == named[1]:
            total_bytes = total_bytes_told
            parts.setdefault(at, segment[_EXTENSION.size :])
    whole = bytearray()
    while part := parts.get(len(whole)):
        whole += part
    return (main, bytes(whole)) if whole and len(whole) == total_bytes else (main,)
