"""Whether a camera names Adobe RGB in EXIF, as those do that add no colour profile.

Source: DCF 2.0 (CIPA DC-009-2010) section 3.4.3: the interoperability index is "R03".
"""

from __future__ import annotations

from media_server.media.formats.png import without_prefix
from media_server.media.layout import within
from media_server.media.tiff import Tiff, TiffError

_EXIF_DIRECTORY, _INTEROPERABILITY, _INDEX = 0x8769, 0xA005, 0x0001
_ADOBE_RGB = b"R03"


def is_adobe_rgb(exif: bytes) -> bool:
    """Whether an EXIF block, with or without JPEG's prefix, names Adobe RGB. Never fails."""
    if _ADOBE_RGB not in exif:
        return False
    try:
        tiff = Tiff(within(without_prefix(exif)))
        at: int | None = tiff.first
        for pointer in (_EXIF_DIRECTORY, _INTEROPERABILITY):
            if not at:
                return False
            at = tiff.integer(tiff.directory(at, frozenset({pointer})).entries.get(pointer))
        if not at:
            return False
        index = tiff.directory(at, frozenset({_INDEX})).entries.get(_INDEX)
        return tiff.text(index, 4) == _ADOBE_RGB
    except TiffError:
        return False
