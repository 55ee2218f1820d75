"""JPEG XL by libjxl through pylibjxl, which turns pictures upright by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pylibjxl
from PIL import Image

from media_server.media.decode.colour import to_srgb
from media_server.media.decode.decoder import MAX_FRAME_PIXELS
from media_server.media.decode.pillow import scale
from media_server.media.errors import CorruptError, TooLargeError, TruncatedError
from media_server.media.formats.jxl import ends_early, read_jxl_header
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from media_server.media.source import Source

# libjxl takes the whole file into memory.
_MAX_FILE_BYTES = 100_000_000


def decode_jxl(source: Source, edge_px: int, orientation: int) -> Image.Image:
    """As in `Decoder`; `orientation` is not used, since libjxl has applied it already."""
    del orientation
    header = read_jxl_header(source)
    if header.width_px * header.height_px > MAX_FRAME_PIXELS:
        raise TooLargeError("more pixels than the limit for pictures decoded as a whole")
    if source.size_bytes > _MAX_FILE_BYTES:
        raise TooLargeError("more bytes than the limit for pictures decoded as a whole")
    with pylibjxl.JXL(threads=1, pool_size=1) as library:
        try:
            pixels, notes = library.decode(source.read_at(0, source.size_bytes), metadata=True)
        except (RuntimeError, ValueError) as error:
            if ends_early(source):
                raise TruncatedError("the file ends before its picture does") from error
            raise CorruptError("the picture cannot be decoded") from error
    picture = Image.fromarray(pixels)
    small = scale(picture, Size(*picture.size).fit_within(edge_px))
    return to_srgb(small, notes.get("icc"), header.cicp)
