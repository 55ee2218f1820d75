"""Icons and cursors: the largest picture, by the decoder of the format it lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.decode.colour import to_srgb
from media_server.media.decode.pillow import check_frame, opened, plain, scale
from media_server.media.formats.ico import largest_icon
from media_server.media.source import BytesSource
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from PIL.Image import Image

    from media_server.media.source import Source

_CURSOR = 2


def decode_ico(source: Source, edge_px: int, orientation: int) -> Image:
    """As in `Decoder`; an icon is never turned."""
    icon = largest_icon(source)
    if icon.png is not None:
        from media_server.media.decode.vips import decode_vips

        return decode_vips(BytesSource(icon.png), edge_px, orientation)
    form = "CUR" if source.read_at(2, 1)[0] == _CURSOR else "ICO"
    with opened(source, form) as picture:
        check_frame(picture)
        picture.load()
        small = scale(plain(picture), Size(*picture.size).fit_within(edge_px))
        return to_srgb(small, None)
