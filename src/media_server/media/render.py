"""Makes renditions: decodes a picture at about the size wanted and encodes it."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

from PIL import Image

from media_server.media.decode import decoder_for
from media_server.media.inspect import identify, inspect_turning
from media_server.media.picture import (
    GRID_EDGE_PX,
    NO_COLOUR,
    PREVIEW_EDGE_PX,
    THUMBNAIL_EDGE_PX,
    Picture,
)
from media_server.media.sniff import HEIF_MIMES, RAW_MIMES, Mime

if TYPE_CHECKING:
    from media_server.media.source import Source

_JPEG_QUALITY = 80
_PREVIEW_QUALITY = 82
_WEBP_QUALITY = 80
# 0 is libwebp's fastest: at this size the slowest saves a tenth of the bytes for thrice the time.
_WEBP_METHOD = 0
# As PNG, photos compress best and fastest by run lengths alone (99 kB in 4.0 ms; a level-1 search:
# 107 kB in 4.7 ms; Pillow's default: 97 kB in 21 ms). Drawings and screenshots want the search.
_PHOTOS: frozenset[Mime] = frozenset(
    {"image/jpeg", "image/avif", "image/jxl", *HEIF_MIMES, *RAW_MIMES}
)


def grid(source: Source) -> Picture:
    """The picture for the timeline: at most 320 px, upright, sRGB, without metadata.

    Returns:
        JPEG, or WebP when the picture has transparency.

    Raises:
        MediaError: the file cannot be decoded.
        MemoryError: nor within the memory there is.
    """
    return encode_small(_decode(source, GRID_EDGE_PX)[1])


def preview(source: Source) -> Picture:
    """The picture for a whole screen: at most 2048 px, upright, sRGB, without metadata.

    Never enlarged. Of a film, a telling frame.

    Returns:
        JPEG, or WebP when the picture has transparency.

    Raises:
        MediaError: the file cannot be decoded.
        MemoryError: nor within the memory there is.
    """
    if identify(source) is None:
        picture = _decode_frame(source, PREVIEW_EDGE_PX)
    else:
        _, picture = _decode(source, PREVIEW_EDGE_PX)
    return _encode_shown(picture, _PREVIEW_QUALITY)


def thumbnail(source: Source) -> Picture:
    """The contract's thumbnail: 256×256 RGBA PNG, the picture centred on transparent.

    Never enlarged; without loss for pictures that fit.

    Raises:
        MediaError: the file cannot be decoded.
        MemoryError: nor within the memory there is.
    """
    mime, picture = _decode(source, THUMBNAIL_EDGE_PX)
    square = Image.new("RGBA", (THUMBNAIL_EDGE_PX, THUMBNAIL_EDGE_PX))
    left = (THUMBNAIL_EDGE_PX - picture.width) // 2
    top = (THUMBNAIL_EDGE_PX - picture.height) // 2
    square.paste(picture.convert("RGBA"), (left, top))
    strategy = zlib.Z_RLE if mime in _PHOTOS else zlib.Z_DEFAULT_STRATEGY
    return _encode(square, "PNG", "image/png", compress_level=1, compress_type=strategy)


def poster(source: Source) -> Picture:
    """A telling frame of a film for the timeline: at most 320 px, upright, sRGB, no metadata.

    Raises:
        MediaError: the file cannot be decoded.
        MemoryError: nor within the memory there is.
    """
    return encode_small(_decode_frame(source, GRID_EDGE_PX))


def encode_small(picture: Image.Image) -> Picture:
    """Encode a small picture of mode L, RGB or RGBA for the timeline.

    Returns:
        WebP where a pixel is transparent; JPEG also for an alpha channel that hides nothing.
    """
    return _encode_shown(picture, _JPEG_QUALITY)


def _encode_shown(picture: Image.Image, quality: int) -> Picture:
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    if picture.mode == "RGBA":
        return _encode(picture, "WEBP", "image/webp", quality=_WEBP_QUALITY, method=_WEBP_METHOD)
    return _encode(picture, "JPEG", "image/jpeg", quality=quality)


def _decode(source: Source, edge_px: int) -> tuple[Mime, Image.Image]:
    mime, orientation = inspect_turning(source)
    return mime, decoder_for(mime)(source, edge_px, orientation)


def _decode_frame(source: Source, edge_px: int) -> Image.Image:
    # Imported late: pictures do not need FFmpeg.
    from media_server.media.decode.video import poster as decode_poster

    return decode_poster(source, edge_px)


def _encode(picture: Image.Image, form: str, mime: str, **options: int) -> Picture:
    picture.info.clear()  # encoders would write comments, profiles and EXIF found there
    file = io.BytesIO()
    picture.save(file, form, **options)
    size, colour = picture.size, mean_colour(picture)
    return Picture(mime, *size, file.getvalue(), colour)  # type: ignore[arg-type]


def mean_colour(picture: Image.Image) -> int:
    """The mean of the pixels of a picture of mode L, RGB or RGBA, as far as they are seen.

    Returns:
        0xRRGGBB, `NO_COLOUR` where all is transparent.
    """
    # By areas first: the mean of a mean, and a tenth of the time.
    small = picture.reduce(max(1, min(picture.size) // 16)) if min(picture.size) > 16 else picture
    pixel = small.convert("RGBA").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    red, green, blue, alpha = pixel
    return red << 16 | green << 8 | blue if alpha else NO_COLOUR
