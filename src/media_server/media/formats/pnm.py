"""The portable any-map family: PBM, PGM, PPM. Source: the netpbm manual, pbm, pgm and ppm (5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.errors import CorruptError
from media_server.media.layout import Layout
from media_server.media.marks import pnm_size
from media_server.media.sniff import SNIFF_BYTES

if TYPE_CHECKING:
    from media_server.media.source import Source


def read_pnm(source: Source) -> Layout:
    """The size of a PBM, PGM or PPM.

    Raises:
        CorruptError: a side is zero, or no size.
    """
    width_px, height_px = pnm_size(source.read_at(0, SNIFF_BYTES)) or (0, 0)
    if not width_px or not height_px:
        raise CorruptError("the picture has a side of zero pixels")
    return Layout(width_px, height_px)
