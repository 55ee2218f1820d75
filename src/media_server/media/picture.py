"""An encoded picture, and the sizes pictures are made in."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

GRID_EDGE_PX = 320
"""Longest edge of the `grid` rendition."""

PREVIEW_EDGE_PX = 2_048
"""Longest edge of the `preview` rendition."""

THUMBNAIL_EDGE_PX = 256
"""Both edges of the `thumbnail` rendition (the contract's square)."""

# No rendition comes near this; a jail that claims more is lying.
MAX_PICTURE_BYTES = 8_000_000

NO_COLOUR = 0x808080
"""The mean colour of a picture that has none to see."""

_Edge = Annotated[int, msgspec.Meta(ge=1, le=16_384)]


class Picture(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="picture",
    forbid_unknown_fields=True,
    gc=False,
):
    """A rendition as encoded bytes.

    Attributes:
        mime: the type of `data`.
        width_px: width of the encoded picture, 1 to 16384.
        height_px: height of the encoded picture, 1 to 16384.
        data: the encoded bytes, at least 1 and at most `MAX_PICTURE_BYTES`.
        colour: the mean of what is seen, 0xRRGGBB in sRGB, shown until the picture is there.
    """

    mime: Literal["image/jpeg", "image/webp", "image/png"]
    width_px: _Edge
    height_px: _Edge
    data: Annotated[bytes, msgspec.Meta(min_length=1, max_length=MAX_PICTURE_BYTES)]
    colour: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFF)] = NO_COLOUR
