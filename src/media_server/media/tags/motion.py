"""The short film inside a motion photo: where it lies in the file.

Source: Google's 'Motion Photo format 1.0' (XMP's claim, and the `mpvd` box of HEIC and AVIF);
ExifTool's description of the directory that Samsung's phones append to their JPEGs.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.media.facts import Fact, number_fact

if TYPE_CHECKING:
    from media_server.media.source import Source

_MIN_FILM_BYTES = 16
_MAX_TOP_BOXES = 64
# The directory has an entry for each thing appended; some dozen at most.
_MAX_ENTRIES = 200
_ENTRY = struct.Struct("<HHLL")
_HEAD = struct.Struct("<HHL")
_TAIL_BYTES = 8
_DIRECTORY_HEAD_BYTES = 12
_FILM_KIND: Final = 0x0A30


class MotionClaim(NamedTuple):
    """Where XMP says that a film lies.

    Attributes:
        from_end_bytes: from its first byte to the end of the file.
        size_bytes: its length.
        source: the property that says so.
    """

    from_end_bytes: int
    size_bytes: int
    source: str


def motion_facts(source: Source, claim: MotionClaim | None, *, boxed: bool) -> list[Fact]:
    """Where the film in a picture lies; nothing when there is none.

    Args:
        source: the file.
        claim: of its XMP, believed only where a film does begin there.
        boxed: whether the file is made of boxes, as HEIC and AVIF are.
    """
    told = claim.source if claim else ""
    span = _claimed(source, claim) if claim else None
    if span is None:
        told = "ISOBMFF:mpvd" if boxed else "Samsung:MotionPhoto_Data"
        span = _film_box(source) if boxed else find_motion(source, source.size_bytes)
    if span is None:
        return []
    found = (
        number_fact("motion_offset", span[0], told),
        number_fact("motion_bytes", span[1], told),
    )
    return [fact for fact in found if fact]


def _claimed(source: Source, claim: MotionClaim) -> tuple[int, int] | None:
    offset = source.size_bytes - claim.from_end_bytes
    return _checked(source, offset, claim.size_bytes)


def _checked(source: Source, offset: int, length: int) -> tuple[int, int] | None:
    """The span, if it lies inside the file and a film begins there."""
    if offset <= 0 or length < _MIN_FILM_BYTES or offset + length > source.size_bytes:
        return None
    return (offset, length) if source.read_at(offset + 4, 4) == b"ftyp" else None


def find_motion(source: Source, size_bytes: int) -> tuple[int, int] | None:
    """The film that a Samsung phone has appended to a JPEG.

    Args:
        source: the file.
        size_bytes: where the appended data ends; usually the file's size.

    Returns:
        (offset in the file, length), both > 0 and inside the file; or None.
    """
    if size_bytes <= _TAIL_BYTES:
        return None
    tail = source.read_at(size_bytes - _TAIL_BYTES, _TAIL_BYTES)
    if tail[4:] != b"SEFT":
        return None
    length = int.from_bytes(tail[:4], "little")
    start = size_bytes - _TAIL_BYTES - length
    at_most = min(length, _DIRECTORY_HEAD_BYTES + _MAX_ENTRIES * _ENTRY.size)
    directory = source.read_at(start, at_most) if start > 0 else b""
    if directory[:4] != b"SEFH":
        return None
    rows = directory[_DIRECTORY_HEAD_BYTES:]
    for _, kind, back, block_bytes in _ENTRY.iter_unpack(rows[: len(rows) // 12 * 12]):
        if kind == _FILM_KIND and 0 < back < start:
            return _film_in_block(source, start - back, block_bytes)
    return None


def _film_in_block(source: Source, at: int, block_bytes: int) -> tuple[int, int] | None:
    """A block is its kind, a name, and the data."""
    head = source.read_at(at, _HEAD.size)
    if len(head) < _HEAD.size:
        return None
    _, kind, name_bytes = _HEAD.unpack(head)
    if kind != _FILM_KIND:
        return None
    skip = _HEAD.size + name_bytes
    return _checked(source, at + skip, block_bytes - skip)


def _film_box(source: Source) -> tuple[int, int] | None:
    at = 0
    for _ in range(_MAX_TOP_BOXES):
        header = source.read_at(at, 16)
        size, skip = int.from_bytes(header[:4], "big"), 8
        if size == 1:
            size, skip = int.from_bytes(header[8:16], "big"), 16
        if header[4:8] == b"mpvd":
            end = at + size if size else source.size_bytes
            return _checked(source, at + skip, end - at - skip)
        if len(header) < 8 or size < skip:
            return None
        at += size
    return None
