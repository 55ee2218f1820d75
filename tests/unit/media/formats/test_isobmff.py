from __future__ import annotations

import contextlib
import io
import struct

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import CorruptError, MediaError, TruncatedError
from media_server.media.formats.isobmff import read_isobmff
from media_server.media.layout import MAX_XMP_BYTES
from media_server.media.source import BytesSource
from media_server.media.tags.exif import read_exif


def exif(orientation: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    block.get_ifd(0x8769)[0x9003] = "2019:07:01 12:34:56"
    return block.tobytes()


def avif(orientation: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "AVIF", exif=exif(orientation), speed=10)
    return file.getvalue()


def heic(**options: object) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (640, 480), "red")).save(file, **options)
    return file.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning_comes_from_the_container(orientation: int) -> None:
    """The encoder writes `irot` and `imir` for the orientation it is given."""
    layout = read_isobmff(BytesSource(avif(orientation)))
    assert layout.orientation == orientation
    assert (layout.width_px, layout.height_px) == (40, 30)
    assert layout.exif is not None
    assert read_exif(layout.exif).capture is not None


def test_a_heic_with_and_without_its_own_preview() -> None:
    with_preview = read_isobmff(BytesSource(heic(thumbnails=[128])))
    without = read_isobmff(BytesSource(heic()))
    assert (with_preview.width_px, with_preview.height_px) == (640, 480)
    assert (with_preview.coded_preview, without.coded_preview) == (True, False)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", len(body) + 8, kind) + body


def made(*properties: bytes) -> bytes:
    """A file with nothing but one item's properties."""
    links = bytes([len(properties), *range(1, len(properties) + 1)])
    ipma = box(b"ipma", bytes(4) + struct.pack(">LH", 1, 1) + links)
    iprp = box(b"iprp", box(b"ipco", b"".join(properties)) + ipma)
    meta = box(b"meta", bytes(4) + box(b"pitm", bytes(4) + b"\0\1") + iprp)
    return box(b"ftyp", b"heic" + bytes(4)) + meta


ISPE = box(b"ispe", bytes(4) + struct.pack(">LL", 100, 134))


def with_exif(block: bytes) -> bytes:
    """The same with an EXIF item behind all boxes."""
    infe = box(b"infe", b"\2\0\0\0" + struct.pack(">HH4s", 2, 0, b"Exif") + b"\0")
    iinf = box(b"iinf", bytes(4) + struct.pack(">H", 1) + infe)
    item = struct.pack(">L", 6) + b"Exif\0\0" + block
    plain = made(ISPE)

    def iloc(at: int) -> bytes:
        place = struct.pack(">HHHHHLL", 0x4400, 1, 2, 0, 1, at, len(item))
        return box(b"iloc", bytes(4) + place)

    meta_at = plain.index(b"meta") - 4
    body = plain[meta_at + 8 :] + iinf
    at = meta_at + 8 + len(body) + len(iloc(0))
    return plain[:meta_at] + box(b"meta", body + iloc(at)) + item


def test_exif_is_found_but_turns_nothing() -> None:
    layout = read_isobmff(BytesSource(with_exif(exif(6)[6:])))
    assert layout.orientation == 1
    assert layout.exif is not None
    found = read_exif(layout.exif)
    assert found.orientation == 6
    assert found.capture is not None


def test_a_clean_aperture_crops() -> None:
    clap = box(b"clap", struct.pack(">LLLLLLLL", 100, 1, 266, 2, 0, 1, 0, 1))
    layout = read_isobmff(BytesSource(made(ISPE, clap)))
    assert (layout.width_px, layout.height_px) == (100, 133)
    nothing = box(b"clap", struct.pack(">LLLL", 100, 0, 133, 1))
    assert read_isobmff(BytesSource(made(ISPE, nothing))).height_px == 134


def test_mirrored_then_turned_is_not_turned_then_mirrored() -> None:
    irot, imir = box(b"irot", b"\1"), box(b"imir", b"\1")
    assert read_isobmff(BytesSource(made(ISPE, irot, imir))).orientation == 7
    assert read_isobmff(BytesSource(made(ISPE, imir, irot))).orientation == 5


def test_empty_boxes_say_nothing() -> None:
    data = made(ISPE, *(box(kind, b"") for kind in (b"irot", b"imir", b"clap")))
    assert read_isobmff(BytesSource(data)).orientation == 1
    with pytest.raises(CorruptError):
        read_isobmff(BytesSource(box(b"ftyp", b"heic") + box(b"meta", bytes(200))))


def test_files_without_what_is_needed() -> None:
    with pytest.raises(CorruptError):
        read_isobmff(BytesSource(made()))
    with pytest.raises(TruncatedError):
        read_isobmff(BytesSource(made(ISPE)[:60]))
    with pytest.raises(TruncatedError):
        read_isobmff(BytesSource(box(b"ftyp", b"heic")))
    with pytest.raises(CorruptError):
        read_isobmff(BytesSource(box(b"ftyp", b"heic") + bytes(20)))


_SOUND = avif(6)


@given(st.integers(0, 400), st.binary(max_size=4), st.integers(0, len(_SOUND)))
def test_damaged_files_give_a_layout_or_the_own_error(at: int, junk: bytes, end: int) -> None:
    damaged = _SOUND[:at] + junk + _SOUND[at + len(junk) :]
    try:
        layout = read_isobmff(BytesSource(damaged[:end]))
        if layout.exif is not None:
            read_exif(layout.exif)
    except MediaError:
        pass


@given(st.binary(max_size=200), st.sampled_from([b"iloc", b"iinf", b"iref", b"iprp", b"pitm"]))
def test_any_item_box_gives_a_layout_or_the_own_error(body: bytes, kind: bytes) -> None:
    meta = box(b"meta", bytes(4) + box(kind, body))
    with contextlib.suppress(MediaError):
        read_isobmff(BytesSource(box(b"ftyp", b"heic") + meta))


PACKET = b"<x:xmpmeta>packet</x:xmpmeta>"


def with_item(
    entry: bytes, extents: list[tuple[int, int]], *, method: int = 0, idat: bytes = b""
) -> bytes:
    """A file with one further item; it begins with `PACKET` 16 bytes into the file."""
    infe = box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 2, 0) + entry)
    iinf = box(b"iinf", bytes(4) + struct.pack(">H", 1) + infe)
    iloc = b"\1\0\0\0\x44\0" + struct.pack(">HHHHH", 1, 2, method, 0, len(extents))
    iloc += b"".join(struct.pack(">LL", *extent) for extent in extents)
    iprp = box(
        b"iprp", box(b"ipco", ISPE) + box(b"ipma", bytes(4) + struct.pack(">LHBB", 1, 1, 1, 1))
    )
    meta = box(b"pitm", bytes(4) + b"\0\1") + iprp + iinf + box(b"iloc", iloc)
    meta += box(b"idat", idat)
    return box(b"free", bytes(8) + PACKET) + box(b"meta", bytes(4) + meta)


XMP_ENTRY = b"mime" + b"XMP\0" + b"application/rdf+xml\0\0"


def test_xmp_in_one_piece_in_several_and_in_the_item_data() -> None:
    size = len(PACKET)
    for data in (
        with_item(XMP_ENTRY, [(16, size)]),
        with_item(XMP_ENTRY, [(16, 5), (21, size - 5)]),
        with_item(XMP_ENTRY, [(0, size)], method=1, idat=PACKET),
    ):
        assert read_isobmff(BytesSource(data)).xmp == (PACKET,)
    for data in (
        with_item(b"mime" + b"XMP\0" + b"text/plain\0\0", [(16, size)]),
        with_item(b"hvc1" + b"XMP\0" + b"application/rdf+xml\0\0", [(16, size)]),
        with_item(XMP_ENTRY, [(16, size)], method=2),
        with_item(XMP_ENTRY, [(10**9, size)]),
        with_item(XMP_ENTRY, []),
    ):
        assert read_isobmff(BytesSource(data)).xmp == ()


def test_pieces_that_repeat_the_file_are_bounded() -> None:
    data = with_item(XMP_ENTRY, [(0, 2**31)] * 10_000)
    (found,) = read_isobmff(BytesSource(data)).xmp
    assert len(found) <= MAX_XMP_BYTES


def test_the_xmp_that_pillow_heif_writes() -> None:
    assert read_isobmff(BytesSource(heic(xmp=PACKET))).xmp == (PACKET,)
