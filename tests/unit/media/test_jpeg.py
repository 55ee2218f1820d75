from __future__ import annotations

import contextlib
import io
import struct
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import CorruptError, MediaError, TruncatedError
from media_server.media.exif import read_exif
from media_server.media.jpeg import read_jpeg
from media_server.media.source import BytesSource


def jpeg(width: int = 40, height: int = 30, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(file, "JPEG", **options)
    return file.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def dated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2019:07:01 12:34:56"
    return exif.tobytes()


def test_size_is_as_stored_and_exif_is_found() -> None:
    layout = read_jpeg(BytesSource(jpeg(exif=dated())))
    assert (layout.width_px, layout.height_px, layout.orientation) == (40, 30, None)
    assert layout.exif is not None
    exif = read_exif(layout.exif)
    assert exif.orientation == 6
    assert exif.capture is not None


@pytest.mark.parametrize("progressive", [False, True])
def test_without_exif(progressive: bool) -> None:
    layout = read_jpeg(BytesSource(jpeg(progressive=progressive)))
    assert (layout.width_px, layout.height_px, layout.exif) == (40, 30, None)


def test_segments_far_beyond_the_first_read() -> None:
    plain = jpeg(exif=dated())
    padding = b"".join(segment(0xE2, bytes(60_000)) for _ in range(5))
    layout = read_jpeg(BytesSource(plain[:2] + padding + b"\xff\xff\xff" + plain[2:]))
    assert (layout.width_px, layout.height_px) == (40, 30)
    assert layout.exif is not None


def test_only_exif_segments_count_as_exif() -> None:
    plain = jpeg()
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    assert read_jpeg(BytesSource(plain[:2] + xmp + plain[2:])).exif is None


def test_a_listed_preview_is_read_when_asked_for() -> None:
    plain, preview = jpeg(), jpeg(8, 6)
    rows = struct.pack("<LLLHH", 0x01_0001, len(preview), 42, 0, 0)
    head = b"MPF\0II*\0" + struct.pack("<LHHHLLL", 8, 1, 0xB002, 7, len(rows), 26, 0)
    layout = read_jpeg(BytesSource(plain[:2] + segment(0xE2, head + rows + preview) + plain[2:]))
    assert layout.preview is not None
    assert layout.preview() == preview


def test_exif_survives_a_broken_picture() -> None:
    layout = read_jpeg(BytesSource(b"\xff\xd8" + segment(0xE1, dated())))
    assert (layout.width_px, layout.height_px) == (None, None)
    assert layout.exif is not None


@pytest.mark.parametrize("rest", [b"\xd9\0\0", b"\xda\0\x08", b"\xff" * 99 + b"\xd9\0\0"])
def test_neither_size_nor_exif(rest: bytes) -> None:
    with pytest.raises(CorruptError):
        read_jpeg(BytesSource(b"\xff\xd8\xff" + rest))


def test_cut_within_the_header() -> None:
    for end in (3, 5, 10, 20, 50):
        with pytest.raises(TruncatedError):
            read_jpeg(BytesSource(jpeg()[:end]))


class _Endless:
    """Nothing but empty segments."""

    size_bytes = 1 << 60

    def read_at(self, offset: int, length: int) -> bytes:
        return (b"\xff\xe5\0\2" * (length // 4 + 2))[(offset + 2) % 4 :][:length]

    def open(self) -> BinaryIO:
        raise NotImplementedError


def test_endless_segments_come_to_an_end() -> None:
    with pytest.raises(CorruptError):
        read_jpeg(_Endless())


_SOUND = jpeg(exif=dated())


@given(st.integers(2, 700), st.binary(min_size=1, max_size=4), st.integers(2, len(_SOUND)))
def test_damaged_files_give_a_layout_or_the_own_error(at: int, junk: bytes, end: int) -> None:
    damaged = bytearray(_SOUND)
    damaged[at : at + len(junk)] = junk
    try:
        layout = read_jpeg(BytesSource(bytes(damaged[:end])))
        if layout.exif is not None:
            read_exif(layout.exif)
    except MediaError:
        pass


@given(st.binary(max_size=300))
def test_any_bytes_give_a_layout_or_the_own_error(rest: bytes) -> None:
    with contextlib.suppress(MediaError):
        read_jpeg(BytesSource(b"\xff\xd8\xff" + rest))
