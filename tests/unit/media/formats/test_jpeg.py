from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import CorruptError, MediaError, TruncatedError
from media_server.media.formats.jpeg import read_jpeg
from media_server.media.source import BytesSource
from media_server.media.tags.exif import read_exif


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


XMP, EXTENSION = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
NAME = b"0123456789ABCDEF0123456789ABCDEF"


def with_segments(*segments: tuple[int, bytes]) -> BytesSource:
    plain = jpeg()
    return BytesSource(plain[:2] + b"".join(segment(*one) for one in segments) + plain[2:])


def part(at: int, data: bytes, total: int, name: bytes = NAME) -> tuple[int, bytes]:
    return 0xE1, EXTENSION + name + struct.pack(">LL", total, at) + data


def test_xmp_and_its_extension() -> None:
    main = XMP + b'<x xmpNote:HasExtendedXMP="' + NAME + b'"/>'
    alone = (main[len(XMP) :],)
    parts = [part(3, b"def", 6), part(0, b"abc", 6)]
    assert read_jpeg(with_segments((0xE1, main))).xmp == alone
    assert read_jpeg(with_segments((0xE1, main), *parts)).xmp == (*alone, b"abcdef")
    other = part(0, b"xyz", 3, name=b"F" * 32)
    assert read_jpeg(with_segments((0xE1, main), other, *parts)).xmp == (*alone, b"abcdef")
    for broken in ([part(0, b"abc", 6)], [part(3, b"def", 6)], [part(0, b"abc", 2)], [other]):
        assert read_jpeg(with_segments((0xE1, main), *broken)).xmp == alone
    assert read_jpeg(with_segments(*parts)).xmp == ()
    short = (0xE1, EXTENSION + NAME)
    assert read_jpeg(with_segments((0xE1, main), short)).xmp == alone


def test_xmp_without_the_attribute_form() -> None:
    main = b"<xmpNote:HasExtendedXMP>" + NAME + b"</xmpNote:HasExtendedXMP>"
    layout = read_jpeg(with_segments((0xE1, XMP + main), part(0, b"abc", 3)))
    assert layout.xmp == (main, b"abc")


def test_large_extensions_are_left_alone() -> None:
    main = (0xE1, XMP + b'<x xmpNote:HasExtendedXMP="' + NAME + b'"/>')
    size = 65_000
    for total, kept in ((15 * size, 2), (16 * size, 1)):
        parts = [part(at, bytes(size), total) for at in range(0, total, size)]
        assert len(read_jpeg(with_segments(main, *parts)).xmp) == kept


def test_how_much_of_extensions_is_kept_is_bounded() -> None:
    main = (0xE1, XMP + b'<x xmpNote:HasExtendedXMP="' + NAME + b'"/>')
    others = [part(0, bytes(65_000), 65_000, name=b"F" * 32) for _ in range(400)]
    source = with_segments(main, *others)
    tracemalloc.start()
    read_jpeg(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def resources(iptc: bytes) -> bytes:
    other = b"8BIM\x03\xed\0\0" + struct.pack(">L", 70_000) + bytes(70_000)
    return other + b"8BIM\x04\x04\0\0" + struct.pack(">L", len(iptc)) + iptc


def test_iptc_may_span_segments() -> None:
    iptc = b"\x1c\x02\x19\0\x03one"
    whole = resources(iptc)
    parts = [(0xED, b"Photoshop 3.0\0" + whole[at : at + 60_000]) for at in (0, 60_000)]
    assert read_jpeg(with_segments(*parts)).iptc == iptc
    assert read_jpeg(with_segments(parts[0])).iptc is None
    assert read_jpeg(with_segments((0xED, b"Adobe_CM" + whole[:100]))).iptc is None


@given(st.lists(st.tuples(st.sampled_from([XMP, EXTENSION, b"Photoshop 3.0\0"]), st.binary())))
def test_any_texts_give_a_layout(parts: list[tuple[bytes, bytes]]) -> None:
    layout = read_jpeg(with_segments(*((0xE1, name + data) for name, data in parts)))
    assert layout.width_px == 40
