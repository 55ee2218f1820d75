"""Camera raw files by LibRaw through rawpy: the preview inside where it is good, else the sensor's.

LibRaw is asked only for what `inspect` has told to be a raw file: it tries its luck with anything.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import rawpy
from PIL import Image

from media_server.media.decode.decoder import MAX_PIXELS
from media_server.media.decode.pillow import decode_pillow, scale
from media_server.media.decode.turn import turn_upright
from media_server.media.errors import (
    CorruptError,
    MediaError,
    TooLargeError,
    TruncatedError,
    UnsupportedError,
)
from media_server.media.formats.jpeg import read_jpeg
from media_server.media.source import BytesSource
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.source import Source

# LibRaw takes the whole file into memory. 100 MP in 16 bits, without compression, are 200 MB.
_MAX_FILE_BYTES = 300_000_000
# Previews are cut to whole blocks, and sensors have some rows more than the picture.
_SHAPE_TOLERANCE = 0.03
_MIN_EDGE_PX = 16
# How LibRaw says that a picture must be turned, as EXIF says it.
_ORIENTATION_BY_FLIP = {3: 3, 5: 8, 6: 6}
_SRGB_CURVE = (2.4, 12.92)


def decode_raw(source: Source, edge_px: int, orientation: int) -> Image.Image:
    """As in `Decoder`."""
    if source.size_bytes > _MAX_FILE_BYTES:
        raise TooLargeError("more bytes than the limit for raw files")
    with _opened(source) as raw:
        sizes = raw.sizes
        if not sizes.width or not sizes.height:
            raise CorruptError("the raw file has no size")
        stored = _shown_part(sizes)
        if sizes.raw_width * sizes.raw_height > MAX_PIXELS:
            raise TooLargeError("more pixels than the limit")
        if orientation == 1:  # some makers say it where EXIF does not look
            orientation = _ORIENTATION_BY_FLIP.get(sizes.flip, 1)
        preview = _preview(raw, stored, edge_px, orientation)
        return preview if preview is not None else _developed(raw, edge_px, orientation)


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[rawpy.RawPy]:
    """The file with its headers read. The library's errors become this floor's."""
    try:
        with source.open() as file, rawpy.RawPy() as raw:
            raw.open_buffer(file)
            yield raw
    except rawpy.LibRawUnsufficientMemoryError as error:
        raise MemoryError from error
    except rawpy.LibRawTooBigError as error:
        raise TooLargeError("more pixels than the limit") from error
    except rawpy.LibRawIOError as error:
        raise TruncatedError("the file ends before its picture does") from error
    except rawpy.LibRawDataError as error:
        raise CorruptError("the picture cannot be decoded") from error
    except (rawpy.LibRawFileUnsupportedError, rawpy.NotSupportedError) as error:
        raise UnsupportedError("raw files of this camera cannot be read") from error
    except (rawpy.LibRawError, ValueError, OSError) as error:
        raise CorruptError("the picture cannot be decoded") from error


def _preview(raw: rawpy.RawPy, stored: Size, edge_px: int, orientation: int) -> Image.Image | None:
    """The largest preview, upright; None when it is too small, broken, or of another shape."""
    try:
        found = raw.extract_thumb()
    except (rawpy.LibRawError, ValueError):
        return None
    if found.format != rawpy.ThumbFormat.JPEG:
        return None
    embedded = BytesSource(bytes(found.data))
    try:
        layout = read_jpeg(embedded)
        if not layout.width_px or not layout.height_px:
            return None
        size = Size(layout.width_px, layout.height_px)
        if max(layout.width_px, layout.height_px) < min(edge_px, *_half(stored)):
            return None
        if not _same_shape(size, stored):
            if not _same_shape(size.upright(6), stored):
                return None
            orientation = 1  # the camera has turned its preview, but not what the sensor saw
        return decode_pillow(embedded, edge_px, orientation)
    except MediaError:
        return None


def _shown_part(sizes: rawpy.ImageSizes) -> Size:
    """What the camera shows of its picture: all, or a part in the shape that was chosen."""
    is_part = sizes.crop_width * 2 >= sizes.width and sizes.crop_height * 2 >= sizes.height
    if is_part:
        return Size(sizes.crop_width, sizes.crop_height)
    return Size(sizes.width, sizes.height)


def _half(stored: Size) -> tuple[int]:
    """The longest edge that developing the sensor's picture would give."""
    return (max(stored.width_px, stored.height_px) // 2,)


def _same_shape(size: Size, other: Size) -> bool:
    ratio = size.width_px * other.height_px / (size.height_px * other.width_px)
    return abs(ratio - 1) <= _SHAPE_TOLERANCE


def _developed(raw: rawpy.RawPy, edge_px: int, orientation: int) -> Image.Image:
    """The sensor's picture at half its size, with the white that the camera measured."""
    sizes = raw.sizes  # as the file has them: LibRaw halves its own while it develops
    raw.unpack()
    pixels = raw.postprocess(
        half_size=True,
        use_camera_wb=True,
        output_color=rawpy.ColorSpace.sRGB,
        output_bps=8,
        gamma=_SRGB_CURVE,
        user_flip=0,
    )
    picture = _cropped(Image.fromarray(pixels), sizes)
    small = scale(picture, Size(*picture.size).fit_within(edge_px))
    return turn_upright(small, orientation)


def _cropped(picture: Image.Image, sizes: rawpy.ImageSizes) -> Image.Image:
    """The part that the camera shows; LibRaw adds the rows and columns around it."""
    parts = sizes.width / picture.width  # 2, or 1 where the sensor has all colours everywhere
    left = (sizes.crop_left_margin - sizes.left_margin) / parts
    top = (sizes.crop_top_margin - sizes.top_margin) / parts
    right, bottom = left + sizes.crop_width / parts, top + sizes.crop_height / parts
    fits = left >= 0 and top >= 0 and right <= picture.width and bottom <= picture.height
    if not fits or (right - left) * 2 < picture.width or (bottom - top) * 2 < picture.height:
        return picture
    return picture.crop((round(left), round(top), round(right), round(bottom)))
