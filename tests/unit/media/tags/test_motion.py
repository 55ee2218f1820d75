from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from media_server.media.facts import Fact
from media_server.media.source import BytesSource, DescriptorSource
from media_server.media.tags.motion import MotionClaim, find_motion, motion_facts

if TYPE_CHECKING:
    from pathlib import Path

FILM = struct.pack(">L", 24) + b"ftypmp42" + bytes(12) + b"film" * 10
PICTURE = b"\xff\xd8" + bytes(500) + b"\xff\xd9"
NAME = b"MotionPhoto_Data"


def block(kind: int, name: bytes, data: bytes) -> bytes:
    return struct.pack("<HHL", 0, kind, len(name)) + name + data


def samsung(*blocks: bytes, shift: int = 0) -> bytes:
    """A JPEG with Samsung's trailer."""
    data = b"".join(blocks)
    rows, back = b"", len(data)
    for part in blocks:
        kind = struct.unpack_from("<H", part, 2)[0]
        rows += struct.pack("<HHLL", 0, kind, back + shift, len(part))
        back -= len(part)
    directory = b"SEFH" + struct.pack("<LL", 106, len(blocks)) + rows
    return PICTURE + data + directory + struct.pack("<L", len(directory)) + b"SEFT"


def facts(data: bytes, claim: MotionClaim | None = None, *, boxed: bool = False) -> list[object]:
    found = motion_facts(BytesSource(data), claim, boxed=boxed)
    assert [fact.name for fact in found] in ([], ["motion_offset", "motion_bytes"])
    if found:
        at, length = int(found[0].value), int(found[1].value)
        assert data[at : at + length] == FILM
    return [fact.source for fact in found]


def test_samsungs_trailer() -> None:
    other = block(0x0A01, b"Image_UTC_Data", b"1561984496123")
    assert facts(samsung(other, block(0x0A30, NAME, FILM))) == ["Samsung:MotionPhoto_Data"] * 2
    assert facts(samsung(other)) == []
    assert facts(samsung(block(0x0A30, NAME, FILM), other)) == ["Samsung:MotionPhoto_Data"] * 2


def test_broken_trailers() -> None:
    whole = samsung(block(0x0A30, NAME, FILM))
    for broken in (
        whole[:-1],
        whole[:-8] + b"\xff\xff\xff\xff" + b"SEFT",
        whole[:-8] + bytes(4) + b"SEFT",
        whole.replace(b"SEFH", b"SEFX"),
        whole.replace(b"ftyp", b"junk"),
        samsung(block(0x0A30, NAME, FILM), shift=5),
        samsung(block(0x0A30, NAME, FILM), shift=10_000),
        samsung(block(0x0A30, NAME, b"")),
        b"SEFT",
        b"1234SEFT",
        b"",
    ):
        assert facts(broken) == []


def test_a_block_before_the_beginning_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(samsung(block(0x0A30, NAME, FILM), shift=10_000))
    with path.open("rb") as file:
        source = DescriptorSource(file.fileno())
        assert find_motion(source, source.size_bytes) is None


def test_what_xmp_claims_counts_only_if_a_film_is_there() -> None:
    claim = MotionClaim(len(FILM), len(FILM), "XMP:Directory")
    assert facts(PICTURE + FILM, claim) == ["XMP:Directory"] * 2
    behind = MotionClaim(len(FILM) + 9, len(FILM), "XMP:Directory")
    assert facts(PICTURE + FILM + b"something", behind) == ["XMP:Directory"] * 2
    assert facts(PICTURE, claim) == []
    assert facts(PICTURE + FILM, MotionClaim(10**9, 10**9, "XMP:Directory")) == []
    assert facts(FILM, claim) == []
    assert facts(PICTURE + FILM, MotionClaim(len(FILM), 10**6, "XMP:Directory")) == []


def test_a_wrong_claim_leaves_it_to_the_trailer() -> None:
    data = samsung(block(0x0A30, NAME, FILM))
    assert facts(data, MotionClaim(40, 40, "XMP:Directory")) == ["Samsung:MotionPhoto_Data"] * 2


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", len(body) + 8, kind) + body


def test_the_box_of_a_heic() -> None:
    head = box(b"ftyp", b"heic" + bytes(4)) + box(b"meta", bytes(4)) + box(b"mdat", bytes(100))
    assert facts(head + box(b"mpvd", FILM) + box(b"sefd", b"x"), boxed=True) == ["ISOBMFF:mpvd"] * 2
    to_the_end = bytes(4) + b"mpvd" + FILM
    assert facts(head + to_the_end, boxed=True) == ["ISOBMFF:mpvd"] * 2
    long = struct.pack(">L4sQ", 1, b"mpvd", len(FILM) + 16) + FILM
    assert facts(head + long, boxed=True) == ["ISOBMFF:mpvd"] * 2
    assert facts(head, boxed=True) == []
    assert facts(box(b"ftyp", b"") * 70 + box(b"mpvd", FILM), boxed=True) == []
    assert facts(head + struct.pack(">L4s", 4, b"free") + box(b"mpvd", FILM), boxed=True) == []


class Counting(BytesSource):
    """Counts how much is read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.read_bytes = 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.read_bytes += length
        return super().read_at(offset, length)


def test_a_directory_that_claims_to_be_long_is_read_in_part() -> None:
    size = 50_000_000
    data = bytes(100) + b"SEFH" + bytes(size) + struct.pack("<L", size + 4) + b"SEFT"
    source = Counting(data)
    assert find_motion(source, len(data)) is None
    assert source.read_bytes < 10_000


@given(st.binary(max_size=120), st.integers(0, 2**32 - 1), st.booleans())
def test_any_bytes_give_an_answer(data: bytes, length: int, boxed: bool) -> None:
    claim = MotionClaim(length, length, "XMP:Directory")
    whole = b"SEFH" + data + struct.pack("<L", len(data) + 4) + b"SEFT"
    for raw in (data, b"\0" + whole, data + struct.pack("<L", length) + b"SEFT"):
        found = motion_facts(BytesSource(raw), claim, boxed=boxed)
        assert not found or isinstance(found[0], Fact)
