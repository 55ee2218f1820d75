"""Whether a picture has parts brighter than white, and what its colour numbers mean.

Reads containers only. A picture with a gain map is one for plain screens as it lies there; the map
says how to brighten it. Sources: Adobe's gain map specification 1.0, Android's Ultra HDR 1.1,
ISO 21496-1:2025, PNG third edition section 11.3.2.6 (cICP).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.cicp import Cicp, cicp_of_nclx, cicp_of_profile
from media_server.media.errors import MediaError
from media_server.media.formats.isobmff import has_gain_map, primary_properties, read_isobmff
from media_server.media.formats.jp2 import read_jp2_colours
from media_server.media.formats.jpeg import segments
from media_server.media.formats.jxl import read_jxl_header
from media_server.media.formats.png import chunks
from media_server.media.sniff import HEIF_MIMES
from media_server.media.source import Window

if TYPE_CHECKING:
    from media_server.media.sniff import Mime
    from media_server.media.source import Source

_WINDOW_BYTES = 1_024

# Where a JPEG says that a gain map follows: in XMP, or in a segment of its own.
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MARKS = (b"http://ns.adobe.com/hdr-gain-map/1.0/", b"http://ns.apple.com/HDRGainMap/1.0/")
_ISO_SEGMENT = b"urn:iso:std:iso:ts:21496:-1\0"
_APP1, _APP2 = 0xE1, 0xE2


def is_hdr(source: Source, mime: Mime) -> bool:
    """Whether there is more brightness in a file than a plain screen shows.

    Args:
        source: the file.
        mime: its type, as `inspect.identify` tells it.

    Returns:
        False also for what is too broken to tell. Never fails.
    """
    try:
        if mime == "image/jpeg":
            return _jpeg_names_gain_map(source)
        cicp = read_cicp(source, mime)
        if cicp is not None and cicp.is_hdr:
            return True
        return (mime == "image/avif" or mime in HEIF_MIMES) and has_gain_map(source)
    except MediaError:
        return False


def read_cicp(source: Source, mime: Mime) -> Cicp | None:
    """The code points of a picture's colours; None where the file has none.

    Raises:
        MediaError: the file is truncated or corrupt.
    """
    if mime == "image/avif" or mime in HEIF_MIMES:
        return _of_heif(source)
    if mime == "image/png":
        return _of_png(source)
    if mime == "image/jxl":
        return read_jxl_header(source).cicp
    if mime in ("image/jp2", "image/jpx"):
        return read_jp2_colours(source)[1]
    return None


def primary_pixels(source: Source) -> int:
    """How many pixels the primary picture of a HEIC or AVIF has.

    Raises:
        MediaError: the file is truncated or corrupt.
    """
    layout = read_isobmff(source)
    return (layout.width_px or 0) * (layout.height_px or 0)


def _jpeg_names_gain_map(source: Source) -> bool:
    window = Window(source, _WINDOW_BYTES, _WINDOW_BYTES)
    for marker, at, length in segments(window):
        if marker == _APP2 and window.take(at, len(_ISO_SEGMENT)) == _ISO_SEGMENT:
            return True
        if marker == _APP1 and window.take(at, len(_XMP_SEGMENT)) == _XMP_SEGMENT:
            packet = source.read_at(at, length)
            if any(mark in packet for mark in _XMP_MARKS):
                return True
    return False


def _of_heif(source: Source) -> Cicp | None:
    """A colr box with code points; else those that its profile carries."""
    colours = [body for kind, body in primary_properties(source) if kind == b"colr"]
    for colr in colours:
        found = cicp_of_nclx(colr)
        if found is not None:
            return found
    for colr in colours:
        if colr[:4] in (b"prof", b"rICC"):
            return cicp_of_profile(colr[4:])
    return None


def _of_png(source: Source) -> Cicp | None:
    window = Window(source, _WINDOW_BYTES, _WINDOW_BYTES)
    for kind, at, _ in chunks(window):
        if kind == b"cICP":
            raw = window.take(at, 2)
            return Cicp(raw[0], raw[1]) if len(raw) == 2 else None
        if kind == b"IDAT":
            break
    return None
