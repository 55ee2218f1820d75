"""PNG, TIFF, WebP and GIF by libvips, row by row wherever the format allows it; AVIF in HDR."""

from __future__ import annotations

import contextlib
import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image

from media_server.media.decode.colour import to_srgb
from media_server.media.decode.decoder import MAX_FRAME_PIXELS, MAX_PIXELS
from media_server.media.decode.turn import turn_upright
from media_server.media.errors import (
    CorruptError,
    MediaError,
    TooLargeError,
    TruncatedError,
    UnsupportedError,
)
from media_server.media.formats.tiff_extent import ends_early
from media_server.media.formats.webp import first_frame, read_webp
from media_server.media.hdr import read_cicp
from media_server.media.sniff import SNIFF_BYTES, Mime, sniff
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from media_server.media.cicp import Cicp
    from media_server.media.source import Source

# libvips reads these when it is loaded. One thread: the pool has one process a core.
os.environ["VIPS_CONCURRENCY"] = "1"
os.environ["VIPS_BLOCK_UNTRUSTED"] = "1"

import pyvips

pyvips.cache_set_max(0)

# What the loaders say when a file ends too early.
_TRUNCATED = ("truncated", "end of", "eof", "not enough", "short")
# What libvips 8.18 says of every TIFF of L*a*b* in 8 bits.
_LAB_FAILURE = "bad labq format"
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_PROFILE = "icc-profile-data"
_END_BYTES = 4_096
# The loader follows the sniffed type; libvips never guesses.
_LOADERS: dict[Mime, str] = {
    "image/png": "pngload_source",
    "image/tiff": "tiffload_source",
    "image/webp": "webpload_source",
    "image/gif": "gifload_source",
    "image/avif": "heifload_source",
}
_WHOLE_FRAME = frozenset({"image/gif", "image/webp", "image/avif"})


def decode_vips(source: Source, edge_px: int, orientation: int) -> Image.Image:
    """As in `Decoder`."""
    mime = sniff(source.read_at(0, SNIFF_BYTES))
    if mime not in _LOADERS:
        raise UnsupportedError("no decoder for this type")
    if mime == "image/webp":
        source = _checked_webp(source)
    cicp = read_cicp(source, mime)
    with source.open() as file:
        origin = _origin(file)  # must outlive the decoding: libvips holds no reference
        try:
            if cicp is not None and not cicp.is_srgb:
                return turn_upright(_decode_deep(origin, mime, edge_px, cicp), orientation)
            small = _decode(origin, mime, edge_px)
            pixels = small.write_to_memory()
            profile = _profile(small) if cicp is None else None
        except pyvips.Error as error:
            if _LAB_FAILURE in str(error):
                return _from_lab(source, edge_px)
            raise _failure(error, source, mime) from error
    mode = _MODES.get(small.bands)
    if mode is None:
        raise UnsupportedError("the picture has more channels than colours and transparency")
    image = Image.frombuffer(mode, (small.width, small.height), pixels, "raw", mode, 0, 1)
    return turn_upright(to_srgb(image, profile), orientation)


def _from_lab(source: Source, edge_px: int) -> Image.Image:
    """A TIFF of L*a*b* in 8 bits by Pillow, which turns TIFFs upright by itself."""
    from media_server.media.decode.pillow import check_frame, opened, plain, scale

    with opened(source, "TIFF") as picture:
        check_frame(picture)
        picture.load()
        small = scale(plain(picture), Size(*picture.size).fit_within(edge_px))
        return to_srgb(small, picture.info.get("icc_profile"))


def _origin(file: BinaryIO) -> Any:  # noqa: ANN401 - pyvips has no types
    if isinstance(file, io.BytesIO):
        return pyvips.Source.new_from_memory(file.getvalue())
    return pyvips.Source.new_from_descriptor(file.fileno())


def _open(origin: Any, mime: Mime, **options: float) -> Any:  # noqa: ANN401
    load = getattr(pyvips.Image, _LOADERS[mime])
    picture = load(origin, access="sequential", fail_on="error", **options)
    _check_size(picture, mime)
    return picture


def _decode_deep(origin: Any, mime: Mime, edge_px: int, cicp: Cicp) -> Image.Image:  # noqa: ANN401
    """Without losing what lies beyond eight bits and sRGB before it is brought there."""
    from media_server.media.decode.deep import shrink_deep

    picture = _open(origin, mime)
    if picture.bands < 3:
        picture = picture.colourspace("rgb16" if picture.format == "ushort" else "srgb")
    return shrink_deep(picture, Size(picture.width, picture.height).fit_within(edge_px), cicp)


def _decode(origin: Any, mime: Mime, edge_px: int) -> Any:  # noqa: ANN401
    picture = _open(origin, mime)
    target = Size(picture.width, picture.height).fit_within(edge_px)
    if mime == "image/webp":
        # libwebp shrinks while it decodes; twice the target leaves the rest to a better filter.
        scale = min(1.0, 2 * target.width_px / picture.width)
        picture = _open(origin, mime, scale=scale)
    return _to_eight_bit(_shrink(picture, target))


def _checked_webp(source: Source) -> Source:
    """The first frame of a WebP, for all of whose pixels libvips takes memory when it opens it."""
    layout = read_webp(source)
    if (layout.width_px or 0) * (layout.height_px or 0) > MAX_FRAME_PIXELS:
        raise TooLargeError("more pixels than the limit")
    return first_frame(source)


def _check_size(picture: Any, mime: Mime) -> None:  # noqa: ANN401
    whole = mime in _WHOLE_FRAME or picture.get_typeof("interlaced")
    if picture.width * picture.height > (MAX_FRAME_PIXELS if whole else MAX_PIXELS):
        raise TooLargeError("more pixels than the limit")


def _shrink(picture: Any, target: Size) -> Any:  # noqa: ANN401
    return picture.thumbnail_image(
        target.width_px, height=target.height_px, size="force", no_rotate=True
    )


def _profile(picture: Any) -> bytes | None:  # noqa: ANN401
    return bytes(picture.get(_PROFILE)) if picture.get_typeof(_PROFILE) else None


def _to_eight_bit(picture: Any) -> Any:  # noqa: ANN401
    """One, three or four bands of 8 bits; colours still as their profile means them."""
    if picture.interpretation == "cmyk" and picture.get_typeof(_PROFILE):
        # The one kind that needs its profile now. The result carries an sRGB profile instead.
        with contextlib.suppress(pyvips.Error):  # a broken one: the built-in one below does
            picture = picture.icc_transform("srgb", embedded=True, depth=8)
    space = "b-w" if picture.bands < 3 and picture.interpretation in ("b-w", "grey16") else "srgb"
    picture = picture.colourspace(space)
    if picture.bands == 2:
        picture = picture.colourspace("srgb")
    return picture if picture.format == "uchar" else picture.cast("uchar")


def _failure(error: Exception, source: Source, mime: Mime) -> MediaError:
    text = str(error).lower()
    if "out of memory" in text:
        raise MemoryError from error
    if any(word in text for word in _TRUNCATED) or _ends_early(source, mime):
        return TruncatedError("the file ends before its picture does")
    return CorruptError("the picture cannot be decoded")


def _ends_early(source: Source, mime: Mime) -> bool:
    """Whether the container says so; libvips says the same of this and of other damage."""
    if mime == "image/png":
        return b"IEND" not in source.read_at(max(0, source.size_bytes - _END_BYTES), _END_BYTES)
    return mime == "image/tiff" and ends_early(source)


def lacks_pixels(source: Source) -> bool:
    """Whether a JPEG ends before its last row though it has an end mark.

    libjpeg only warns of it, and Pillow keeps the warning to itself.
    """
    with source.open() as file:
        origin = _origin(file)
        try:
            picture = pyvips.Image.jpegload_source(origin, access="sequential", fail_on="warning")
            picture.avg()
        except pyvips.Error as error:
            return "premature end" in str(error).lower()
    return False


def shrink_numbers(numbers: NDArray[Any], target: Size, cicp: Cicp) -> Image.Image:
    """A small picture in sRGB of (height, width, 3 or 4) numbers of 16 bits.

    Raises:
        CorruptError: libvips refuses them.
    """
    from media_server.media.decode.deep import shrink_deep

    try:
        return shrink_deep(pyvips.Image.new_from_array(numbers), target, cicp)
    except pyvips.Error as error:
        raise CorruptError("the picture cannot be decoded") from error
