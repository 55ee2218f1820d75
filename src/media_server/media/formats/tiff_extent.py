"""How far into a TIFF file its first picture reaches. Source: TIFF 6.0, strips and tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.tiff import Tiff, TiffError

if TYPE_CHECKING:
    from media_server.media.source import Source

# (where the strips or tiles lie, how long they are)
_PARTS = ((0x0111, 0x0117), (0x0144, 0x0145))
_TAGS = frozenset(tag for pair in _PARTS for tag in pair)
# A picture of 200 MP has 12,000 tiles of 128 pixels, or some 30,000 strips of a row.
_MAX_PARTS = 65_536


def ends_early(source: Source) -> bool:
    """Whether a part of the first picture, or its directory, lies beyond the end of the file."""
    try:
        tiff = Tiff(source.read_at)
        if tiff.first >= source.size_bytes:
            return True
        entries = tiff.directory(tiff.first, _TAGS).entries
        for offsets_tag, lengths_tag in _PARTS:
            offsets = tiff.numbers(entries.get(offsets_tag), _MAX_PARTS)
            lengths = tiff.numbers(entries.get(lengths_tag), _MAX_PARTS)
            if not offsets and offsets_tag in entries:
                return True  # the list itself is cut off
            ends = (
                (offset or 0) + (length or 0)
                for offset, length in zip(offsets, lengths, strict=False)
            )
            if any(end > source.size_bytes for end in ends):
                return True
    except TiffError:
        return False
    return False
