"""HEIC and HEIF by libheif through pillow-heif, which turns pictures upright by itself."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pillow_heif

from media_server.media.decode.colour import to_srgb
from media_server.media.decode.decoder import MAX_DEEP_PIXELS, MAX_FRAME_PIXELS
from media_server.media.decode.pillow import plain, scale
from media_server.media.errors import CorruptError, TooLargeError, TruncatedError
from media_server.media.hdr import primary_pixels, read_cicp
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from pillow_heif.heif import HeifImage

    from media_server.media.cicp import Cicp
    from media_server.media.source import Source

pillow_heif.options.DECODE_THREADS = 1
_MAX_PREVIEW_PIXELS = 4_000_000
_DEEP_MODES = ("RGB;16", "RGBA;16")


def decode_heif(source: Source, edge_px: int, orientation: int) -> Image:
    """As in `Decoder`; `orientation` is not used, since libheif has applied it already."""
    del orientation
    cicp = read_cicp(source, "image/heic")
    deep = cicp is not None and cicp.is_hdr and primary_pixels(source) <= MAX_DEEP_PIXELS
    with _main_picture(source, deep=deep) as main:
        if main.size[0] * main.size[1] > MAX_FRAME_PIXELS:
            raise TooLargeError("more pixels than the limit for pictures decoded as a whole")
        if cicp is not None and main.mode in _DEEP_MODES:
            return _from_deep(main, edge_px, cicp)
        return _finish(main.to_pillow(), main, edge_px, cicp)


def decode_heif_preview(source: Source, edge_px: int) -> Image | None:
    """The first preview of the file's main picture, upright; None without one.

    Args:
        source: a HEIC or HEIF file.
        edge_px: longest allowed edge of the result, ≥ 1.

    Raises:
        MediaError: the file cannot be decoded.
    """
    cicp = read_cicp(source, "image/heic")
    with _main_picture(source, deep=False) as main:
        if not main.info["thumbnails"]:
            return None
        preview = main.get_thumbnail(0)
        if preview.size[0] * preview.size[1] > _MAX_PREVIEW_PIXELS:
            return None
        return _finish(preview.to_pillow(), main, edge_px, cicp)


@contextlib.contextmanager
def _main_picture(source: Source, *, deep: bool) -> Iterator[HeifImage]:
    """The primary picture, not yet decoded; `deep` for 16 bits where the file has more than 8.

    The library's errors become this floor's.
    """
    with source.open() as file:
        try:
            pictures = pillow_heif.open_heif(file, convert_hdr_to_8bit=not deep)
            yield pictures[pictures.primary_index]
        except (OSError, ValueError, SyntaxError, RuntimeError, EOFError) as error:
            raise _failure(error) from error


def _finish(picture: Image, main: HeifImage, edge_px: int, cicp: Cicp | None) -> Image:
    profile = main.info.get("icc_profile")
    small = scale(plain(picture), Size(*picture.size).fit_within(edge_px))
    return to_srgb(small, profile if isinstance(profile, bytes) else None, cicp)


def _from_deep(main: HeifImage, edge_px: int, cicp: Cicp) -> Image:
    """A picture of 16 bits a channel. Pillow has no mode for these, so libvips shrinks it."""
    from numpy import asarray

    from media_server.media.decode.vips import shrink_numbers

    numbers = asarray(main)
    height_px, width_px = numbers.shape[:2]
    return shrink_numbers(numbers, Size(width_px, height_px).fit_within(edge_px), cicp)


def _failure(error: Exception) -> CorruptError | TruncatedError:
    text = str(error).lower()
    if "end of file" in text or "truncated" in text:
        return TruncatedError("the file ends before its picture does")
    return CorruptError("the picture cannot be decoded")
