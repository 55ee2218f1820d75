"""What an iPhone notes in EXIF for itself: the ids that tie photos to each other and to films.

Source: ExifTool's table of Apple's maker notes; Apple's 'kCGImagePropertyMakerAppleDictionary'.
"""

from __future__ import annotations

from typing import Final

from media_server.media.facts import Fact, FactName, text_fact
from media_server.media.layout import within
from media_server.media.tags.caption import decode_text
from media_server.media.tiff import Tiff, TiffError

PREFIX: Final = b"Apple iOS\0\0\1MM"

_TAGS: Final[tuple[tuple[int, FactName, str], ...]] = (
    (0x000B, "burst_id", "Apple:BurstUUID"),
    (0x0011, "content_id", "Apple:ContentIdentifier"),
)
_WANTED = frozenset(tag for tag, _, _ in _TAGS)
# A UUID has 36 characters.
_MAX_ID_BYTES = 100
# Offsets count from the note's start, its only directory stands behind the prefix: with a TIFF
# header of the same byte order in place of the prefix, it is a TIFF structure.
_HEADER = b"MM\0*\0\0\0\x0e".ljust(len(PREFIX), b"\0")


def apple_facts(note: bytes) -> list[Fact]:
    """The ids in a maker note that begins with `PREFIX`; never fails."""
    try:
        tiff = Tiff(within(_HEADER + note[len(PREFIX) :]))
        entries = tiff.directory(tiff.first, _WANTED).entries
    except TiffError:
        return []
    found = (
        text_fact(name, decode_text(tiff.text(entries[tag], _MAX_ID_BYTES) or b""), source)
        for tag, name, source in _TAGS
        if tag in entries
    )
    return [fact for fact in found if fact]
