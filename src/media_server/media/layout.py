"""What a container says about its picture before a pixel is decoded."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

ReadAt = Callable[[int, int], bytes]
"""(offset, length) → the bytes there; fewer at the end, none outside."""


class Layout(msgspec.Struct, frozen=True, gc=False):
    """Where things are, as stored: nothing is turned yet.

    Attributes:
        width_px: stored width, ≥ 1; None where the container does not say.
        height_px: stored height, ≥ 1; None where the container does not say.
        exif: reads the EXIF block, offsets counting from its byte-order mark; None without one.
        orientation: 1 to 8 when the container itself says how to turn the picture; EXIF's word
            does not count then. None leaves it to EXIF.
        preview: reads one further embedded JPEG; None without one.
        coded_preview: whether there is a preview that only the format's own decoder reads.
    """

    width_px: int | None
    height_px: int | None
    exif: ReadAt | None = None
    orientation: int | None = None
    preview: Callable[[], bytes] | None = None
    coded_preview: bool = False


def within(block: bytes) -> ReadAt:
    """Reads inside a block that lies in memory."""
    return lambda offset, length: block[offset : offset + length]
