"""AVIF: by Pillow where 8 bits are enough, by libvips where the picture is HDR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.decode.decoder import MAX_DEEP_PIXELS
from media_server.media.decode.pillow import decode_pillow
from media_server.media.hdr import primary_pixels, read_cicp

if TYPE_CHECKING:
    from PIL import Image

    from media_server.media.source import Source

_UPRIGHT = 1


def decode_avif(source: Source, edge_px: int, orientation: int) -> Image.Image:
    """As in `Decoder`."""
    cicp = read_cicp(source, "image/avif")
    if cicp is None or not cicp.is_hdr or primary_pixels(source) > MAX_DEEP_PIXELS:
        return decode_pillow(source, edge_px, orientation, cicp)
    from media_server.media.decode.vips import decode_vips

    # Of these two, only Pillow leaves the turning to others.
    return decode_vips(source, edge_px, _UPRIGHT)
