from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.gif import MAX_BLOCKS, read_gif
from media_server.media.source import BytesSource


def test_the_canvas_is_the_size() -> None:
    layout = read_gif(BytesSource(b"GIF89a\x40\x01\xf0\x00\0\0\0"))
    assert (layout.width_px, layout.height_px) == (320, 240)


def test_headers_that_are_none() -> None:
    with pytest.raises(TruncatedError):
        read_gif(BytesSource(b"GIF89a\x40\x01\xf0"))
    with pytest.raises(CorruptError):
        read_gif(BytesSource(b"GIF89a\0\0\xf0\0"))


def packet(data: bytes) -> bytes:
    """XMP as its specification puts it into a GIF: raw, and a way out for those who read blocks."""
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return b"\x21\xff\x0bXMP DataXMP" + data + trailer


HEAD = b"GIF89a\x40\x01\xf0\x00"
PICTURE = b"\x2c" + bytes(9) + b"\x08" + b"\x03abc" * 20 + b"\0"
COMMENT = b"\x21\xfe\x05hello\0"


def test_xmp_before_and_behind_pictures() -> None:
    palette, own_palette = b"\x80\0\0" + bytes(6), b"\x2c" + bytes(8) + b"\x81" + bytes(12)
    for start in (b"\0\0\0", palette):
        for before in (b"", COMMENT, PICTURE * 3, own_palette + b"\x08\x01a\0"):
            data = HEAD + start + before + packet(b"<x/>") + PICTURE + b";"
            assert read_gif(BytesSource(data)).xmp == (b"<x/>",)


def test_a_gif_without_xmp() -> None:
    other = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    for rest in (other + PICTURE + b";", b"junk", packet(b"<x/>")[:20], b""):
        assert read_gif(BytesSource(HEAD + b"\0\0\0" + rest)).xmp == ()


def test_how_far_xmp_is_looked_for() -> None:
    far = b"\x2c" + bytes(9) + b"\x08" + b"\x01a" * (MAX_BLOCKS + 5) + b"\0" + packet(b"<x/>")
    assert read_gif(BytesSource(HEAD + b"\0\0\0" + far)).xmp == ()
    extensions = b"\x21\xfe" * 100_000 + packet(b"<x/>")
    assert read_gif(BytesSource(HEAD + b"\0\0\0" + extensions)).xmp == ()


@given(st.binary(max_size=200))
def test_any_blocks_give_a_layout(rest: bytes) -> None:
    for start in (b"", b"\x21\xff\x0bXMP DataXMP", PICTURE[:11]):
        assert read_gif(BytesSource(HEAD + b"\x87\0\0" + start + rest)).width_px == 320
