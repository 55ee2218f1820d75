"""JPEG, BMP, AVIF, JPEG 2000, PCX, TGA, PBM, PGM and PPM by Pillow."""

from __future__ import annotations

import contextlib
import struct
import warnings
from typing import TYPE_CHECKING

from PIL import (
    Image,
    ImageChops,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    UnidentifiedImageError,
)

from media_server.media.cicp import ADOBE_RGB
from media_server.media.decode.colour import to_srgb
from media_server.media.decode.decoder import MAX_FRAME_PIXELS, MAX_PIXELS
from media_server.media.decode.turn import turn_upright
from media_server.media.errors import CorruptError, MediaError, TooLargeError, TruncatedError
from media_server.media.formats.dcf import is_adobe_rgb
from media_server.media.formats.jp2 import ends_early, read_jp2_colours, resolution_levels
from media_server.media.sniff import PNM_MIMES, SNIFF_BYTES, sniff
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.cicp import Cicp
    from media_server.media.sniff import Mime
    from media_server.media.source import Source

# Named, so that no other of Pillow's many readers gets a guess.
_FORMATS: dict[Mime, str] = {
    "image/jpeg": "JPEG",
    "image/bmp": "BMP",
    "image/avif": "AVIF",
    "image/jp2": "JPEG2000",
    "image/jpx": "JPEG2000",
    "image/x-pcx": "PCX",
    "image/x-tga": "TGA",
    **dict.fromkeys(PNM_MIMES, "PPM"),
}
_DCT_SCALES = (8, 4, 2)
# The decoder has averaged already. Coded for the timeline, pictures are 0.4 dB further from those
# of the best filter than with BICUBIC (34.5 against 35.0), for half its time: 1.2 ms of 30 a photo.
_AFTER_DCT = Image.Resampling.HAMMING
# libjpeg leaves its fast path near the end of each block that it is fed; Pillow's own 64 kB cost
# a photo of 3 MB a twentieth of its time.
_JPEG_BLOCK_BYTES = 8 << 20
# Each scan of a progressive JPEG is a walk through all of its pixels: 1,000 over 50 MP take 4 s
# (libjpeg-turbo's report LJT-01-004). Encoders write about ten.
_MAX_SCANNED_PIXELS = 30_000_000_000
_SCAN = b"\xff\xda"
_COUNTED_BYTES = 1 << 20
# OpenJPEG keeps four bytes for each colour of each pixel, several times.
_MAX_JP2_PIXELS = 20_000_000
_Part = tuple[float, float, float, float]
_MISSING = 128
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, UserWarning)
_TRUNCATED = ("truncated", "not enough image data", "unexpected end", "reached eof")
# Both checks of Pillow stand behind our own, which is by format.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def decode_pillow(
    source: Source, edge_px: int, orientation: int, cicp: Cicp | None = None
) -> Image.Image:
    """As in `Decoder`; `cicp` are the code points of the picture's colours, where it has them."""
    # Of what comes here, only TGA has no mark to know it by.
    mime = sniff(source.read_at(0, SNIFF_BYTES)) or "image/x-tga"
    with opened(source, _FORMATS[mime]) as picture:
        if isinstance(picture, JpegImagePlugin.JpegImageFile):
            return _from_jpeg(picture, source, edge_px, orientation)
        if isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
            return _from_jp2(picture, source, edge_px, orientation)
        check_frame(picture)
        picture.load()
        profile = picture.info.get("icc_profile")
        small = scale(plain(picture), Size(*picture.size).fit_within(edge_px))
        return turn_upright(to_srgb(small, profile, cicp), orientation)


@contextlib.contextmanager
def opened(source: Source, form: str) -> Iterator[Image.Image]:
    """A picture of one of Pillow's formats, not yet decoded. The errors become this floor's."""
    with source.open() as file:
        try:
            with Image.open(file, formats=(form,)) as picture:
                yield picture
        except MediaError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise TooLargeError("more pixels than the limit") from error
        except UnidentifiedImageError as error:
            raise CorruptError("the picture has no readable header") from error
        except (*_BROKEN, struct.error) as error:
            if _says_truncated(error) or (form == "JPEG2000" and ends_early(source)):
                raise TruncatedError("the file ends before its picture does") from error
            raise CorruptError("the picture cannot be decoded") from error


def _says_truncated(error: Exception) -> bool:
    text = str(error).lower()
    return any(words in text for words in _TRUNCATED)


def check_frame(picture: Image.Image) -> None:
    """Refuse what is decoded as a whole and would take too much memory.

    Raises:
        TooLargeError: more pixels than `MAX_FRAME_PIXELS`.
    """
    if picture.width * picture.height > MAX_FRAME_PIXELS:
        raise TooLargeError("more pixels than the limit for pictures decoded as a whole")


def _from_jpeg(
    picture: JpegImagePlugin.JpegImageFile, source: Source, edge_px: int, orientation: int
) -> Image.Image:
    stored = Size(*picture.size)
    if picture.info.get("progressive"):
        check_frame(picture)
        if stored.pixels * _scans(source) > _MAX_SCANNED_PIXELS:
            raise CorruptError("the JPEG has more scans than any encoder writes")
    elif stored.pixels > MAX_PIXELS:
        raise TooLargeError("more pixels than the limit")
    target = stored.fit_within(edge_px)
    picture.decodermaxblock = _JPEG_BLOCK_BYTES
    part = _draft(picture, edge_px)
    picture.load()
    if _ends_grey(picture) and _lacks_pixels(source):
        raise TruncatedError("the picture ends before its last row")
    profile = picture.info.get("icc_profile")
    cicp = None
    if profile is None and is_adobe_rgb(picture.info.get("exif", b"")):
        cicp = ADOBE_RGB
    method = Image.Resampling.BICUBIC if part is None else _AFTER_DCT
    small = scale(plain(picture), target, method, part)
    if small.mode == "CMYK" and "adobe" not in picture.info:
        # Only Adobe's are inverted (ITU-T T.872, clauses 6.1 and 6.5.3); Pillow takes all for that.
        small = ImageChops.invert(small)
    return turn_upright(to_srgb(small, profile, cicp), orientation)


def _scans(source: Source) -> int:
    """How many scans a JPEG has, or a few more: those of its preview count, too."""
    starts = range(0, source.size_bytes, _COUNTED_BYTES)
    # One byte more, since a mark may lie across the border.
    return sum(source.read_at(at, _COUNTED_BYTES + 1).count(_SCAN) for at in starts)


def _ends_grey(picture: Image.Image) -> bool:
    """Whether the last corner has the grey with which libjpeg fills up what a file lacks."""
    corner = picture.getpixel((picture.width - 1, picture.height - 1))
    return corner in (_MISSING, (_MISSING,) * 3)


def _lacks_pixels(source: Source) -> bool:
    from media_server.media.decode.vips import lacks_pixels

    return lacks_pixels(source)


def _from_jp2(
    picture: Jpeg2KImagePlugin.Jpeg2KImageFile, source: Source, edge_px: int, orientation: int
) -> Image.Image:
    stored = Size(*picture.size)
    halvings = 0
    # Each resolution is half of the one before; the last one needed is still large enough.
    while max(stored.width_px, stored.height_px) >> (halvings + 1) >= edge_px:
        halvings += 1
    halvings = min(halvings, resolution_levels(source))
    if stored.pixels > MAX_PIXELS or stored.pixels >> (2 * halvings) > _MAX_JP2_PIXELS:
        raise TooLargeError("more pixels than the limit")
    if halvings:
        _halve(picture, halvings)
    picture.load()
    profile, cicp = read_jp2_colours(source)
    part = _halved(stored, halvings, picture)
    small = scale(plain(picture), stored.fit_within(edge_px), part=part)
    return turn_upright(to_srgb(small, profile, cicp), orientation)


def _halve(picture: Jpeg2KImagePlugin.Jpeg2KImageFile, halvings: int) -> None:
    """Have the picture decoded at a lower resolution.

    Pillow's own way, `reduce`, rounds the size where the standard rounds it up (ISO/IEC 15444-1,
    equation B-14), and then refuses the file.
    """
    width_px, height_px = (-(-side >> halvings) for side in picture.size)
    picture._size = (width_px, height_px)
    whole = picture.tile[0]
    assert isinstance(whole.args, tuple)
    form, _, *others = whole.args
    half = ImageFile._Tile(
        whole.codec_name, (0, 0, width_px, height_px), whole.offset, (form, halvings, *others)
    )
    picture.tile = [half]


def _halved(stored: Size, halvings: int, picture: Image.Image) -> _Part:
    """The part of a halved picture that the whole picture is.

    Each halving keeps what lies at the even places, so that the first pixel stands where it stood.
    """
    times = 1 << halvings
    shift = (times - 1) / (2 * times)
    right, bottom = shift + stored.width_px / times, shift + stored.height_px / times
    return shift, shift, min(right, picture.width), min(bottom, picture.height)


def _draft(picture: Image.Image, edge_px: int) -> _Part | None:
    """Have the JPEG decoded at the smallest eighth, quarter or half that is still large enough.

    Returns:
        The part of the decoded picture that the file's is: its last pixels may be half outside.
        None where no such size is large enough.
    """
    width_px, height_px = picture.size
    for scale_ in _DCT_SCALES:
        if max(width_px, height_px) // scale_ >= edge_px:
            smaller = (max(1, width_px // scale_), max(1, height_px // scale_))
            drafted = picture.draft(picture.mode, smaller)
            return drafted[1] if drafted else None
    return None


def plain(picture: Image.Image) -> Image.Image:
    """The same picture in a mode that can be resized: L, RGB, RGBA, CMYK or LAB."""
    if picture.mode in ("L", "RGB", "RGBA", "CMYK", "LAB"):
        return picture
    if picture.mode.startswith("I"):  # grey in 16 bits
        return picture.convert("I").point(_top_byte).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def scale(
    picture: Image.Image,
    target: Size,
    method: Image.Resampling = Image.Resampling.BICUBIC,
    part: _Part | None = None,
) -> Image.Image:
    """Resize a part to exactly `target`, without a needless step when it has that size."""
    size = (target.width_px, target.height_px)
    if picture.size == size and part in (None, (0, 0, *size)):
        return picture
    return picture.resize(size, method, box=part, reducing_gap=3.0)


def _top_byte(value: float) -> float:
    return value * (255 / 65_535)
