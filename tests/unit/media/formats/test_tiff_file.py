from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import CorruptError, MediaError, TruncatedError
from media_server.media.formats.tiff_file import read_tiff
from media_server.media.source import BytesSource
from media_server.media.tags.exif import read_exif

_STAMP = "2019:07:01 12:34:56"

Build = Callable[..., bytes]


def tiff() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "TIFF", tiffinfo={0x0112: 6, 0x0132: _STAMP})
    return file.getvalue()


def test_size_and_metadata_of_a_file() -> None:
    layout = read_tiff(BytesSource(tiff()))
    assert (layout.width_px, layout.height_px) == (40, 30)
    assert layout.exif is not None
    exif = read_exif(layout.exif)
    assert exif.orientation == 6
    assert exif.capture is not None
    assert exif.capture.source == "EXIF:DateTime"


def sides(width: int, height: int) -> list[tuple[int, int, int, bytes]]:
    return [(tag, 4, 1, struct.pack("<L", side)) for tag, side in ((256, width), (257, height))]


def test_a_preview_of_a_raw_picture_has_no_size(build_tiff: Build) -> None:
    block = build_tiff([(254, 4, 1, b"\1\0\0\0"), *sides(40, 30)])
    layout = read_tiff(BytesSource(block))
    assert (layout.width_px, layout.height_px) == (None, None)


def test_files_without_a_size(build_tiff: Build) -> None:
    for block in (build_tiff([]), build_tiff(sides(0, 3)), build_tiff(sides(3, 0)), b"II*\0"):
        with pytest.raises(CorruptError):
            read_tiff(BytesSource(block))


def test_a_directory_behind_the_end_of_the_file() -> None:
    with pytest.raises(TruncatedError):
        read_tiff(BytesSource(b"II*\0" + struct.pack("<L", 5_000) + bytes(100)))


_SOUND = tiff()


@given(st.integers(0, len(_SOUND)), st.binary(max_size=4), st.integers(0, len(_SOUND)))
def test_damaged_files_give_a_layout_or_the_own_error(at: int, junk: bytes, end: int) -> None:
    damaged = _SOUND[:at] + junk + _SOUND[at + len(junk) :]
    try:
        layout = read_tiff(BytesSource(damaged[:end]))
        if layout.exif is not None:
            read_exif(layout.exif)
    except MediaError:
        pass
