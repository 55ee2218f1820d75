from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import CorruptError, MediaError, TruncatedError
from media_server.media.formats.webp import first_frame, read_webp
from media_server.media.source import BytesSource
from media_server.media.tags.exif import read_exif


def webp(**options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "WEBP", **options)
    return file.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif.tobytes()


@pytest.mark.parametrize("lossless", [False, True])
def test_size_in_every_kind_of_header(lossless: bool) -> None:
    for options in ({}, {"exif": turned()}):
        layout = read_webp(BytesSource(webp(lossless=lossless, **options)))
        assert (layout.width_px, layout.height_px) == (40, 30)
        assert (layout.exif is not None) == bool(options)


def test_exif_with_and_without_prefix() -> None:
    plain = webp(exif=turned())
    at = plain.index(b"EXIF")
    length = struct.unpack("<L", plain[at + 4 : at + 8])[0]
    block = plain[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0")
    for data in (block, b"Exif\0\0" + block):
        layout = read_webp(BytesSource(plain[:at] + struct.pack("<4sL", b"EXIF", len(data)) + data))
        assert layout.exif is not None
        assert read_exif(layout.exif).orientation == 6


def test_headers_that_are_none() -> None:
    with pytest.raises(TruncatedError):
        read_webp(BytesSource(webp()[:25]))
    for kind in (b"VP8 ", b"VP8L", b"ALPH"):
        with pytest.raises(CorruptError):
            read_webp(BytesSource(b"RIFF\0\0\0\0WEBP" + kind + bytes(30)))


_SOUND = webp(exif=turned())


@given(st.integers(12, len(_SOUND)), st.binary(max_size=4), st.integers(12, len(_SOUND)))
def test_damaged_files_give_a_layout_or_the_own_error(at: int, junk: bytes, end: int) -> None:
    damaged = _SOUND[:at] + junk + _SOUND[at + len(junk) :]
    try:
        layout = read_webp(BytesSource(damaged[:end]))
        if layout.exif is not None:
            read_exif(layout.exif)
    except MediaError:
        pass


def test_xmp_before_and_behind_exif() -> None:
    plain = webp(exif=turned(), xmp=b"<x/>")
    assert read_webp(BytesSource(plain)).xmp == (b"<x/>",)
    again = plain + struct.pack("<4sL", b"XMP ", 4) + b"<y/>"
    assert read_webp(BytesSource(again)).xmp == (b"<x/>",)
    assert read_webp(BytesSource(webp(exif=turned()))).xmp == ()
    first = plain[:30] + struct.pack("<4sL", b"XMP ", 4) + b"<z/>" + plain[30:]
    layout = read_webp(BytesSource(first))
    assert (layout.xmp, layout.exif is not None) == ((b"<z/>",), True)


def animation(count: int) -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), (number, 0, 99)) for number in range(count)]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    return file.getvalue()


def test_of_an_animation_the_first_frame_is_kept() -> None:
    data = animation(20)
    source = first_frame(BytesSource(data))
    assert source.size_bytes < len(data) // 4
    with Image.open(source.open()) as picture:
        assert (picture.size, getattr(picture, "n_frames", 1)) == ((40, 30), 1)
        assert picture.convert("RGB").getpixel((5, 5)) == (0, 0, 99)


@pytest.mark.parametrize("data", [webp(), webp(exif=turned()), animation(3)[:40], b"RIFF"])
def test_what_has_no_second_frame_stays_as_it_is(data: bytes) -> None:
    source = first_frame(BytesSource(data))
    assert source.read_at(0, source.size_bytes) == data


@given(st.binary(max_size=300), st.integers(0, 200))
def test_the_first_frame_of_anything(junk: bytes, at: int) -> None:
    data = animation(3)
    found = first_frame(BytesSource(data[:at] + junk + data[at + len(junk) :]))
    assert found.size_bytes <= len(data) + len(junk)
