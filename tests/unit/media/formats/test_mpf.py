from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.formats.mpf import find_preview


def index(*pictures: tuple[int, int, int], order: str = "<") -> bytes:
    """(type, size, offset) of each picture."""
    rows = b"".join(struct.pack(order + "LLLHH", *picture, 0, 0) for picture in pictures)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "LH", 8, 1)
    return head + struct.pack(order + "HHLLL", 0xB002, 7, len(rows), 26, 0) + rows


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_smallest_preview_wins(order: str) -> None:
    main, full_hd, vga = (0x2003_0000, 9, 0), (0x01_0002, 500, 90), (0x01_0001, 200, 70)
    assert find_preview(index(main, full_hd, vga, order=order)) == (70, 200)


def test_gain_maps_depth_and_nonsense_are_no_previews() -> None:
    for kind, size, offset in [(0, 9, 9), (0x02_0002, 9, 9), (0x01_0001, 0, 9), (0x01_0001, 9, 0)]:
        assert find_preview(index((kind, size, offset))) is None
    assert find_preview(index((0x01_0001, 2**32 - 1, 9))) is None
    assert find_preview(b"") is None


@given(st.binary(max_size=200))
def test_any_bytes_have_an_answer(block: bytes) -> None:
    find_preview(block)
    find_preview(index((0x01_0001, 9, 9))[:24] + block)
