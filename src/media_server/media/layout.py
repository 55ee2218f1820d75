"""What a container says about its picture before a pixel is decoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from media_server.media.facts import Fact  # noqa: TC001 - msgspec reads it at run time

ReadAt = Callable[[int, int], bytes]
"""(offset, length) → the bytes there; fewer at the end, none outside."""

MAX_XMP_BYTES: Final = 1_000_000
"""Of one packet. Larger ones hold depth maps and editing histories; their beginning is read."""

MAX_IPTC_BYTES: Final = 1_000_000


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
        xmp: XMP packets as they lie in the file, each at most `MAX_XMP_BYTES`, the main one first.
            What stands in a TIFF structure is left to EXIF's reader.
        iptc: IPTC-IIM datasets, at most `MAX_IPTC_BYTES`; the same holds for those in a TIFF.
        facts: what the container says in fields of its own.
    """

    width_px: int | None
    height_px: int | None
    exif: ReadAt | None = None
    orientation: int | None = None
    preview: Callable[[], bytes] | None = None
    coded_preview: bool = False
    xmp: tuple[bytes, ...] = ()
    iptc: bytes | None = None
    facts: tuple[Fact, ...] = ()


def within(block: bytes) -> ReadAt:
    """Reads inside a block that lies in memory."""
    return lambda offset, length: block[offset : offset + length]
