"""Makes a small upright picture of the preview that a camera put into its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.decode.pillow import decode_pillow
from media_server.media.decode.turn import turn_upright
from media_server.media.errors import MediaError
from media_server.media.formats.jpeg import read_jpeg
from media_server.media.picture import GRID_EDGE_PX, Picture
from media_server.media.render import encode_small
from media_server.media.source import BytesSource

if TYPE_CHECKING:
    from PIL.Image import Image

    from media_server.media.source import Source
    from media_server.model.geometry import Size

_MIN_EDGE_PX = 16
# Cameras embed up to full HD; more would cost what a preview is to save.
_MAX_PIXELS = 8_000_000
# A bar is cut when the shapes differ by more than the rounding of a 160 px preview does.
_SHAPE_TOLERANCE = 0.02
# JPEG smears the picture's edge into the bar beside it.
_BLUR_PX = 3
_MAX_BLACK = 40


def render_preview(embedded: bytes, stored: Size, orientation: int) -> Picture | None:
    """An embedded JPEG as a preview, upright and without bars.

    Args:
        embedded: the JPEG; it lies as the main picture does.
        stored: size of the main picture before turning.
        orientation: of the main picture, as in EXIF, 1 to 8.

    Returns:
        At most `GRID_EDGE_PX` at its longer edge; None when the preview is broken or tiny.
    """
    source = BytesSource(embedded)
    try:
        claimed = read_jpeg(source)
        if (claimed.width_px or 0) * (claimed.height_px or 0) > _MAX_PIXELS:
            return None
        picture = decode_pillow(source, GRID_EDGE_PX, 1)
    except MediaError:
        return None
    if _has_shape(picture, stored.height_px, stored.width_px) and not _has_shape(
        picture, stored.width_px, stored.height_px
    ):
        orientation = 1  # the camera has turned its preview, but not the main picture
    else:
        cut = _without_bars(picture, stored.width_px / stored.height_px)
        if cut is None:
            return None
        picture = cut
    if min(picture.size) < _MIN_EDGE_PX:
        return None
    return encode_small(turn_upright(picture, orientation))


def render_coded_preview(source: Source) -> Picture | None:
    """The preview item of a HEIC file, which libheif turns upright itself.

    Returns:
        At most `GRID_EDGE_PX` at its longer edge; None when the preview is broken or absent.
    """
    from media_server.media.decode.heif import decode_heif_preview

    try:
        picture = decode_heif_preview(source, GRID_EDGE_PX)
    except MediaError:
        return None
    return encode_small(picture) if picture is not None else None


def _has_shape(picture: Image, width: float, height: float) -> bool:
    return abs(picture.width / picture.height * height / width - 1) <= _SHAPE_TOLERANCE


def _without_bars(picture: Image, shape: float) -> Image | None:
    """Cut the black bars that fill a preview up to the camera's usual shape.

    Returns:
        None when what lies outside the main picture's shape is not black: the preview then shows
        something else, such as the picture before it was cropped.
    """
    if _has_shape(picture, shape, 1):
        return picture
    width = min(picture.width, round(picture.height * shape))
    height = min(picture.height, round(picture.width / shape))
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    right, bottom = left + width, top + height
    bars = (
        (0, 0, picture.width, top - _BLUR_PX),
        (0, bottom + _BLUR_PX, picture.width, picture.height),
        (0, 0, left - _BLUR_PX, picture.height),
        (right + _BLUR_PX, 0, picture.width, picture.height),
    )
    if all(_is_black(picture, bar) for bar in bars if bar[0] < bar[2] and bar[1] < bar[3]):
        return picture.crop((left, top, right, bottom))
    return None


def _is_black(picture: Image, box: tuple[int, int, int, int]) -> bool:
    _, brightest = picture.crop(box).convert("L").getextrema()
    return isinstance(brightest, int) and brightest <= _MAX_BLACK
