from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from media_server.media.facts import Fact, is_sane
from media_server.media.tags.apple import PREFIX, apple_facts
from media_server.media.tags.exif import parse_exif

if TYPE_CHECKING:
    from collections.abc import Callable

ID = b"570F1469-09C7-4E50-9875-05F21D5BD166\0"


def note(tag: int, value: bytes = ID) -> bytes:
    row = struct.pack(">HHLL", tag, 2, len(value), len(PREFIX) + 2 + 12 + 4)
    return PREFIX + struct.pack(">H", 1) + row + bytes(4) + value


def test_ids_of_bursts_and_live_photos() -> None:
    text = ID[:-1].decode()
    assert apple_facts(note(0x11)) == [Fact("content_id", text, "Apple:ContentIdentifier")]
    assert apple_facts(note(0x0B)) == [Fact("burst_id", text, "Apple:BurstUUID")]
    assert apple_facts(note(0x0C)) == []


def test_a_note_in_exif_is_read_and_others_are_not(build_tiff: Callable[..., bytes]) -> None:
    for raw, count in ((note(0x11), 1), (b"Nikon" + note(0x11)[5:], 0), (b"", 0)):
        exif = parse_exif(build_tiff([], [(0x927C, 7, len(raw), raw)]))
        assert len(exif.facts) == count


@given(st.binary(max_size=100))
def test_any_note_gives_an_answer(rest: bytes) -> None:
    assert is_sane(apple_facts(PREFIX + rest))
