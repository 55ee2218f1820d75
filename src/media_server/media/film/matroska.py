"""Whether a Matroska file says that its picture must be turned, from the list of its tracks.

Source: RFC 8794, sections 4 to 6 (numbers and elements); RFC 9559, sections 5.1.4 (tracks) and
5.1.4.1.28.41 (projection, which alone tells of turning).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from media_server.media.source import Source

_HEAD_BYTES: Final = 256 * 1024
# The list with its length and its first track, perhaps behind a checksum: the same name stands in
# the index of a file, too.
_TRACKS: Final = re.compile(
    rb"\x16\x54\xAE\x6B([\x80-\xFF]|[\x40-\x7F].|[\x20-\x3F]..|[\x10-\x1F]...|\x01.{7})"
    rb"(?=\xAE|\xBF\x84.{4}\xAE)",
    re.DOTALL,
)
_PROJECTION: Final = b"\x76\x70"


def may_be_turned(source: Source) -> bool:
    """False only where the tracks were found, and none has a projection."""
    head = source.read_at(0, _HEAD_BYTES)
    found = _TRACKS.search(head)
    if found is None:
        return True
    bits = 7 * len(found[1])
    end = found.end() + (int.from_bytes(found[1]) & ((1 << bits) - 1))
    return end > len(head) or _PROJECTION in head[found.end() : end]
