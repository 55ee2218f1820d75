from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.film.codec import codec_name
from media_server.media.film.sps import pixel_format, pixel_format_of_h264


@pytest.mark.parametrize(
    ("code", "object_type", "name"),
    [
        (b"avc1", None, "h264"),
        (b"hvc1", None, "hevc"),
        (b"dvh1", None, "hevc"),
        (b"av01", None, "av1"),
        (b"mp4v", 0x20, "mpeg4"),
        (b"mp4v", 0x61, "mpeg2video"),
        (b"mp4a", 0x40, "aac"),
        (b"mp4a", 0x6B, "mp3"),
        (b"mp4a", None, "aac"),
        (b"avc1", 0x40, "h264"),
        (b"rle ", None, "qtrle"),
        (b"ABCD", None, "abcd"),
        (b"\0\xff\x01\x02", None, None),
    ],
)
def test_names(code: bytes, object_type: int | None, name: str | None) -> None:
    assert codec_name(code, object_type) == name


def test_pixel_formats() -> None:
    assert pixel_format(1, 8) == "yuv420p"
    assert pixel_format(2, 10) == "yuv422p10le"
    assert pixel_format(0, 12) == "gray12le"
    assert pixel_format(4, 8) is None
    assert pixel_format(1, 40) is None


def test_baseline_says_nothing_more() -> None:
    assert pixel_format_of_h264(b"\x67\x42\xc0\x1e\xff") == "yuv420p"
    assert pixel_format_of_h264(b"\x68\x42\xc0\x1e\xff") is None
    assert pixel_format_of_h264(b"\x67\x42") is None


def test_zeros_without_end() -> None:
    assert pixel_format_of_h264(b"\x67\x64\x00\x1f" + bytes(30)) is None


@given(st.binary(max_size=40))
def test_any_bytes(tail: bytes) -> None:
    pixel_format_of_h264(b"\x67\x64\x00\x1f" + tail)
