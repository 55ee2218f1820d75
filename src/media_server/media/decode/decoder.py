"""What a decoder is, and which one reads which type.

Measured on 12 MP phone photos and on 64×48 ones: Pillow reads JPEG with less of a core and half the
memory of libvips; libvips reads PNG and TIFF faster, and row by row, so that size costs no memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from media_server.media.sniff import HEIF_MIMES, RAW_MIMES

if TYPE_CHECKING:
    from PIL.Image import Image

    from media_server.media.sniff import Mime
    from media_server.media.source import Source

MAX_PIXELS = 200_000_000
"""More than any camera's picture; below it are stitched panoramas and scans."""

MAX_FRAME_PIXELS = 51_000_000
"""The same for what can only be decoded as a whole, at up to nine bytes a pixel: HEIC, AVIF, WebP,
GIF, BMP, JPEG XL and the like, interlaced PNG, progressive JPEG. A phone's 50 MP HEIC passes."""

MAX_DEEP_PIXELS = 8_000_000
"""Up to here HEIC and AVIF in HDR are decoded with all their bits, at some twenty bytes a pixel.
Larger ones give 8 bits a channel, of which shrinking averages many: no banding is seen."""

_BY_VIPS: frozenset[Mime] = frozenset({"image/png", "image/tiff", "image/webp", "image/gif"})


class Decoder(Protocol):
    """Decodes the first picture of a file."""

    def __call__(self, source: Source, edge_px: int, orientation: int) -> Image:
        """Decode, shrink to at most `edge_px` (never enlarge), turn upright, convert to sRGB.

        Args:
            source: a file of a type that this decoder reads.
            edge_px: longest allowed edge, ≥ 1.
            orientation: how the stored picture must be turned, as in EXIF, 1 to 8.

        Returns:
            Mode L, RGB or RGBA, 8 bits a channel; RGBA exactly when the file has transparency.

        Raises:
            MediaError: the file cannot be decoded.
            MemoryError: nor within the memory there is.
        """


def decoder_for(mime: Mime) -> Decoder:
    """The decoder of a type. Its library is loaded now, not before."""
    if mime in HEIF_MIMES:
        from media_server.media.decode.heif import decode_heif

        return decode_heif
    if mime == "image/jxl":
        from media_server.media.decode.jxl import decode_jxl

        return decode_jxl
    if mime in RAW_MIMES:
        from media_server.media.decode.raw import decode_raw

        return decode_raw
    if mime == "image/avif":
        from media_server.media.decode.avif import decode_avif

        return decode_avif
    if mime == "image/vnd.adobe.photoshop":
        from media_server.media.decode.psd import decode_psd

        return decode_psd
    if mime == "image/x-icon":
        from media_server.media.decode.ico import decode_ico

        return decode_ico
    if mime in _BY_VIPS:
        from media_server.media.decode.vips import decode_vips

        return decode_vips
    from media_server.media.decode.pillow import decode_pillow

    return decode_pillow
