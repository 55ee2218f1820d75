"""Small valid files, made here so that no test needs a fixture on disk."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image

_EXIF_DATE_TIME_ORIGINAL = 36867
_EXIF_OFFSET_TIME_ORIGINAL = 36881
_EXIF_FOLDER = 0x8769


@lru_cache(maxsize=512)
def picture(
    number: int = 0,
    *,
    form: str = "JPEG",
    size: tuple[int, int] = (32, 24),
    taken: str | None = None,
    offset: str | None = None,
) -> bytes:
    """The bytes of a picture; another `number` gives other bytes.

    Args:
        number: 0 to 2**24 - 1, its colour.
        form: a format's name in Pillow.
        size: width and height in pixels.
        taken: EXIF DateTimeOriginal, as `2020:01:02 03:04:05`.
        offset: EXIF OffsetTimeOriginal, as `+01:00`.
    """
    colour = ((number >> 16) & 255, (number >> 8) & 255, number & 255)
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    inner = exif.get_ifd(_EXIF_FOLDER)
    if taken:
        inner[_EXIF_DATE_TIME_ORIGINAL] = taken
    if offset:
        inner[_EXIF_OFFSET_TIME_ORIGINAL] = offset
    out = io.BytesIO()
    # Lossless where the format allows it; for JPEG the comment tells numbers apart.
    extra = {"comment": str(number).encode()} if form == "JPEG" else {}
    image.save(out, form, exif=exif.tobytes() if taken else b"", **extra)
    return out.getvalue()


def noise(number: int, size_bytes: int) -> bytes:
    """Bytes that are no picture, different for each `number`."""
    return (b"%d-" % number * (size_bytes + 1))[:size_bytes]
