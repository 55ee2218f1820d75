from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import CorruptError, MediaError, TruncatedError
from media_server.media.exif import read_exif
from media_server.media.png import read_png
from media_server.media.source import BytesSource

if TYPE_CHECKING:
    from media_server.media.layout import Layout


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(before: bytes = b"", after: bytes = b"") -> bytes:
    """A 40×30 PNG with further chunks before and behind its pixels."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    plain = file.getvalue()
    return plain[:33] + before + plain[33:-12] + after + plain[-12:]


def block() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif.tobytes()[6:]


def orientation(layout: Layout) -> int | None:
    return None if layout.exif is None else read_exif(layout.exif).orientation


def profile(data: bytes) -> bytes:
    """As ImageMagick writes it: digits in lines of 72, behind 15 bytes of head."""
    lines = b"\nexif\n%8d\n" % len(data) + data.hex().encode()
    return lines[:87] + b"\n" + lines[87:] + b"\n"


EXIF = {
    "eXIf": chunk(b"eXIf", block()),
    "eXIf with prefix": chunk(b"eXIf", b"Exif\0\0" + block()),
    "tEXt": chunk(b"tEXt", b"Raw profile type exif\0" + profile(b"Exif\0\0" + block())),
    "zTXt": chunk(
        b"zTXt", b"Raw profile type APP1\0\0" + zlib.compress(profile(b"Exif\0\0" + block()))
    ),
}


@pytest.mark.parametrize("form", EXIF)
def test_exif_before_and_behind_the_pixels(form: str) -> None:
    for source in (png(before=EXIF[form]), png(after=EXIF[form])):
        layout = read_png(BytesSource(source))
        assert (layout.width_px, layout.height_px) == (40, 30)
        assert orientation(layout) == 6


def test_no_exif() -> None:
    other = chunk(b"tEXt", b"Comment\0Raw profile type exif\0") + chunk(b"zTXt", b"x")
    assert read_png(BytesSource(png(other))).exif is None


@pytest.mark.parametrize(
    "text",
    [
        b"Raw profile type exif\0\0no zlib",
        b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n"),
        b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n  4\nno hex\xff"),
        b"Raw profile type exif\0",
    ],
)
def test_broken_text_chunks_are_no_exif(text: bytes) -> None:
    assert read_png(BytesSource(png(chunk(b"zTXt", text)))).exif is None


def test_a_text_chunk_that_inflates_to_a_quarter_gigabyte_does_not() -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(256)) + packer.flush()
    bomb = png(chunk(b"zTXt", b"Raw profile type exif\0\0" + packed))
    tracemalloc.start()
    try:
        assert read_png(BytesSource(bomb)).exif is None
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_headers_that_are_none() -> None:
    with pytest.raises(TruncatedError):
        read_png(BytesSource(png()[:20]))
    with pytest.raises(CorruptError):
        read_png(BytesSource(png()[:8] + chunk(b"IDAT", bytes(20))))
    with pytest.raises(CorruptError):
        read_png(BytesSource(png()[:8] + chunk(b"IHDR", struct.pack(">LL5x", 0, 5))))


_SOUND = png(EXIF["zTXt"], EXIF["eXIf"])


@given(st.integers(8, len(_SOUND)), st.binary(max_size=4), st.integers(8, len(_SOUND)))
def test_damaged_files_give_a_layout_or_the_own_error(at: int, junk: bytes, end: int) -> None:
    damaged = _SOUND[:at] + junk + _SOUND[at + len(junk) :]
    with contextlib.suppress(MediaError):
        orientation(read_png(BytesSource(damaged[:end])))
