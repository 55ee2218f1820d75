"""Shrinks pictures of 16 bits a channel and brings them to 8-bit sRGB by their code points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from media_server.media.decode.tone import to_srgb_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from media_server.media.cicp import Cicp
    from media_server.model.geometry import Size


def shrink_deep(picture: Any, target: Size, cicp: Cicp) -> Image.Image:  # noqa: ANN401
    """A small picture of mode RGB or RGBA.

    Args:
        picture: a pyvips image of three or four bands, 8 or 16 bits each.
        target: its size afterwards.
        cicp: what its numbers mean.

    Raises:
        pyvips.Error: it cannot be decoded.
    """
    scale, vscale = target.width_px / picture.width, target.height_px / picture.height
    if (scale, vscale) != (1.0, 1.0):
        picture = picture.resize(scale, vscale=vscale)
    kind = np.dtype(np.uint16 if picture.format == "ushort" else np.uint8)
    pixels: NDArray[Any] = np.frombuffer(picture.write_to_memory(), kind)
    pixels = pixels.reshape(picture.height, picture.width, picture.bands)
    image = Image.fromarray(to_srgb_numbers(pixels[:, :, :3], cicp))
    if picture.bands == 4:
        alpha = pixels[:, :, 3] // (257 if picture.format == "ushort" else 1)
        image.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    return image
