from __future__ import annotations

import contextlib
import io
import struct
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import CorruptError, MediaError, TruncatedError
from media_server.media.facts import Fact, is_sane
from media_server.media.formats.png import read_png
from media_server.media.layout import MAX_XMP_BYTES
from media_server.media.source import BytesSource
from media_server.media.tags.exif import read_exif

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


def itxt(keyword: bytes, text: bytes, *, packed: bool = False) -> bytes:
    body = zlib.compress(text) if packed else text
    return chunk(b"iTXt", keyword + b"\0" + bytes([packed, 0]) + b"en\0translated\0" + body)


XMP = b"XML:com.adobe.xmp"


@pytest.mark.parametrize("packed", [False, True])
def test_xmp_plain_and_packed(packed: bool) -> None:
    raw = itxt(XMP, b"<x/>", packed=packed)
    assert read_png(BytesSource(png(raw))).xmp == (b"<x/>",)
    assert read_png(BytesSource(png(b"", raw + itxt(XMP, b"<y/>")))).xmp == (b"<x/>",)


def test_a_packed_bomb_is_inflated_in_part() -> None:
    bomb = itxt(XMP, bytes(50_000_000), packed=True)
    tracemalloc.start()
    (found,) = read_png(BytesSource(png(bomb))).xmp
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == MAX_XMP_BYTES
    assert peak < 10_000_000


def test_many_packed_texts_cost_a_bounded_time() -> None:
    bomb = chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(2_000_000)))
    source = BytesSource(png(bomb * 2_000))
    started = time.perf_counter()
    assert read_png(source).exif is None
    assert time.perf_counter() - started < 5


def text_profile(name: bytes, data: bytes) -> bytes:
    text = b"\n" + name + b"\n%8d\n" % len(data) + data.hex().encode()
    return chunk(b"tEXt", b"Raw profile type " + name + b"\0" + text)


def test_profiles_in_text() -> None:
    assert read_png(BytesSource(png(text_profile(b"xmp", b"<x/>")))).xmp == (b"<x/>",)
    iptc = b"\x1c\x02\x19\0\x03one"
    resources = b"8BIM\x04\x04\0\0" + struct.pack(">L", len(iptc)) + iptc
    assert read_png(BytesSource(png(text_profile(b"iptc", resources)))).iptc == iptc


def test_the_own_keywords() -> None:
    texts = chunk(b"tEXt", b"Title\0Caf\xe9") + itxt(b"Description", "Größe".encode(), packed=True)
    texts += chunk(b"tEXt", b"Creation Time\0Mon, 01 Jul 2019 12:34:56 +0200")
    texts += chunk(b"zTXt", b"Creation Time\0\0" + zlib.compress(b"2019:07:01 12:34:56"))
    texts += chunk(b"tEXt", b"Creation Time\0yesterday") + chunk(b"tEXt", b"Author\0Anna")
    texts += chunk(b"tEXt", b"Description\0SONY DSC")
    assert read_png(BytesSource(png(texts))).facts == (
        Fact("title", "Café", "PNG:Title"),
        Fact("description", "Größe", "PNG:Description"),
        Fact("captured", "2019-07-01T12:34:56+02:00", "PNG:CreationTime"),
        Fact("captured", "2019-07-01T12:34:56", "PNG:CreationTime"),
    )


@given(st.sampled_from([b"tEXt", b"zTXt", b"iTXt"]), st.binary(max_size=60))
def test_any_text_chunk_gives_a_layout(kind: bytes, data: bytes) -> None:
    for keyword in (b"", XMP + b"\0", b"Title\0", b"Raw profile type iptc\0", b"Creation Time\0"):
        layout = read_png(BytesSource(png(chunk(kind, keyword + data))))
        assert is_sane(layout.facts)
