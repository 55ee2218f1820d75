"""Walks the nested boxes of a movie file where they lie, without reading what they hold.

A box is a 4-byte big-endian size, a 4-byte name, and a body; size 1 puts an 8-byte size behind the
name, size 0 means up to the end. Source: ISO/IEC 14496-12, section 4.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.source import Source

_MAX_BOXES: Final = 4_000
"""Looked at in one file, all in all; a phone's has about a hundred."""


class Box(NamedTuple):
    """A box's name, and where its body lies in the file.

    Attributes:
        kind: the name, 4 bytes.
        start: offset of the first byte of the body.
        end: offset behind its last byte; never beyond the box around it.
        whole: whether it ends where it says it does.
    """

    kind: bytes
    start: int
    end: int
    whole: bool


class Boxes:
    """The boxes of one file, as far as anyone wants to look at them."""

    __slots__ = ("_left", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = _MAX_BOXES

    def top(self) -> Iterator[Box]:
        """The outermost boxes."""
        return self._walk(0, self._source.size_bytes)

    def within(self, box: Box, skip: int = 0) -> Iterator[Box]:
        """The boxes directly inside another, after `skip` bytes of fields of its own."""
        return self._walk(box.start + skip, box.end)

    def read(self, box: Box, at_most_bytes: int) -> bytes:
        """The beginning of a box's body."""
        return self._source.read_at(box.start, max(0, min(box.end - box.start, at_most_bytes)))

    def _walk(self, at: int, end: int) -> Iterator[Box]:
        while at + 8 <= end and self._left > 0:
            self._left -= 1
            header = self._source.read_at(at, 16)
            size_bytes, skip = int.from_bytes(header[:4], "big"), 8
            if size_bytes == 1:
                size_bytes, skip = int.from_bytes(header[8:16], "big"), 16
            elif size_bytes == 0:
                size_bytes = end - at
            if size_bytes < skip:
                return
            yield Box(header[4:8], at + skip, min(at + size_bytes, end), at + size_bytes <= end)
            at += size_bytes
