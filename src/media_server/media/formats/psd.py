"""Photoshop documents: size, embedded metadata and preview, from the header and the resources.

Decodes nothing. Source: Adobe Photoshop File Formats Specification (2019), sections 'File Header'
and 'Image Resources'.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.layout import MAX_IPTC_BYTES, MAX_XMP_BYTES, Layout, within
from media_server.media.source import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.source import Source

MAX_RESOURCES: Final = 1_000
MAX_EXIF_BYTES: Final = 1_000_000
MAX_PROFILE_BYTES: Final = 4_000_000

_HEADER = struct.Struct(">4sHxxxxxxHLLHH")
_IPTC, _PREVIEW, _PROFILE, _EXIF, _XMP = 1028, 1036, 1039, 1058, 1060
# The preview's own header: form, sizes, depth; the JPEG stands behind it.
_PREVIEW_HEADER_BYTES = 28
_MAX_PREVIEW_BYTES = 1_000_000
_WINDOW_BYTES = 4_096


class PsdHeader(NamedTuple):
    """The beginning of the file.

    Attributes:
        version: 1; 2 for documents with sides above 30,000 pixels.
        channels: colours, transparency and more.
        height_px: ≥ 1.
        width_px: ≥ 1.
        depth: bits a channel.
        mode: 0 bitmap, 1 grey, 2 palette, 3 RGB, 4 CMYK, 7 multichannel, 8 duotone, 9 Lab.
        picture_at: where the flattened picture begins.
        is_transparent: whether the channel behind its colours says what can be seen through.
    """

    version: int
    channels: int
    height_px: int
    width_px: int
    depth: int
    mode: int
    picture_at: int
    is_transparent: bool


def read_psd(source: Source) -> Layout:
    """Where the parts of a Photoshop document lie.

    Raises:
        TruncatedError: the file ends within its header.
        CorruptError: a side is zero.
    """
    header = read_psd_header(source)
    found: dict[int, tuple[int, int]] = {}
    for kind, at, length in _resources(source):
        found.setdefault(kind, (at, length))

    def part(kind: int, at_most: int) -> bytes | None:
        at, length = found.get(kind, (0, 0))
        return source.read_at(at, min(length, at_most)) if length else None

    def preview() -> bytes:
        data = part(_PREVIEW, _MAX_PREVIEW_BYTES) or b""
        return data[_PREVIEW_HEADER_BYTES:] if data[:4] == b"\0\0\0\1" else b""

    exif, xmp = part(_EXIF, MAX_EXIF_BYTES), part(_XMP, MAX_XMP_BYTES)
    return Layout(
        header.width_px,
        header.height_px,
        within(exif) if exif else None,
        preview=preview if _PREVIEW in found else None,
        xmp=(xmp,) if xmp else (),
        iptc=part(_IPTC, MAX_IPTC_BYTES),
    )


def read_psd_header(source: Source) -> PsdHeader:
    """The header.

    Raises:
        TruncatedError, CorruptError: as in `read_psd`.
    """
    raw = source.read_at(0, _HEADER.size)
    if len(raw) < _HEADER.size:
        raise TruncatedError("the Photoshop document ends within its header")
    _, version, channels, height_px, width_px, depth, mode = _HEADER.unpack(raw)
    if not width_px or not height_px:
        raise CorruptError("the Photoshop document has a side of zero pixels")
    at = _HEADER.size
    for _ in range(2):  # the palette, the resources
        at += 4 + int.from_bytes(source.read_at(at, 4), "big")
    wide = 4 if version == 1 else 8
    layers_bytes = int.from_bytes(source.read_at(at, wide), "big")
    # A negative number of layers says it: 'Layer info'.
    layers = int.from_bytes(source.read_at(at + 2 * wide, 2), "big", signed=True)
    at += wide + layers_bytes
    return PsdHeader(
        version, channels, height_px, width_px, depth, mode, at, layers_bytes > wide and layers < 0
    )


def read_psd_profile(source: Source) -> bytes | None:
    """The ICC profile of the document; None without one."""
    for kind, at, length in _resources(source):
        if kind == _PROFILE and length <= MAX_PROFILE_BYTES:
            return source.read_at(at, length)
    return None


def _resources(source: Source) -> Iterator[tuple[int, int, int]]:
    """(number, offset of the content, its length) of each, as far as they are in order."""
    at = _HEADER.size
    at += 4 + int.from_bytes(source.read_at(at, 4), "big")
    end = at + 4 + int.from_bytes(source.read_at(at, 4), "big")
    at += 4
    window = Window(source, 0, _WINDOW_BYTES)
    for _ in range(MAX_RESOURCES):
        head = window.take(at, 7)
        if at >= end or len(head) < 7 or head[:4] not in (b"8BIM", b"MeSa", b"AgHg", b"PHUT"):
            return
        name_bytes = 1 + head[6]
        at += 6 + name_bytes + name_bytes % 2
        length = int.from_bytes(window.take(at, 4), "big")
        yield int.from_bytes(head[4:6], "big"), at + 4, length
        at += 4 + length + length % 2
