from __future__ import annotations

import struct

import pytest

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.bmp import read_bmp
from media_server.media.source import BytesSource


def info(width: int, height: int) -> BytesSource:
    return BytesSource(b"BM" + bytes(12) + struct.pack("<Lll", 40, width, height))


def test_sizes_of_both_headers() -> None:
    core = BytesSource(b"BM" + bytes(12) + struct.pack("<LHHL", 12, 40, 30, 0))
    for source in (core, info(40, 30), info(40, -30)):
        layout = read_bmp(source)
        assert (layout.width_px, layout.height_px) == (40, 30)


def test_claims_are_passed_on() -> None:
    """The decoder refuses it; here it is only a number."""
    layout = read_bmp(info(524_288, 524_288))
    assert layout.width_px == layout.height_px == 524_288


def test_headers_that_are_none() -> None:
    with pytest.raises(TruncatedError):
        read_bmp(BytesSource(b"BM" + bytes(12) + b"\x28\0\0\0"))
    for width, height in [(0, 1), (1, 0), (-1, 1)]:
        with pytest.raises(CorruptError):
            read_bmp(info(width, height))
